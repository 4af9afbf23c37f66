/* SPDX-License-Identifier: MIT */
/* elf.h -- reads the program headers of a static ELF64 executable, wherever its bytes are. It
 * parses only: nothing is mapped here. Every byte of the image may be hostile; what elf_open
 * accepts is safe to load as it stands. */
#ifndef LIB_ELF_H
#define LIB_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_SEGMENTS_MAX 16

/* An image: in memory, in an archive, on a disk. */
struct elf_source {
    /* Copies n bytes from offset on, which lie within len. 0, or a negative error. */
    int (*read)(void *arg, uint64_t offset, void *into, size_t n);
    void *arg;
    uint64_t len; /* bytes of the image */
};

/* One whose bytes lie in memory. */
struct elf_source elf_in_memory(const void *image, size_t len);

struct elf_segment {
    uint64_t at; /* virtual address; at, up to at + memory_len, lies within the bounds given to
                    elf_open */
    uint64_t memory_len; /* > 0; bytes after data_len are zero */
    uint64_t data_len;   /* <= memory_len */
    uint64_t data;       /* its offset in the image; all of it is inside */
    bool write, execute; /* never both */
};

struct elf {
    uint64_t entry; /* inside an executable segment */
    unsigned count; /* loadable segments, in ascending order, no two in one page */
    struct elf_segment segment[ELF_SEGMENTS_MAX];
};

/* Parses an image. Segments must lie in [low, high). 0; -E_BAD_IMAGE with *why set to a sentence
 * that says which rule it violates; or the source's error, *why null. why must not be null. */
int elf_open(struct elf *elf, const struct elf_source *source, uint64_t low, uint64_t high,
             const char **why);

#endif
