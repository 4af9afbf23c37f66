/* SPDX-License-Identifier: MIT */
/* program.h -- how a program gets into an address space: a static ELF64 executable, a zeroed frame
 * of its own for each page, rights as its segments ask. Which frames it may have is the system's
 * business, and so is where the program comes from. */
#ifndef MACHINE_PROGRAM_H
#define MACHINE_PROGRAM_H

#include "lib/elf.h"
#include "machine/memory/page.h"

/* Loads a program into t's user half; *entry is where it starts. 0, -E_NO_MEMORY, the source's
 * error, or -E_BAD_IMAGE with *why set to the violated rule, which may be that something is mapped
 * there; else *why is "". After an error what was mapped before it is still there: program_unload()
 * frees it. */
int program_load(struct page_table *t, const struct elf_source *source, vaddr_t *entry,
                 const char **why);

/* Maps `pages` zeroed pages from `at` on. 0, or page_map()'s errors, with the first ones mapped. */
int program_map(struct page_table *t, vaddr_t at, size_t pages, unsigned rights);

/* Unmaps all of the user half and frees the frames. Pages that are not the program's own (shared
 * ones) must have been unmapped before. */
void program_unload(struct page_table *t);

#endif
