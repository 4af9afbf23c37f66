/* SPDX-License-Identifier: MIT */
/* file_names.c -- see file_names.h. */
#include "spin/services/files/file_names.h"

#include "lib/string.h"

/* By its first and last eight bytes, which overlap in a short one, and its length. */
static uint64_t place(uint64_t directory, const char *name, long n) {
    uint64_t first = 0, last = 0;
    const size_t part = n < 8 ? (size_t)n : 8;
    memcpy(&first, name, part);
    memcpy(&last, name + n - part, part);
    const uint64_t hash =
        (directory ^ first ^ last << 13 ^ last >> 51 ^ (uint64_t)n << 56) * 0x9e3779b97f4a7c15;
    return hash >> 32 & (FILE_NAMES - 1);
}

uint64_t file_names_find(const struct file_names *t, uint64_t directory, const char *name, long n) {
    if (n <= 0 || n > KNOWN_NAME_MAX)
        return 0;
    const struct known_name *k = &t->known[place(directory, name, n)];
    return k->directory == directory && k->bytes == n && memcmp(k->name, name, (size_t)n) == 0
               ? k->file
               : 0;
}

void file_names_set(struct file_names *t, uint64_t directory, const char *name, long n,
                    uint64_t file) {
    if (n <= 0 || n > KNOWN_NAME_MAX)
        return;
    struct known_name *k = &t->known[place(directory, name, n)];
    *k = (struct known_name){.directory = directory, .file = file, .bytes = (uint8_t)n};
    memcpy(k->name, name, (size_t)n);
}
