/* SPDX-License-Identifier: MIT */
/* spin_ext2_crash_test.c -- the disk as a power cut leaves it, at each write and with any of the
 * writes since the last flush: e2fsck -p mends it, and then finds nothing. EXT2_STATES says how
 * many states are judged of each workload. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../ext2/disk.h"
#include "../../../ext2/image.h"
#include "lib/error.h"
#include "unit.h"

enum { STATES = 40 };

static uint64_t seed = 1;

static uint32_t draw(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % below);
}

static void write_file(struct volume *v, unsigned long file, size_t bytes) {
    static uint8_t data[70000];
    memset(data, (int)(file % 251 + 1), sizeof data);
    assert_int_equal(file_write(v, file, 0, data, bytes), bytes);
}

static unsigned long make(struct volume *v, unsigned long directory, const char *format, int i,
                          unsigned long kind) {
    char name[64];
    snprintf(name, sizeof name, format, i);
    long r = file_create(v, directory, name, kind);
    assert_true(r > 0);
    return (unsigned long)r;
}

static void take(struct volume *v, unsigned long directory, const char *format, int i, bool is) {
    char name[64];
    snprintf(name, sizeof name, format, i);
    assert_int_equal(file_remove(v, directory, name, is), 0);
}

static void create(struct volume *v) {
    for (int i = 0; i < 30; i++)
        write_file(v, make(v, v->root, "file%d", i, FILE_PLAIN), 100 + 900 * (size_t)i);
}

static void grow_a_directory(struct volume *v) {
    unsigned long d = make(v, v->root, "d", 0, FILE_DIRECTORY);
    for (int i = 0; i < 150; i++)
        make(v, d, "a file with a name that is long%d", i, FILE_PLAIN);
    for (int i = 0; i < 40; i++)
        make(v, d, "a directory with a name that is long%d", i, FILE_DIRECTORY);
}

static void make_and_delete_trees(struct volume *v) {
    for (int round = 0; round < 3; round++) {
        unsigned long d = make(v, v->root, "tree", 0, FILE_DIRECTORY), e[4];
        for (int i = 0; i < 4; i++) {
            e[i] = make(v, d, "e%d", i, FILE_DIRECTORY);
            make(v, e[i], "deeper", 0, FILE_DIRECTORY);
            write_file(v, make(v, e[i], "x", 0, FILE_PLAIN), 3000);
        }
        if (round == 1)
            assert_int_equal(disk_sync(v), 0);
        for (int i = 0; i < 4; i++) {
            take(v, e[i], "deeper", 0, true);
            take(v, e[i], "x", 0, false);
            take(v, d, "e%d", i, true);
        }
        take(v, v->root, "tree", 0, true);
    }
}

static void unlink_and_reuse(struct volume *v) {
    for (int i = 0; i < 8; i++)
        write_file(v, make(v, v->root, "f%d", i, FILE_PLAIN), 40000);
    assert_int_equal(disk_sync(v), 0);
    for (int i = 0; i < 8; i += 2)
        take(v, v->root, "f%d", i, false);
    for (int i = 0; i < 12; i++)
        write_file(v, make(v, v->root, "g%d", i, FILE_PLAIN), 60000);
}

static void truncate_and_write(struct volume *v) {
    unsigned long f = make(v, v->root, "f", 0, FILE_PLAIN),
                  g = make(v, v->root, "g", 0, FILE_PLAIN);
    for (int i = 0; i < 6; i++) {
        write_file(v, f, 70000);
        assert_int_equal(disk_sync(v), 0);
        assert_int_equal(file_truncate(v, f, (unsigned long)i * 5000), 0);
        write_file(v, g, 60000);
        assert_int_equal(file_truncate(v, g, 0), 0);
    }
}

static void rename_files(struct volume *v) {
    unsigned long d = make(v, v->root, "d", 0, FILE_DIRECTORY);
    for (int i = 0; i < 6; i++)
        make(v, v->root, "f%d", i, FILE_PLAIN);
    assert_int_equal(disk_sync(v), 0);
    assert_int_equal(file_move(v, v->root, "f0", d, "f0"), 0);
    assert_int_equal(file_move(v, v->root, "f1", v->root, "a much longer name than it had"), 0);
    assert_int_equal(file_move(v, v->root, "f2", v->root, "f3"), 0);
    assert_int_equal(file_move(v, d, "f0", v->root, "f4"), 0);
    assert_int_equal(file_move(v, v->root, "f4", d, "back"), 0);
    assert_int_equal(file_move(v, v->root, "d", v->root, "another"), 0);
    assert_int_equal(file_move(v, v->root, "another", v->root, "e"), 0);
}

static void link_and_unlink(struct volume *v) {
    unsigned long d = make(v, v->root, "d", 0, FILE_DIRECTORY), f = make(v, d, "f", 0, FILE_PLAIN);
    write_file(v, f, 5000);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(file_add_link(v, v->root, "link", f), 0);
        assert_int_equal(file_remove(v, d, "f", false), 0);
        assert_int_equal(file_add_link(v, d, "f", f), 0);
        assert_int_equal(file_remove(v, v->root, "link", false), 0);
    }
}

static uint8_t *base; /* the disk that the log begins with */

/* What was done until now is on the disk, whatever is lost of what comes. */
static void begin_here(struct volume *v) {
    assert_int_equal(disk_sync(v), 0);
    for (size_t i = 0; i < v->count; i++) {
        struct written *w = &v->log[i];
        if (w->block != FLUSH)
            memcpy(base + (size_t)w->block * v->block_bytes, w->bytes, v->block_bytes);
        free(w->bytes);
    }
    v->count = 0;
}

/* The disk is full but for what one file gives up and another one, whose inode is in another block,
 * gets: no name is changed, so that nothing else is ordered. */
static void reuse_by_another(struct volume *v) {
    static uint8_t bytes[40000];
    unsigned long f[48];
    for (int i = 0; i < 48; i++)
        write_file(v, f[i] = make(v, v->root, "f%d", i, FILE_PLAIN), 8000);
    unsigned long all = make(v, v->root, "all", 0, FILE_PLAIN), at = 0;
    for (long n; (n = file_write(v, all, at, bytes, sizeof bytes)) > 0;)
        at += (unsigned long)n;
    begin_here(v);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(file_truncate(v, f[i], 0), 0);
        assert_true(file_write(v, f[40 + i], 8000, bytes, 6000) > 0);
    }
}

/* From a directory whose block comes first on the disk to a later one, and back. */
static void move_between(struct volume *v) {
    unsigned long p = make(v, v->root, "p", 0, FILE_DIRECTORY),
                  q = make(v, v->root, "q", 0, FILE_DIRECTORY);
    for (int i = 0; i < 6; i++) {
        write_file(v, make(v, p, "f%d", i, FILE_PLAIN), 100); /* e2fsck -p clears empty ones */
        write_file(v, make(v, q, "g%d", i, FILE_PLAIN), 100);
    }
    begin_here(v);
    assert_int_equal(file_move(v, p, "f0", q, "f0"), 0);
    assert_int_equal(file_move(v, p, "f1", q, "g1"), 0);
    assert_int_equal(disk_sync(v), 0);
    assert_int_equal(file_move(v, q, "g2", p, "g2"), 0);
}

/* A name that is longer than it was, for which its directory grows: of blocks of 1,024 bytes. */
static void rename_where_a_directory_grows(struct volume *v) {
    char longer[201];
    unsigned long d = make(v, v->root, "d", 0, FILE_DIRECTORY);
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    for (int i = 0; i < 62; i++)
        write_file(v, make(v, d, "name%02d", i, FILE_PLAIN), 100);
    begin_here(v);
    assert_int_equal(file_move(v, d, "name30", d, longer), 0);
}

/* A directory and a file in it whose inodes are in different blocks: both are new. */
static void file_far_from_its_directory(struct volume *v) {
    unsigned long d = make(v, v->root, "d", 0, FILE_DIRECTORY);
    for (int i = 0; i < 20; i++)
        make(v, v->root, "f%d", i, FILE_PLAIN);
    write_file(v, make(v, d, "x", 0, FILE_PLAIN), 100);
}

static void symbolic_links(struct volume *v) {
    char far[200];
    memset(far, 'x', sizeof far - 1);
    far[sizeof far - 1] = '\0';
    for (int i = 0; i < 8; i++) {
        char name[16];
        snprintf(name, sizeof name, "l%d", i);
        assert_true(file_make_symlink(v, v->root, name, i % 2 ? "near" : far) > 0);
        if (i % 3 == 2)
            take(v, v->root, "l%d", i - 2, false);
    }
}

/* The disk with the first `whole` of what was written, and of the writes behind them until the next
 * flush those that are drawn. */
static void build(struct disk_image *to, const struct volume *v, size_t whole) {
    bool drawn = false;
    memcpy(to->bytes, base, to->size);
    for (size_t i = 0; i < v->count; i++) {
        const struct written *w = &v->log[i];
        if (w->block == FLUSH && i >= whole)
            return;
        drawn = i >= whole;
        if (w->block != FLUSH && (!drawn || draw(2)))
            memcpy(to->bytes + (size_t)w->block * v->block_bytes, w->bytes, v->block_bytes);
    }
}

/* By e2fsck with these options, of which -f asks it to believe no volume that it is in order. */
static void judge(const struct volume *v, unsigned states, const char *options) {
    struct disk_image disk = {malloc(v->bytes), v->bytes};
    for (unsigned i = 0; i < states; i++) {
        size_t whole = draw((uint32_t)v->count + 1);
        build(&disk, v, whole);
        int status = image_judge(&disk, options);
        if (status != 0 && status != 1)
            fail_msg("after %zu of %zu: e2fsck %s ends with %d: %s", whole, v->count, options,
                     status, image_said());
        status = image_judge(&disk, "-fn");
        if (status)
            fail_msg("after %zu of %zu, mended: e2fsck -fn ends with %d: %s", whole, v->count,
                     status, image_said());
    }
    free(disk.bytes);
}

/* `believed`: up to its unmount, and whether the volume is clean is what it says. */
static void run(void (*workload)(struct volume *), const char *options, bool believed) {
    const char *s = getenv("EXT2_STATES");
    struct volume v = {.keeps = true};
    struct disk_image image = image_make(2048, options, NULL);
    assert_int_equal(disk_mount(&v, image.bytes, image.size, true), 0);
    base = malloc(image.size);
    memcpy(base, image.bytes, image.size);
    workload(&v);
    assert_int_equal(believed ? disk_end(&v) : disk_sync(&v), 0);
    judge(&v, s ? (unsigned)strtoul(s, NULL, 10) : STATES, believed ? "-p" : "-fp");
    print_message("# %zu writes, %lu of them forced\n", v.count, v.forced);
    assert_int_equal(disk_unmount(&v), 0);
    free(base);
    free(image.bytes);
}

static void what_says_that_it_is_in_order_is(void **state) {
    (void)state;
    run(create, "-b 1024 -I 128", true);
    run(make_and_delete_trees, "-b 4096 -I 256", true);
}

#define WORKLOAD(name)                                                                             \
    static void whatever_is_lost_is_mended_##name(void **state) {                                  \
        (void)state;                                                                               \
        run(name, "-b 1024 -I 128", false);                                                        \
        run(name, "-b 4096 -I 256", false);                                                        \
    }
WORKLOAD(create)
WORKLOAD(grow_a_directory)
WORKLOAD(make_and_delete_trees)
WORKLOAD(unlink_and_reuse)
WORKLOAD(truncate_and_write)
WORKLOAD(rename_files)
WORKLOAD(link_and_unlink)
WORKLOAD(reuse_by_another)
WORKLOAD(move_between)
WORKLOAD(rename_where_a_directory_grows)
WORKLOAD(file_far_from_its_directory)
WORKLOAD(symbolic_links)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_lost_is_mended_create),
        cmocka_unit_test(whatever_is_lost_is_mended_grow_a_directory),
        cmocka_unit_test(whatever_is_lost_is_mended_make_and_delete_trees),
        cmocka_unit_test(whatever_is_lost_is_mended_unlink_and_reuse),
        cmocka_unit_test(whatever_is_lost_is_mended_truncate_and_write),
        cmocka_unit_test(whatever_is_lost_is_mended_rename_files),
        cmocka_unit_test(whatever_is_lost_is_mended_link_and_unlink),
        cmocka_unit_test(whatever_is_lost_is_mended_reuse_by_another),
        cmocka_unit_test(whatever_is_lost_is_mended_move_between),
        cmocka_unit_test(whatever_is_lost_is_mended_rename_where_a_directory_grows),
        cmocka_unit_test(whatever_is_lost_is_mended_file_far_from_its_directory),
        cmocka_unit_test(whatever_is_lost_is_mended_symbolic_links),
        cmocka_unit_test(what_says_that_it_is_in_order_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
