/* SPDX-License-Identifier: MIT */
/* exo_cffs_test.c -- C-FFS against a plain model, after crashes, with requests that fail, full
 * disks and quotas. STEPS=N: so many steps of the model. */
#include "volume.h"

#include "files_model.h"

static void random_steps_as_in_a_model(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 8192, 300);
    random_steps(&v, 8); /* the root's blocks */
}

static void random_steps_without_the_techniques(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 8192, 300);
    v.plain = true;
    random_steps(&v, 30); /* and the inodes' */
}

static void each_crash_leaves_what_was_promised(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, CRASH_BLOCKS, 200);
    crashes(&v);
}

static void each_crash_leaves_it_without_the_techniques(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, CRASH_BLOCKS, 200);
    v.plain = true;
    crashes(&v);
}

static void what_is_no_name_is_refused(void **state) {
    (void)state;
    static const struct cffs_name wrong[] = {{"", 0}, {"a/b", 3}, {"/", 1}, {"a/", 2}, {"\0b", 2}};
    char longest[CFFS_NAME + 1];
    struct volume v;
    struct cffs_id id, old, root;
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    root = cffs_root(&v.fs);
    memset(longest, 'n', sizeof longest);
    assert_int_equal(cffs_create(&v.fs, root, name_of("a"), 0644, &id), 0);
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(cffs_create(&v.fs, root, wrong[i], 0644, &id), -E_INVALID);
        assert_int_equal(cffs_mkdir(&v.fs, root, wrong[i], 0755, &id), -E_INVALID);
        assert_int_equal(cffs_unlink(&v.fs, root, wrong[i]), -E_INVALID);
        assert_int_equal(cffs_rename(&v.fs, root, name_of("a"), root, wrong[i], &old, &id),
                         -E_INVALID);
    }
    struct cffs_name name = {longest, CFFS_NAME + 1};
    assert_int_equal(cffs_create(&v.fs, root, name, 0644, &id), -E_TOO_LONG);
    name.length = CFFS_NAME;
    assert_int_equal(cffs_create(&v.fs, root, name, 0644, &id), 0);
    volume_end(&v);
}

static void what_is_freed_stays_allocated_until_the_disk_knows(void **state) {
    (void)state;
    struct volume v;
    struct cffs_id id;
    struct store_child child;
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    for (unsigned synced = 0; synced < 2; synced++) {
        assert_int_equal(cffs_create(&v.fs, cffs_root(&v.fs), name_of("a"), 0644, &id), 0);
        assert_int_equal(cffs_write(&v.fs, id, 0, "a", 1), 1);
        if (synced)
            assert_int_equal(cffs_sync(&v.fs), 0);
        assert_int_equal(cffs_block(&v.fs, id, 0, &child), 0);
        assert_int_equal(cffs_unlink(&v.fs, cffs_root(&v.fs), name_of("a")), 0);
        assert_int_equal(store_is_free(&v.raw.store, child.at.block), !synced);
        assert_int_equal(cffs_sync(&v.fs), 0);
        assert_true(store_is_free(&v.raw.store, child.at.block));
    }
    volume_end(&v);
}

/* The disk as the first flush leaves it. */
struct snapshot {
    const unsigned char *from;
    unsigned char *to;
    bool taken;
};

static void take_at_flush(void *owner, uint32_t block, const unsigned char *page) {
    struct snapshot *s = owner;
    (void)block;
    if (page == NULL && !s->taken)
        memcpy(s->to, s->from, 64ul * STORE_BLOCK);
    s->taken |= page == NULL;
}

static void a_name_that_is_taken_over_is_the_newer_files(void **state) {
    (void)state;
    static unsigned char kept_bytes[64 * STORE_BLOCK];
    struct volume v;
    struct cffs_id id, first;
    unsigned char byte;
    for (unsigned older = 0; older < 2; older++) { /* before the other in the block, or behind */
        volume_new(&v, 64, 40);
        assert_int_equal(volume_format(&v), 0);
        static const char *const names[] = {"from", "b", "c", "d", "e", "over"};
        for (unsigned i = 0; i < 6; i++) {
            const char *name = names[older ? 5 - i : i];
            assert_int_equal(cffs_create(&v.fs, cffs_root(&v.fs), name_of(name), 0, &id), 0);
            assert_int_equal(cffs_write(&v.fs, id, 0, name, 1), 1);
        }
        assert_int_equal(cffs_sync(&v.fs), 0);
        struct snapshot snapshot = {v.bytes, kept_bytes, false};
        v.disk.seen = take_at_flush;
        v.disk.owner = &snapshot;
        assert_int_equal(cffs_rename(&v.fs, cffs_root(&v.fs), name_of("from"), cffs_root(&v.fs),
                                     name_of("over"), &first, &id),
                         0);
        assert_true(snapshot.taken);
        v.disk.seen = NULL;
        memcpy(v.bytes, kept_bytes, sizeof kept_bytes);
        assert_int_equal(volume_open(&v), 0);
        assert_int_equal(v.checked.repaired, 1);
        assert_int_equal(cffs_lookup(&v.fs, cffs_root(&v.fs), name_of("over"), &id, NULL), 0);
        assert_int_equal(cffs_read(&v.fs, id, 0, &byte, 1), 1);
        assert_int_equal(byte, 'f');
        volume_end(&v);
    }
}

/* --- Failures --- */

static void each_request_fails_once(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 512, 60);
    each_request_fails(&v);
}

static void a_full_disk_and_a_quota_refuse_and_keep_the_books(void **state) {
    (void)state;
    static unsigned char data[4096];
    for (uint32_t blocks = 16; blocks < 90; blocks++)
        for (unsigned quota = 0; quota < 2; quota++) {
            struct volume v;
            volume_new(&v, quota ? 512 : blocks, 64);
            assert_int_equal(volume_format(&v), 0);
            if (quota)
                assert_int_equal(cffs_set_quota(&v.fs, 0, 0, blocks - 14), 0);
            long error = 0;
            for (unsigned n = 0; error >= 0; n++) {
                char text[16];
                struct cffs_id id;
                snprintf(text, sizeof text, "n%u", n);
                error = n % 7 ? cffs_create(&v.fs, cffs_root(&v.fs), name_of(text), 0644, &id)
                              : cffs_mkdir(&v.fs, cffs_root(&v.fs), name_of(text), 0755, NULL);
                for (unsigned i = 0; error == 0 && n % 7 && i < n % 11; i++) {
                    error = cffs_write(&v.fs, id, i * 4096ul, data, sizeof data);
                    error = error > 0 ? 0 : error;
                }
            }
            assert_int_equal(error, quota ? -E_QUOTA : -E_FULL);
            assert_int_equal(volume_close(&v), 0);
            assert_int_equal(volume_open(&v), 0);
            uint32_t used = volume_used(&v);
            assert_int_equal(volume_check(&v, false), 0);
            assert_int_equal(volume_used(&v), used);
            assert_int_equal(v.checked.owned, used - 1);
            if (quota)
                assert_int_equal(v.fs.quotas.of[0].used,
                                 used - 1); /* the root's first block is free */
            volume_end(&v);
        }
}

/* Files, indexes, and all blocks of directories, but for the root's first one. */
static void a_quota_that_comes_late_counts_what_is_there(void **state) {
    (void)state;
    static const unsigned char bytes[9 * STORE_BLOCK];
    struct volume v;
    struct cffs_id many, id;
    volume_new(&v, 2048, 500);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(cffs_mkdir(&v.fs, cffs_root(&v.fs), name_of("many"), 0755, &many), 0);
    for (unsigned n = 0; n < 600; n++) {
        char text[16];
        snprintf(text, sizeof text, "name%u", n);
        assert_int_equal(cffs_create(&v.fs, many, name_of(text), 0644, &id), 0);
    }
    assert_int_equal(cffs_write(&v.fs, id, 0, bytes, sizeof bytes), sizeof bytes);
    assert_int_equal(volume_check(&v, false), 0);
    assert_int_equal(cffs_set_quota(&v.fs, 0, v.checked.owned, 0), 0);
    assert_int_equal(v.fs.quotas.of[0].used, volume_used(&v) - 1);
    assert_int_equal(volume_check(&v, false), 0);
    v.fs.quotas.of[0].used++; /* as after a crash */
    assert_int_equal(volume_check(&v, false), -E_DAMAGED);
    assert_string_equal(v.fs.damage.field, "quota");
    assert_int_equal(volume_check(&v, true), 0);
    assert_int_equal(v.fs.quotas.of[0].used, volume_used(&v) - 1);
    volume_end(&v);
}

/* --- Many names; damage --- */

static void a_directory_of_many_names(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 8192, 2000);
    many_names(&v, 3 * NAMES / 30);
}

/* A block of a directory with names is freed by an attempt to remove it, and becomes a file's: who
 * copied the block into that file has no name in the directory. */
static void a_name_is_not_found_in_a_block_that_the_directory_had(void **state) {
    (void)state;
    struct volume v;
    struct cffs_id d, id;
    struct store_child child = {0};
    static unsigned char copy[STORE_BLOCK];
    char text[16];
    volume_new(&v, 256, 200);
    assert_int_equal(volume_format(&v), 0);
    const struct cffs_id root = cffs_root(&v.fs);
    assert_int_equal(cffs_mkdir(&v.fs, root, name_of("d"), 0755, &d), 0);
    char gone[16] = "";
    uint32_t first = 0;
    for (unsigned i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "n%u", i);
        assert_int_equal(cffs_create(&v.fs, d, name_of(text), 0644, &id), 0);
    }
    for (unsigned i = 0; i < 4 && first == 0; i++) /* the links are behind the head */
        memcpy(&first, store_look(&v.raw.store, d.block) + v.fs.slot + i * v.fs.pointer, 4);
    for (unsigned i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "n%u", i);
        assert_int_equal(cffs_lookup(&v.fs, d, name_of(text), &id, NULL), 0);
        if (id.block != d.block && id.block != first)
            continue; /* so that the directory is not empty, as is seen when `first` is free */
        if (id.block == first && gone[0] == '\0') {
            memcpy(copy, store_look(&v.raw.store, first), sizeof copy);
            memcpy(gone, text, sizeof gone);
        }
        assert_int_equal(cffs_unlink(&v.fs, d, name_of(text)), 0);
    }
    assert_int_not_equal(gone[0], '\0');
    for (unsigned i = 0; i < 250; i++) {
        snprintf(text, sizeof text, "f%u", i);
        assert_int_equal(cffs_create(&v.fs, root, name_of(text), 0644, NULL), 0);
    }
    assert_int_equal(cffs_rmdir(&v.fs, root, name_of("d")), -E_EXISTS);
    assert_int_equal(cffs_sync(&v.fs), 0);
    for (unsigned i = 0; i < 250 && child.at.block != first; i++) {
        snprintf(text, sizeof text, "f%u", i);
        assert_int_equal(cffs_lookup(&v.fs, root, name_of(text), &id, NULL), 0);
        assert_int_equal(cffs_write(&v.fs, id, 0, copy, sizeof copy), sizeof copy);
        assert_int_equal(cffs_block(&v.fs, id, 0, &child), 0);
    }
    assert_int_equal(child.at.block, first);
    assert_int_equal(cffs_lookup(&v.fs, d, name_of(gone), &id, NULL), -E_NOT_FOUND);
    volume_end(&v);
}

static void a_damaged_disk_gives_errors_that_name_block_and_field(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 512, 100);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(some_work(&v), 0);
    assert_int_equal(volume_close(&v), 0);
    unsigned char *good = malloc(512ul * STORE_BLOCK);
    memcpy(good, v.bytes, 512ul * STORE_BLOCK);
    unsigned found = 0;
    for (unsigned n = 0, end = steps(3000); n < end; n++) {
        memcpy(v.bytes, good, 512ul * STORE_BLOCK);
        for (unsigned k = 1 + below(6); k > 0; k--)
            v.bytes[below(40 * STORE_BLOCK)] = (unsigned char)(below(3) ? below(64) : below(256));
        if (volume_open(&v) < 0)
            continue;
        long error = volume_check(&v, n % 2);
        if (error == -E_DAMAGED) {
            assert_non_null(v.fs.damage.field);
            assert_true(v.fs.damage.block < v.blocks);
            found++;
        }
        look_around(&v, cffs_root(&v.fs), 0);
        (void)some_work(&v);
    }
    assert_true(found > 0);
    free(good);
    volume_end(&v);
}

/* A disk whose two directories are one: by turns the block would be each one's. */
static void a_block_of_two_directories_is_told_and_ends_the_check(void **state) {
    (void)state;
    struct volume v;
    struct cffs_id a, b;
    volume_new(&v, 512, 100);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(cffs_mkdir(&v.fs, cffs_root(&v.fs), name_of("a"), 0755, &a), 0);
    assert_int_equal(cffs_mkdir(&v.fs, cffs_root(&v.fs), name_of("b"), 0755, &b), 0);
    const uint32_t root = v.fs.root;
    assert_int_equal(volume_close(&v), 0);
    unsigned changed = 0;
    for (uint32_t at = 256; at < STORE_BLOCK; at += 4) { /* slots */
        uint32_t *word = (uint32_t *)(v.bytes + (size_t)root * STORE_BLOCK + at);
        changed += *word == b.block;
        *word = *word == b.block ? a.block : *word;
    }
    assert_int_equal(changed, 1);
    assert_int_equal(volume_open(&v), 0);
    assert_int_equal(volume_check(&v, true), -E_DAMAGED);
    assert_non_null(v.fs.damage.field);
    assert_true(v.checked.repaired < 100);
    volume_end(&v);
}

static void a_root_of_another_type_is_no_file_system(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 512, 100);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(volume_close(&v), 0);
    struct raw_super *super = (struct raw_super *)v.bytes;
    assert_int_equal(super->root[0].at.type, 16);
    super->root[0].at.type = 17; /* an index of C-FFS's */
    assert_int_equal(volume_open(&v), -E_DAMAGED);
    assert_string_equal(v.fs.damage.field, "magic");
    volume_end(&v);
}

/* The store's operations believe nothing about which blocks there are. */
static void blocks_beyond_the_disk_are_refused(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 512, 100);
    assert_int_equal(volume_format(&v), 0);
    struct store *s = &v.raw.store;
    const struct xn_changes nothing = {0};
    const struct store_at at = {v.fs.root, 0, &nothing}, beyond = {512, 0, &nothing};
    const struct xn_extent wrong[] = {
        {512, 1, 16, 0}, {UINT32_MAX, 1, 16, 0}, {500, 13, 0, 0}, {0, 1, 0, 0}, {100, 0, 0, 0}};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(s->ops->alloc(s, at, wrong[i]), -E_INVALID);
        assert_int_equal(s->ops->free(s, at, wrong[i]), -E_INVALID);
        assert_int_equal(s->ops->move(s, at, at, wrong[i]), -E_INVALID);
    }
    assert_int_equal(s->ops->write(s, beyond), -E_INVALID);
    assert_int_equal(s->ops->depend(s, 512, v.fs.root), -E_INVALID);
    assert_int_equal(s->ops->depend(s, v.fs.root, UINT32_MAX), -E_INVALID);
    assert_int_equal(volume_close(&v), 0);
    volume_end(&v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_steps_as_in_a_model),
        cmocka_unit_test(random_steps_without_the_techniques),
        cmocka_unit_test(what_is_no_name_is_refused),
        cmocka_unit_test(each_crash_leaves_what_was_promised),
        cmocka_unit_test(each_crash_leaves_it_without_the_techniques),
        cmocka_unit_test(what_is_freed_stays_allocated_until_the_disk_knows),
        cmocka_unit_test(a_name_that_is_taken_over_is_the_newer_files),
        cmocka_unit_test(each_request_fails_once),
        cmocka_unit_test(a_full_disk_and_a_quota_refuse_and_keep_the_books),
        cmocka_unit_test(a_quota_that_comes_late_counts_what_is_there),
        cmocka_unit_test(a_directory_of_many_names),
        cmocka_unit_test(a_name_is_not_found_in_a_block_that_the_directory_had),
        cmocka_unit_test(a_damaged_disk_gives_errors_that_name_block_and_field),
        cmocka_unit_test(a_block_of_two_directories_is_told_and_ends_the_check),
        cmocka_unit_test(a_root_of_another_type_is_no_file_system),
        cmocka_unit_test(blocks_beyond_the_disk_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
