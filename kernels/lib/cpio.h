/* SPDX-License-Identifier: MIT */
/* cpio.h -- reads an archive in the "newc" format of cpio (070701: Linux's
 * Documentation/driver-api/early-userspace/buffer-format.rst). Nothing is copied. Every byte may be
 * hostile; what cpio_open accepts can be walked and read as it stands. */
#ifndef LIB_CPIO_H
#define LIB_CPIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPIO_NAME_MAX  32 /* bytes of a name, the NUL included */
#define CPIO_FILES_MAX 256

struct cpio_file {
    const char *name; /* NUL-terminated; no other file has it */
    const uint8_t *data;
    size_t len;
};

/* I: at each of the first `count` places a regular file's header lies, and it is whole. */
struct cpio {
    const uint8_t *bytes;
    size_t len;
    unsigned count;
    uint32_t header[CPIO_FILES_MAX]; /* places in bytes */
};

/* Takes len bytes, which must stay where they are. 0, or -E_BAD_IMAGE with *why (not null) set to
 * the violated rule: magic, digits, a name that is empty, too long, unended or twice there, what is
 * no regular file, too many files, a member beyond the end, no trailer, 4 GiB and more. */
int cpio_open(struct cpio *archive, const void *bytes, size_t len, const char **why);

/* The n-th file, n < archive->count. */
void cpio_at(const struct cpio *archive, unsigned n, struct cpio_file *file);
/* The file of this name; false where there is none. */
bool cpio_find(const struct cpio *archive, const char *name, struct cpio_file *file);

#endif
