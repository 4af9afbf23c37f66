/* SPDX-License-Identifier: MIT */
/* code.h -- pages for code that is made while the system runs. They lie in a window that the
 * image's calls reach. A frame is written through the direct map and run through the window, never
 * both at a time: code_seal takes the one right away and gives the other. Variables of such code
 * lie in the same window and are never executable. */
#ifndef MACHINE_CODE_H
#define MACHINE_CODE_H

#include "machine/types.h"

struct code_pages {
    uint8_t *write; /* null once sealed */
    uint8_t *run;
    size_t bytes; /* whole pages */
};

/* Undefined contents. 0 or -E_NO_MEMORY. */
int code_alloc(struct code_pages *pages, size_t bytes);
/* From here on the pages can be run and not be written. */
void code_seal(struct code_pages *pages);
void code_free(struct code_pages *pages);

/* Zeroed memory in the window, read-write; null when there is none. */
void *code_alloc_data(size_t bytes);
void code_free_data(void *data, size_t bytes);

#endif
