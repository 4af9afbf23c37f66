/* SPDX-License-Identifier: MIT */
/* exo_ramfs_fuzz.c -- operations of ExOS' file system, between which any bytes of it are
 * overwritten, as a hostile process can: nothing outside of it is touched, and each one ends. */
#include "exo/libos/exos/ramfs/ramfs.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PAGES 48u

struct input {
    const uint8_t *at;
    size_t left;
};

static uint32_t number(struct input *in, unsigned bytes) {
    uint32_t n = 0;
    for (; bytes && in->left; bytes--, in->left--)
        n = n << 8 | *in->at++;
    return n;
}

static struct ramfs_name name(struct input *in) {
    static const char letters[] =
        "abcdefgh..aa/bbccccccccccccccccccccccccccccccccccccccccccccccccccc";
    uint32_t n = number(in, 1);
    size_t at = n & 7, length = n >> 3;
    return (struct ramfs_name){letters + at, length < sizeof letters - 1 - at ? length : 1};
}

/* As many bytes as the input says, somewhere in the structures or in a page. */
static void spoil(struct ramfs *fs, struct input *in) {
    uint32_t at = number(in, 3) % (PAGES * RAMFS_PAGE), bytes = number(in, 1) & 15;
    for (; bytes; bytes--)
        ((uint8_t *)fs)[at++ % (PAGES * RAMFS_PAGE)] = (uint8_t)number(in, 1);
    /* Behind the last page nothing is mapped: who raises this number ends whoever believes it,
     * which processes of one ExOS can do to each other anyway. */
    fs->pages = PAGES;
}

static void one(struct ramfs *fs, struct input *in) {
    static char bytes[3 * RAMFS_PAGE];
    struct ramfs_entry e;
    uint32_t node = number(in, 1), other = number(in, 1);
    uint64_t place = number(in, 3);
    switch (number(in, 1) % 12) {
    case 0:
        ramfs_make(fs, node, name(in), 1 + other % (RAMFS_TYPES - 1));
        break;
    case 1:
        ramfs_unlink(fs, node, name(in));
        break;
    case 2:
        ramfs_rmdir(fs, node, name(in));
        break;
    case 3:
        ramfs_link(fs, node, name(in), other);
        break;
    case 4: {
        struct ramfs_name from = name(in);
        ramfs_rename(fs, node, from, other, name(in));
        break;
    }
    case 5:
        ramfs_write(fs, node, place, bytes, number(in, 2) % sizeof bytes);
        break;
    case 6:
        ramfs_read(fs, node, place, bytes, number(in, 2) % sizeof bytes);
        break;
    case 7:
        ramfs_truncate(fs, node, place);
        break;
    case 8:
        if (ramfs_list(fs, node, &place, &e) == 0 && strlen(e.name) >= RAMFS_NAME)
            abort();
        break;
    case 9:
        if (ramfs_page(fs, node, place) >= (long)PAGES)
            abort();
        break;
    case 10:
        ramfs_use(fs, node);
        ramfs_leave(fs, other);
        break;
    default:
        spoil(fs, in);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input in = {data, size};
    static _Alignas(RAMFS_PAGE) char memory[PAGES * RAMFS_PAGE];
    struct ramfs *fs = (struct ramfs *)memory;
    memset(memory, 0, sizeof memory);
    ramfs_format(fs, PAGES);
    for (unsigned n = 0; in.left && n < 200; n++)
        one(fs, &in);
    return 0;
}
