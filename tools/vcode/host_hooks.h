/* SPDX-License-Identifier: MIT */
/* host_hooks.h -- the engine's hooks on a Linux host: memory from malloc, code memory as pages of
 * memory files, mapped to be run and written as files. */
#ifndef VCODE_HOST_HOOKS_H
#define VCODE_HOST_HOOKS_H

#include "engine/hooks.h"

struct host_hooks {
    struct hooks hooks;
    size_t allocated;         /* bytes handed out and not yet released */
    size_t limit;             /* allocate fails beyond it */
    size_t code_bytes;        /* mapped and not yet unmapped */
    size_t data_bytes;        /* likewise */
    struct host_pages *pages; /* of code */
    uintptr_t next;           /* where in the window to look for room */
};

/* Fills in *h, which must stay where it is; the limit is 1 GiB, and the caller's to change. */
void host_hooks_init(struct host_hooks *h);

#endif
