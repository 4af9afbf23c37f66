/* SPDX-License-Identifier: MIT */
/* exo_xcp_test.c -- copies that move pages: of any files, on a disk that becomes full, and after
 * a boot. */
#include "volume.h"

#include "exo/libos/xcp/xcp.h"
#include "unit.h"

enum { FILES = 40, ROOM = 16, MOST = 200000 };

static unsigned char bytes[MOST], found[MOST];
static uint32_t memory[ROOM]; /* fewer than one file has blocks: several turns */

/* From nothing to what needs an index; each third has a hole, each fourth ends within a block. */
static size_t length_of(unsigned i) {
    return i % 8 == 7 ? 150000u + i : i % 4 ? i * 700u : i * 4096u;
}

static void fill(unsigned i) {
    for (unsigned k = 0; k < MOST; k++)
        bytes[k] = (unsigned char)(i * 31 + k * 7 + k / 256);
    for (unsigned k = 8192; i % 3 == 0 && k < 16384; k++)
        bytes[k] = 0;
}

static struct cffs_id make(struct volume *v, const char *stem, unsigned i, bool filled) {
    char text[16];
    struct cffs_id id;
    snprintf(text, sizeof text, "%s%u", stem, i);
    assert_int_equal(cffs_create(&v->fs, cffs_root(&v->fs), name_of(text), 0600, &id), 0);
    const size_t length = length_of(i), hole = i % 3 == 0 && length > 16384;
    fill(i);
    if (!filled)
        return id;
    assert_int_equal(cffs_write(&v->fs, id, 0, bytes, hole ? 8192 : length), hole ? 8192 : length);
    if (hole)
        assert_int_equal(cffs_write(&v->fs, id, 16384, bytes + 16384, length - 16384),
                         length - 16384);
    return id;
}

static void compare(struct volume *v, const char *stem, unsigned i) {
    char text[16];
    struct cffs_id id;
    snprintf(text, sizeof text, "%s%u", stem, i);
    assert_int_equal(cffs_lookup(&v->fs, cffs_root(&v->fs), name_of(text), &id, NULL), 0);
    fill(i);
    assert_int_equal(cffs_read(&v->fs, id, 0, found, sizeof found), length_of(i));
    assert_memory_equal(found, bytes, length_of(i));
}

static void compare_all(struct volume *v) {
    for (unsigned i = 0; i < FILES; i++) {
        compare(v, "from", i);
        compare(v, "to", i);
    }
}

static void are_there_after_a_boot(struct volume *v) {
    assert_int_equal(volume_close(v), 0);
    assert_int_equal(volume_open(v), 0);
    compare_all(v);
    assert_int_equal(volume_close(v), 0);
}

static void files_are_copied_whole_dirty_or_not_and_are_there_after_a_boot(void **state) {
    static struct volume v;
    static struct xcp_file file[FILES];
    (void)state;
    volume_new(&v, 4000, 1500);
    assert_int_equal(volume_format(&v), 0);
    for (unsigned i = 0; i < FILES; i++) {
        file[i].from = make(&v, "from", i, true);
        if (i == FILES / 2) /* the others are dirty when they are copied */
            assert_int_equal(cffs_sync(&v.fs), 0);
    }
    for (unsigned i = 0; i < FILES; i++)
        file[i].to = make(&v, "to", i, false);
    assert_int_equal(xcp_files(&v.fs, file, FILES, memory, ROOM), 0);
    compare_all(&v);
    assert_int_equal(volume_check(&v, false), 0);
    assert_int_equal(v.checked.files, 2 * FILES);
    are_there_after_a_boot(&v);
    volume_end(&v);
}

/* The same, but XCP makes the copies: their names and first blocks in one change. */
static void copies_get_their_names_and_blocks_at_once(void **state) {
    static struct volume v;
    static struct xcp_file file[FILES];
    static char names[FILES][16];
    (void)state;
    volume_new(&v, 4000, 1500);
    assert_int_equal(volume_format(&v), 0);
    for (unsigned i = 0; i < FILES; i++) {
        snprintf(names[i], sizeof names[i], "to%u", i);
        file[i] = (struct xcp_file){
            .from = make(&v, "from", i, true), .in = cffs_root(&v.fs), .name = name_of(names[i])};
    }
    assert_int_equal(cffs_sync(&v.fs), 0);
    assert_int_equal(xcp_files(&v.fs, file, FILES, memory, ROOM), 0);
    assert_int_equal(xcp_files(&v.fs, file, 1, memory, ROOM), -E_EXISTS);
    assert_int_equal(volume_check(&v, false), 0);
    are_there_after_a_boot(&v);
    volume_end(&v);
}

/* A copy that fails has nothing of what its blocks held before. */
static void a_copy_that_fails_shows_no_old_bytes(void **state) {
    static struct volume v;
    (void)state;
    volume_new(&v, 700, 600);
    assert_int_equal(volume_format(&v), 0);
    struct xcp_file file = {
        .from = make(&v, "from", 3, true), .in = cffs_root(&v.fs), .name = name_of("to")};
    struct cffs_id to;
    unsigned char *held;
    struct store_child child;
    assert_int_equal(cffs_sync(&v.fs), 0);
    /* Somebody holds its block: it cannot be passed on. */
    assert_int_equal(cffs_block(&v.fs, file.from, 0, &child), 0);
    assert_int_equal(store_get(v.fs.store, &child, 0, STORE_READ, &held), 0);
    assert_int_equal(xcp_files(&v.fs, &file, 1, memory, ROOM), -E_BUSY);
    store_put(v.fs.store, child.at.block);
    assert_int_equal(cffs_lookup(&v.fs, cffs_root(&v.fs), name_of("to"), &to, NULL), 0);
    assert_int_equal(cffs_read(&v.fs, to, 0, found, sizeof found), 0);
    assert_int_equal(volume_close(&v), 0);
    volume_end(&v);
}

static void a_full_disk_is_an_error_and_what_is_there_stays(void **state) {
    static struct volume v;
    static struct xcp_file file[FILES];
    (void)state;
    volume_new(&v, 700, 600);
    assert_int_equal(volume_format(&v), 0);
    for (unsigned i = 0; i < FILES; i++)
        file[i].from = make(&v, "from", i, length_of(i) < 100000);
    for (unsigned i = 0; i < FILES; i++)
        file[i].to = make(&v, "to", i, false);
    static unsigned char much[MOST];
    struct cffs_id filler = make(&v, "filler", 0, false);
    long written;
    uint64_t at = 0;
    while ((written = cffs_write(&v.fs, filler, at, much, 4096 * 40)) > 0)
        at += (uint64_t)written;
    assert_int_equal(cffs_truncate(&v.fs, filler, at > 40960 ? at - 40960 : 0), 0);
    assert_int_equal(xcp_files(&v.fs, file, FILES, memory, ROOM), -E_FULL);
    for (unsigned i = 0; i < FILES; i++)
        if (length_of(i) < 100000)
            compare(&v, "from", i);
    assert_int_equal(volume_check(&v, false), 0);
    assert_int_equal(volume_close(&v), 0);
    volume_end(&v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_copied_whole_dirty_or_not_and_are_there_after_a_boot),
        cmocka_unit_test(copies_get_their_names_and_blocks_at_once),
        cmocka_unit_test(a_copy_that_fails_shows_no_old_bytes),
        cmocka_unit_test(a_full_disk_is_an_error_and_what_is_there_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
