/* SPDX-License-Identifier: MIT */
/* file_names.h -- which file a name led to last, for names that are not long: a table of a volume,
 * one place for each name. Changed under the volume's mutex. */
#ifndef SPIN_SERVICES_FILES_FILE_NAMES_H
#define SPIN_SERVICES_FILES_FILE_NAMES_H

#include <stdint.h>

#define FILE_NAMES     2048
#define KNOWN_NAME_MAX 47

struct known_name {
    uint64_t directory, file; /* file 0: nothing is known */
    uint8_t bytes;
    char name[KNOWN_NAME_MAX];
};

struct file_names {
    struct known_name known[FILE_NAMES];
};

/* The file, or 0. */
uint64_t file_names_find(const struct file_names *t, uint64_t directory, const char *name, long n);
/* It leads there from here on; to 0: ask again. */
void file_names_set(struct file_names *t, uint64_t directory, const char *name, long n,
                    uint64_t file);

#endif
