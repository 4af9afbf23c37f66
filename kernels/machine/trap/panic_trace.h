/* SPDX-License-Identifier: MIT */
/* panic_trace.h -- where the kernel was: the functions that its frame pointers lead to. */
#ifndef MACHINE_PANIC_TRACE_H
#define MACHINE_PANIC_TRACE_H

#include "machine/cpu/trap_frame.h"

#include <stddef.h>

#define PANIC_TRACE_MAX 16

/* Writes "f+0x1c<g+0x40<h+0x3", innermost first, from a frame of kernel mode; gives the length.
 * Total: any rbp is safe. */
size_t panic_trace(const struct trap_frame *f, char *into, size_t size);

/* The name of the function that holds this address of the image and the offset into it; null when
 * there is none. */
const char *symbol_find(uint64_t at, uint64_t *offset);

#endif
