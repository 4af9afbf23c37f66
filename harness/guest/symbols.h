/* SPDX-License-Identifier: MIT */
/* symbols.h -- names for addresses: the functions of one or several ELFs, or of
 * Linux's kallsyms. */
#ifndef HARNESS_SYMBOLS_H
#define HARNESS_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

struct symbol {
    uint64_t address, size; /* size 0: up to the next one */
    char *name;
    uint64_t limit; /* where the code around it ends; 0: not known */
};

/* {0} is empty. */
struct symbols {
    struct symbol *items;
    size_t count, capacity;
};

/* Adds the functions and code labels of the ELF at PATH; what is no ELF adds nothing. */
void symbols_add_elf(struct symbols *s, const char *path);

/* Adds TEXT's lines "ffffffff81000000 T name"; lines of another form are left out. */
void symbols_add_kallsyms(struct symbols *s, const char *text);

/* Must be called once after the last addition and before the first search. */
void symbols_sort(struct symbols *s);

/* The symbol that ADDRESS lies in, or null. */
const struct symbol *symbols_find(const struct symbols *s, uint64_t address);

void symbols_free(struct symbols *s);

#endif
