/* SPDX-License-Identifier: MIT */
/* kinds_kernel.h -- the inside of kinds.c, for the tool and for tests. */
#ifndef VCODE_KINDS_KERNEL_H
#define VCODE_KINDS_KERNEL_H

#include "engine/typing.h"
#include "kinds.h"

#define KINDS               6
#define KINDS_PROCESSES     2
#define KINDS_CONSOLE_BYTES 4096
#define KINDS_RAW_BYTES     256 /* of the context of a raw program */

extern struct process kinds_process[KINDS_PROCESSES];
extern char kinds_console[KINDS_CONSOLE_BYTES]; /* what programs wrote */
extern size_t kinds_console_len;
extern unsigned kinds_references; /* acquired and not yet given back */

/* The i-th kind, i below KINDS; its types are still to be set. */
const struct kind_description *kinds_description(unsigned i);

#endif
