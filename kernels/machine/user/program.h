/* SPDX-License-Identifier: MIT */
/* program.h -- the user programs that lie in an image, and how one gets into an address space: a
 * static ELF64 executable, a zeroed frame of its own for each page, rights as its segments ask. Who
 * may have the frames is the system's business. */
#ifndef MACHINE_PROGRAM_H
#define MACHINE_PROGRAM_H

#include "machine/memory/page.h"

#define PROGRAM_NAME_MAX 16

/* The system's table of programs; a system without any needs no table. */
struct program {
    char name[PROGRAM_NAME_MAX];
    const void *image;
    size_t len;
};
extern const struct program programs[] __attribute__((weak));
extern const struct program programs_end[] __attribute__((weak));

/* Null when there is none of this name. */
const struct program *program_find(const char *name);

/* Loads len bytes of image into t's user half; *entry is where it starts. 0, -E_NO_MEMORY, or
 * -E_BAD_IMAGE with *why set to the broken rule, which may be that something is mapped there; else
 * *why is "". After an error what was mapped before it is still there: program_unload() frees it.
 */
int program_load(struct page_table *t, const void *image, size_t len, vaddr_t *entry,
                 const char **why);

/* Maps `pages` zeroed pages from `at` on. 0, or page_map()'s errors, with the first ones mapped. */
int program_map(struct page_table *t, vaddr_t at, size_t pages, unsigned rights);

/* Unmaps all of the user half and frees the frames. Pages that are not the program's own (shared
 * ones) must have been unmapped before. */
void program_unload(struct page_table *t);

#endif
