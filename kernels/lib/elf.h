/* SPDX-License-Identifier: MIT */
/* elf.h -- reads the program headers of a static ELF64 executable. It parses only: nothing is
 * mapped or copied here. Every byte of the image may be hostile; what elf_open accepts is safe to
 * load as it stands. */
#ifndef LIB_ELF_H
#define LIB_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_SEGMENTS_MAX 16

struct elf_segment {
    uint64_t at; /* virtual address; at, up to at + memory_len, lies within the bounds given to
                    elf_open */
    uint64_t memory_len; /* > 0; bytes after data_len are zero */
    uint64_t data_len;   /* <= memory_len */
    const uint8_t *data; /* inside the image */
    bool write, execute; /* never both */
};

struct elf {
    uint64_t entry; /* inside an executable segment */
    unsigned count; /* loadable segments, in ascending order, no two in one page */
    struct elf_segment segment[ELF_SEGMENTS_MAX];
};

/* Parses len bytes. Segments must lie in [low, high). 0, or -E_BAD_IMAGE with *why set to a
 * sentence that says which rule was broken. why must not be null. */
int elf_open(struct elf *elf, const void *image, size_t len, uint64_t low, uint64_t high,
             const char **why);

#endif
