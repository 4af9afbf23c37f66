/* SPDX-License-Identifier: MIT */
/* code.h -- code that is made while the system runs. It lies in a window that the image's calls
 * reach; small pieces share pages, so that what runs together is near in the caches. Code is
 * collected in plain memory; code_seal copies it to where it runs. While it does, the page is
 * written through the direct map and executable nowhere; at all other times it can be run and be
 * written nowhere. Variables of such code lie in the same window and are never executable. */
#ifndef MACHINE_CODE_H
#define MACHINE_CODE_H

#include "machine/types.h"

/* At a multiple of PIECE_BYTES (lib/pieces.h); if it is longer than PIECES_AT_ONE, of a page. */
struct code_pages {
    uint8_t *write; /* full of breakpoints; null once sealed */
    uint8_t *run;
    size_t bytes; /* as many as were asked for, or a few more */
};

/* 0 or -E_NO_MEMORY. These are regions (thread/preempt.h) by themselves, where they must be. */
int code_alloc(struct code_pages *pages, size_t bytes);
/* From here on the code can be run, and `write` is gone. Interrupts are off on the way, for their
 * handlers may run code of the same page. */
void code_seal(struct code_pages *pages);
/* The code is gone: where its page is shared, breakpoints stand in its place. */
void code_free(struct code_pages *pages);

/* Zeroed memory in the window, read-write; null when there is none. */
void *code_alloc_data(size_t bytes);
void code_free_data(void *data, size_t bytes);

#endif
