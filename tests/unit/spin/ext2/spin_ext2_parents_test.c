/* SPDX-License-Identifier: MIT */
/* spin_ext2_parents_test.c -- why a directory is not moved to another one (docs/spin/ext2.md). Such
 * a move changes three blocks: the old name's, the new name's, and the directory's own, which has
 * `..`. Each of the eight states between is made and given to e2fsck -p: whichever block is written
 * first, a power cut can leave a disk that it does not mend, or one without the name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../ext2/disk.h"
#include "../../../ext2/image.h"
#include "spin/extensions/ext2/disk.h"
#include "unit.h"

enum { OLD = 1, NEW = 2, UP = 4, STATES = 8 }; /* the names that there are; `..` leads to the new */
enum { BEFORE = OLD, AFTER = NEW | UP };

/* The directory's own entries, in its first block: `.` says which one it is. */
static struct ext2_entry *up_of(const struct disk_image *i, uint32_t directory) {
    for (size_t at = 0; at < i->size; at += 1024) {
        struct ext2_entry *e = (struct ext2_entry *)(void *)(i->bytes + at);
        if (e->inode == directory && e->bytes == 12 && e->length == 1 && i->bytes[at + 8] == '.')
            return (struct ext2_entry *)(void *)(i->bytes + at + 12);
    }
    fail_msg("no block is of directory %u", directory);
    return NULL;
}

static long number_of(const struct disk_image *i, const char *in, const char *name) {
    struct volume v = {.keeps = false};
    assert_int_equal(disk_mount(&v, i->bytes, i->size, false), 0);
    long directory = *in ? file_lookup(&v, v.root, in) : (long)v.root;
    long file = directory > 0 ? file_lookup(&v, (unsigned long)directory, name) : directory;
    disk_drop(&v);
    return file;
}

/* Is the state as good as before or after, once e2fsck -p has been there? */
static bool is_mended(unsigned state) {
    char commands[256];
    snprintf(commands, sizeof commands,
             "mkdir p\nmkdir q\nmkdir p/d\nwrite /proc/self/cmdline p/d/f\n%s%s",
             state & NEW ? "ln p/d q/d\n" : "", state & OLD ? "" : "unlink p/d\n");
    struct disk_image disk = image_make(1024, "-b 1024 -I 128", commands);
    long p = number_of(&disk, "", "p"), q = number_of(&disk, "", "q");
    assert_true(p > 0 && q == p + 1);
    if (state & UP)
        up_of(&disk, (uint32_t)q + 1)->inode = (uint32_t)q;
    int status = image_judge(&disk, "-fp");
    bool mended = status == 0 || status == 1;
    if (mended)
        mended = number_of(&disk, "p", "d") > 0 || number_of(&disk, "q", "d") > 0;
    print_message("# old name %d, new name %d, `..` new %d: e2fsck -fp ends with %d%s\n",
                  (state & OLD) != 0, (state & NEW) != 0, (state & UP) != 0, status,
                  mended ? "" : ": not as it was, nor as it will be");
    free(disk.bytes);
    return mended;
}

/* By writes of one block each through states that are mended. */
static bool leads_on(unsigned from, const bool mended[STATES], unsigned been) {
    bool leads = from == AFTER;
    for (unsigned block = 1; block < STATES && !leads; block *= 2) {
        const unsigned to = from ^ block;
        leads = mended[to] && !(been >> to & 1) && leads_on(to, mended, been | 1u << to);
    }
    return leads;
}

static void no_order_of_writes_moves_a_directory(void **unused) {
    bool mended[STATES];
    (void)unused;
    for (unsigned state = 0; state < STATES; state++)
        mended[state] = is_mended(state);
    assert_true(mended[BEFORE] && mended[AFTER]);
    assert_false(leads_on(BEFORE, mended, 1u << BEFORE));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_order_of_writes_moves_a_directory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
