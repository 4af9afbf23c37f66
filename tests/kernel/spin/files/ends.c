/* SPDX-License-Identifier: MIT */
/* ends.c -- what is behind a file's end: nothing of what it was, or another's. */
#include "files.h"

#include "lib/string.h"

#define T     "/svc/volumes/t"
#define BYTES 20000

static char bytes[BYTES];

static bool has_zeros(const char *from, size_t n) {
    while (n && !*from)
        from++, n--;
    return !n;
}

/* Shrinks it to that length, and writes one byte behind it: between the two are zeros. */
static void shrink_and_grow(struct check *c, struct open_file *o, uint64_t to) {
    memset(bytes, 'o', BYTES);
    CHECK_THAT(c, file_write(o, bytes, BYTES, 0, false) == BYTES && file_sync(o) == 0);
    CHECK_THAT(c, file_truncate(o, to) == 0);
    CHECK_THAT(c, file_read(o, bytes, BYTES, 0, false) == (long)to);
    const uint64_t at = (to | 1023) - 1; /* in the same block */
    CHECK_THAT(c, file_write(o, "x", 1, at, false) == 1);
    CHECK_THAT(c, file_read(o, bytes, BYTES, 0, false) == (long)at + 1);
    CHECK_THAT(c, bytes[to - 1] == 'o' && bytes[at] == 'x');
    CHECK_THAT(c, has_zeros(bytes + to, at - to));
    CHECK_THAT(c, file_truncate(o, 0) == 0);
}

/* CACHED: as the volume has it; else the file is read past it. */
static void check_ends(struct check *c, const char *system, const char *disk, bool cached) {
    struct open_file *o;
    if (!files_mounted(c, system, disk, T, NULL))
        return;
    CHECK_THAT(c, file_open(T "/f", FILE_OPEN_CREATE, &o) == 0);
    CHECK_THAT(c, cached || file_set_cache(o, 0, NULL) == 0);
    shrink_and_grow(c, o, 9000);
    shrink_and_grow(c, o, 1);
    shrink_and_grow(c, o, 4097);
    /* Blocks that were another's. */
    CHECK_THAT(c, file_write(o, "y", 1, 0, false) == 1);
    if (strcmp(system, "wfs") == 0)
        CHECK_THAT(c, file_truncate(o, 2) == -E_INVALID);
    else {
        CHECK_THAT(c, file_truncate(o, BYTES) == 0);
        CHECK_THAT(c, file_read(o, bytes, BYTES, 0, false) == BYTES && bytes[0] == 'y');
        CHECK_THAT(c, has_zeros(bytes + 1, BYTES - 1));
    }
    file_close(o);
    CHECK_THAT(c, file_remove(T "/f", false) == 0 && volume_unmount(T) == 0);
}

CHECK(files_ends, "files/what_is_behind_an_end_is_zeros_when_the_file_grows_again") {
    check_ends(c, "wfs", "disk0", true);
    check_ends(c, "ext2", "disk1", true);
    check_ends(c, "ext2", "disk1", false);
}
