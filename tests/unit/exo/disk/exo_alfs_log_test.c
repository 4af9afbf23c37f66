/* SPDX-License-Identifier: MIT */
/* exo_alfs_log_test.c -- what an alfs's log says after crashes, each laid out by hand: what counts,
 * and what never comes back. */
#include "alfs_volume.h"

#include "unit.h"

/* Empty files whose names are these letters. */
static void create_all(struct volume *v, const char *names) {
    for (; *names != '\0'; names++)
        assert_int_equal(
            alfs_create(&v->fs, alfs_root(), (struct alfs_name){names, 1}, ALFS_FILE, 0, NULL), 0);
}

static bool is_there(struct volume *v, int letter) {
    const char name = (char)letter;
    return alfs_lookup(&v->fs, alfs_root(), (struct alfs_name){&name, 1}, NULL) == 0;
}

static void what_the_disk_changed_is_told(void **state) {
    (void)state;
    struct volume v;
    struct alfs_id id;
    unsigned char data[5000], got[5000];
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    memset(data, 'x', sizeof data);
    assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of("a"), ALFS_FILE, 0644, &id), 0);
    assert_int_equal(alfs_write(&v.fs, id, 0, data, sizeof data), sizeof data);
    assert_int_equal(volume_close(&v), 0);
    unsigned changed = 0;
    for (uint32_t block = v.raw.store.first; block < v.blocks; block++) {
        unsigned char *at = v.bytes + (size_t)block * STORE_BLOCK + 700;
        if (*at != 'x')
            continue;
        *at ^= 1;
        assert_int_equal(volume_open(&v), 0);
        assert_int_equal(alfs_read(&v.fs, id, 0, got, sizeof got), -E_DAMAGED);
        assert_int_equal(v.fs.damage.block, block);
        assert_string_equal(v.fs.damage.field, "sum");
        assert_int_equal(alfs_check(&v.fs, &(struct alfs_checking){.sums = true}), -E_DAMAGED);
        *at ^= 1;
        changed++;
    }
    assert_int_equal(changed, 2);
    assert_int_equal(volume_open(&v), 0);
    assert_int_equal(alfs_read(&v.fs, id, 0, got, sizeof got), sizeof got);
    assert_memory_equal(got, data, sizeof got);
    volume_end(&v);
}

/* A crash before the next sync leaves what was there at the last one, block by block. */
static void what_is_overwritten_is_old_until_it_is_new(void **state) {
    (void)state;
    struct volume v;
    struct alfs_id id;
    static unsigned char data[20000], got[20000];
    volume_new(&v, 128, 30);
    assert_int_equal(volume_format(&v), 0);
    memset(data, 'o', sizeof data);
    assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of("a"), ALFS_FILE, 0644, &id), 0);
    assert_int_equal(alfs_write(&v.fs, id, 0, data, sizeof data), sizeof data);
    assert_int_equal(alfs_sync(&v.fs), 0);
    memset(got, 'n', sizeof got);
    assert_int_equal(alfs_write(&v.fs, id, 5000, got, 4000), 4000);
    assert_int_equal(alfs_truncate(&v.fs, id, 0), 0);
    assert_int_equal(alfs_write(&v.fs, id, 0, got, 9000), 9000);
    for (uint32_t b = v.raw.store.first; b < v.blocks; b++) /* all, but no record says so */
        if (b != v.fs.log[v.fs.head].block)
            (void)v.raw.store.ops->writeback(&v.raw.store, &b, 1, true);
    assert_int_equal(volume_open(&v), 0);
    assert_int_equal(alfs_lookup(&v.fs, alfs_root(), name_of("a"), &id), 0);
    assert_int_equal(alfs_read(&v.fs, id, 0, got, sizeof got), sizeof got);
    assert_memory_equal(got, data, sizeof got);
    volume_end(&v);
}

/* The disk has a new file, and not that the old one of its name is gone: the new one has it, and
 * the old one does not come back when it is called something else, or is gone. */
static void of_two_of_a_name_the_newer_one_has_it(void **state) {
    (void)state;
    struct volume v;
    struct alfs_id id;
    unsigned char sector[STORE_SECTOR], byte = 'n', got = 0;
    for (unsigned renamed = 0; renamed < 2; renamed++) {
        volume_new(&v, 64, 40);
        assert_int_equal(volume_format(&v), 0);
        create_all(&v, "abcdefgh");
        assert_int_equal(alfs_sync(&v.fs), 0);
        unsigned char *head = v.bytes + (size_t)v.fs.log[v.fs.head].block * STORE_BLOCK;
        memcpy(sector, head, sizeof sector); /* with the record of the first file */
        assert_int_equal(alfs_remove(&v.fs, alfs_root(), name_of("a"), ALFS_FILE), 0);
        assert_int_equal(alfs_remove(&v.fs, alfs_root(), name_of("b"), ALFS_FILE), 0);
        assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of("a"), ALFS_FILE, 0, &id), 0);
        assert_int_equal(alfs_write(&v.fs, id, 0, &byte, 1), 1);
        assert_int_equal(id.inode, 3); /* b's, not the old one's */
        assert_int_equal(volume_close(&v), 0);
        memcpy(head, sector, sizeof sector);
        assert_int_equal(volume_open(&v), 0);
        assert_int_equal(alfs_lookup(&v.fs, alfs_root(), name_of("a"), &id), 0);
        assert_int_equal(alfs_read(&v.fs, id, 0, &got, 1), 1);
        assert_int_equal(got, byte);
        assert_int_equal(
            renamed ? alfs_rename(&v.fs, alfs_root(), name_of("a"), alfs_root(), name_of("z"))
                    : alfs_remove(&v.fs, alfs_root(), name_of("a"), ALFS_FILE),
            0);
        assert_int_equal(volume_close(&v), 0);
        assert_int_equal(volume_open(&v), 0);
        assert_false(is_there(&v, 'a'));
        volume_end(&v);
    }
}

/* Slots 1 to 3 are in the first sector, 4 to 7 in the second: that one did not come to the disk,
 * the next one did. What is there is not taken for records when the ones before it are. */
static void what_is_behind_the_logs_end_never_counts(void **state) {
    (void)state;
    struct volume v;
    unsigned char *second;
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    create_all(&v, "abcdefghijk");
    second = v.bytes + (size_t)v.fs.log[v.fs.head].block * STORE_BLOCK + STORE_SECTOR;
    assert_int_equal(volume_close(&v), 0);
    memset(second, 0, STORE_SECTOR);
    assert_int_equal(volume_open(&v), 0);
    for (int name = 'a'; name <= 'k'; name++)
        assert_int_equal(is_there(&v, name), name <= 'c');
    create_all(&v, "wxyz");
    assert_int_equal(volume_close(&v), 0);
    assert_int_equal(volume_open(&v), 0);
    for (int name = 'a'; name <= 'z'; name++)
        assert_int_equal(is_there(&v, name), name <= 'c' || name >= 'w');
    volume_end(&v);
}

/* The disk knows that a file is shorter, and has its blocks still: they do not come back when it is
 * longer again. */
static void what_was_cut_off_stays_cut_off(void **state) {
    (void)state;
    struct volume v;
    struct alfs_id id;
    static unsigned char data[3 * STORE_BLOCK], got[sizeof data];
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    memset(data, 'x', sizeof data);
    assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of("a"), ALFS_FILE, 0, &id), 0);
    assert_int_equal(alfs_write(&v.fs, id, 0, data, sizeof data), sizeof data);
    assert_int_equal(alfs_sync(&v.fs), 0);
    assert_int_equal(alfs_truncate(&v.fs, id, 100), 0);
    assert_int_equal(alfs_fsync(&v.fs, id), 0); /* which frees nothing */
    assert_int_equal(volume_open(&v), 0);       /* after a crash */
    assert_int_equal(alfs_lookup(&v.fs, alfs_root(), name_of("a"), &id), 0);
    assert_int_equal(alfs_truncate(&v.fs, id, sizeof data), 0);
    memset(data + 100, 0, sizeof data - 100);
    assert_int_equal(alfs_read(&v.fs, id, 0, got, sizeof got), sizeof got);
    assert_memory_equal(got, data, sizeof got);
    volume_end(&v);
}

/* The same of a file that was cut to nothing, which is other contents from then on. */
static void what_was_cut_to_nothing_does_not_come_back(void **state) {
    (void)state;
    struct volume v;
    struct alfs_id id;
    static unsigned char data[3 * STORE_BLOCK], got[sizeof data];
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    memset(data, 'x', sizeof data);
    assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of("a"), ALFS_FILE, 0, &id), 0);
    assert_int_equal(alfs_write(&v.fs, id, 0, data, sizeof data), sizeof data);
    assert_int_equal(alfs_sync(&v.fs), 0);
    assert_int_equal(alfs_truncate(&v.fs, id, 0), 0);
    assert_int_equal(alfs_truncate(&v.fs, id, sizeof data), 0);
    assert_int_equal(alfs_fsync(&v.fs, id), 0);
    assert_int_equal(volume_open(&v), 0); /* after a crash */
    assert_int_equal(alfs_lookup(&v.fs, alfs_root(), name_of("a"), &id), 0);
    memset(data, 0, sizeof data);
    assert_int_equal(alfs_read(&v.fs, id, 0, got, sizeof got), sizeof got);
    assert_memory_equal(got, data, sizeof got);
    volume_end(&v);
}

/* The disks as the last two flushes left them. */
static unsigned char flushed[2][64 * STORE_BLOCK];

static void flushes_kept(void *owner, uint32_t block, const unsigned char *page) {
    const struct volume *v = owner;
    (void)block;
    if (page != NULL)
        return;
    memcpy(flushed[0], flushed[1], sizeof flushed[0]);
    memcpy(flushed[1], v->bytes, sizeof flushed[1]);
}

/* A file that was cut and is longer again: of the last epoch the disk has the sector with its new
 * size, and not the one with its extent. */
static void a_file_grows_when_the_disk_knows_that_it_was_cut(void **state) {
    (void)state;
    struct volume v;
    struct alfs_id id;
    static unsigned char data[3 * STORE_BLOCK], got[sizeof data];
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    memset(data, 'x', sizeof data);
    assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of("a"), ALFS_FILE, 0, &id), 0);
    create_all(&v, "bc");
    assert_int_equal(alfs_write(&v.fs, id, 0, data, sizeof data), sizeof data);
    assert_int_equal(alfs_sync(&v.fs), 0);
    v.disk.seen = flushes_kept;
    v.disk.owner = &v;
    assert_int_equal(alfs_truncate(&v.fs, id, STORE_BLOCK), 0);
    assert_int_equal(alfs_truncate(&v.fs, id, sizeof data), 0);
    assert_int_equal(alfs_fsync(&v.fs, id), 0);
    v.disk.seen = NULL;
    const size_t head = (size_t)v.fs.log[v.fs.head].block * STORE_BLOCK;
    memcpy(flushed[0] + head, flushed[1] + head, STORE_SECTOR);
    memcpy(v.bytes, flushed[0], sizeof flushed[0]);
    assert_int_equal(volume_open(&v), 0);
    assert_int_equal(alfs_lookup(&v.fs, alfs_root(), name_of("a"), &id), 0);
    memset(data + STORE_BLOCK, 0, sizeof data - STORE_BLOCK);
    assert_int_equal(alfs_read(&v.fs, id, 0, got, sizeof got), sizeof got);
    assert_memory_equal(got, data, sizeof got);
    volume_end(&v);
}

/* A directory is gone on the disk, and a name in it is not: it is in no directory that gets the
 * number later. */
static void a_name_goes_with_its_directory(void **state) {
    (void)state;
    struct volume v;
    struct alfs_id d, id;
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of("d"), ALFS_DIR, 0, &d), 0);
    assert_int_equal(alfs_create(&v.fs, d, name_of("x"), ALFS_FILE, 0, NULL), 0);
    struct alfs_record *r =
        (struct alfs_record *)(v.bytes + (size_t)v.fs.log[v.fs.head].block * STORE_BLOCK) + 1;
    assert_int_equal(volume_close(&v), 0);
    assert_int_equal(r->kind, ALFS_DIR);
    r->kind = ALFS_GONE;
    assert_int_equal(volume_open(&v), 0);
    assert_int_equal(v.fs.files_used, 0);
    while (alfs_create(&v.fs, alfs_root(), name_of("e"), ALFS_DIR, 0, &id) == 0 &&
           id.inode != d.inode)
        assert_int_equal(alfs_rename(&v.fs, alfs_root(), name_of("e"), alfs_root(), name_of("f")),
                         0);
    assert_int_equal(id.inode, d.inode);
    assert_int_equal(alfs_lookup(&v.fs, id, name_of("x"), NULL), -E_NOT_FOUND);
    volume_end(&v);
}

/* An extent's blocks are data: one that says that it is metadata would let a file's bytes be taken
 * for a log. */
static void an_extent_of_anything_but_data_is_damage(void **state) {
    (void)state;
    struct volume v;
    struct alfs_id id;
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of("a"), ALFS_FILE, 0, &id), 0);
    assert_int_equal(alfs_write(&v.fs, id, 0, "a", 1), 1);
    const uint32_t log = v.fs.log[v.fs.head].block;
    struct alfs_record *r = (struct alfs_record *)(v.bytes + (size_t)log * STORE_BLOCK) + 2;
    assert_int_equal(volume_close(&v), 0);
    assert_int_equal(r->kind, ALFS_EXTENT);
    assert_int_equal(r->at.type, XN_BYTES);
    r->at.type = ALFS_LOG;
    assert_int_equal(volume_open(&v), -E_DAMAGED);
    assert_int_equal(v.fs.damage.block, log);
    assert_string_equal(v.fs.damage.field, "extent");
    volume_end(&v);
}

static void a_block_whose_number_has_none_behind_it_is_damage(void **state) {
    (void)state;
    struct volume v;
    struct alfs_id id;
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of("a"), ALFS_FILE, 0, &id), 0);
    const uint32_t log = v.fs.log[v.fs.head].block;
    struct alfs_head *head = (struct alfs_head *)(v.bytes + (size_t)log * STORE_BLOCK);
    assert_int_equal(volume_close(&v), 0);
    head->number = UINT64_MAX;
    assert_int_equal(volume_open(&v), -E_DAMAGED);
    assert_int_equal(v.fs.damage.block, log);
    assert_string_equal(v.fs.damage.field, "number");
    volume_end(&v);
}

/* --- Compaction --- */

enum { WRITES = 400, NAMES = 26, BLOCKS = 64 };
static struct {
    unsigned count;
    uint32_t block[WRITES];
    unsigned char page[WRITES][STORE_BLOCK];
} writes; /* of one epoch, on top of `before` */
static unsigned char before[BLOCKS * STORE_BLOCK];
static unsigned states;

/* The epoch's disks that lack one of its writes: each name is there. */
static void epoch_ends(struct volume *v) {
    for (unsigned lacks = 0; lacks < writes.count; lacks++) {
        struct volume after;
        volume_new(&after, BLOCKS, 40);
        memcpy(after.bytes, before, sizeof before);
        for (unsigned i = 0; i < writes.count; i++)
            if (i != lacks)
                memcpy(after.bytes + (size_t)writes.block[i] * STORE_BLOCK, writes.page[i],
                       STORE_BLOCK);
        assert_int_equal(volume_open(&after), 0);
        for (int name = 'a'; name < 'a' + NAMES; name++)
            assert_true(is_there(&after, name));
        volume_end(&after);
        states++;
    }
    memcpy(before, v->bytes, sizeof before);
    writes.count = 0;
}

static void written(void *owner, uint32_t block, const unsigned char *page) {
    if (page == NULL) {
        epoch_ends(owner);
        return;
    }
    assert_true(writes.count < WRITES);
    writes.block[writes.count] = block;
    memcpy(writes.page[writes.count++], page, STORE_BLOCK);
}

/* A block of the log with names alone is given up: they are at the log's end before. There they fit
 * into the last block, as else a new one, which is written before its address, would do it. */
static void a_block_is_given_up_when_its_names_are_elsewhere(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, BLOCKS, 40);
    assert_int_equal(volume_format(&v), 0);
    create_all(&v, "abcdefghijklmnopqrstuvwxyz");
    assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of("churn0"), ALFS_FILE, 0, NULL), 0);
    for (unsigned n = 0; n < 10 * (ALFS_SLOTS - 1) + 1 - NAMES - 1; n++)
        assert_int_equal(alfs_rename(&v.fs, alfs_root(), name_of(n % 2 ? "churn1" : "churn0"),
                                     alfs_root(), name_of(n % 2 ? "churn0" : "churn1")),
                         0);
    assert_int_equal(store_sync(&v.raw.store, false), 0);
    memcpy(before, v.bytes, sizeof before);
    v.disk.seen = written;
    v.disk.owner = &v;
    const uint32_t logs = v.fs.logs;
    assert_int_equal(alfs_sync(&v.fs), 0);
    assert_true(v.fs.logs < logs && states > 4);
    volume_end(&v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_disk_changed_is_told),
        cmocka_unit_test(what_is_overwritten_is_old_until_it_is_new),
        cmocka_unit_test(of_two_of_a_name_the_newer_one_has_it),
        cmocka_unit_test(what_is_behind_the_logs_end_never_counts),
        cmocka_unit_test(what_was_cut_off_stays_cut_off),
        cmocka_unit_test(what_was_cut_to_nothing_does_not_come_back),
        cmocka_unit_test(a_file_grows_when_the_disk_knows_that_it_was_cut),
        cmocka_unit_test(a_name_goes_with_its_directory),
        cmocka_unit_test(an_extent_of_anything_but_data_is_damage),
        cmocka_unit_test(a_block_whose_number_has_none_behind_it_is_damage),
        cmocka_unit_test(a_block_is_given_up_when_its_names_are_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
