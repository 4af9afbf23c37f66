/* SPDX-License-Identifier: MIT */
/* exo_xn_third_test.c -- beside C-FFS and alfs a third file system on a volume of XN's: a temporary
 * one, and one that grew where no root leads. */
#include "xn_two.h"

static const char third_name[16] = "third";

/* A third file system, with files, of which nothing is on the disk; those of its blocks that are
 * metadata and dirty, its root the first. */
static uint32_t third_fill(struct both *b, struct alfs *fs, uint32_t *dirty) {
    static unsigned char data[9000];
    uint32_t count = 0;
    for (unsigned i = 0; i < 70; i++) {
        char text[16];
        struct alfs_id id;
        snprintf(text, sizeof text, "t%u", i);
        assert_int_equal(alfs_create(fs, alfs_root(), (struct alfs_name){text, strlen(text)},
                                     ALFS_FILE, 0644, &id),
                         0);
        memset(data, (int)i + 1, sizeof data);
        assert_int_equal(alfs_write(fs, id, 0, data, sizeof data), sizeof data);
    }
    dirty[count++] = fs->root;
    for (uint32_t i = 0; i < fs->logs_most; i++)
        if (fs->log[i].block)
            dirty[count++] = fs->log[i].block;
    (void)b;
    return count;
}

/* The same work, on a root that stays and on one that does not: where it stays, its root may not be
 * written before what it leads to; and only what stays is there after a crash. */
static void a_temporary_one_has_no_order_and_is_gone_after_a_crash(void **state) {
    (void)state;
    for (unsigned temporary = 0; temporary < 2; temporary++) {
        static struct both b;
        static struct alfs third;
        void *tables = malloc(alfs_bytes(TABLES, TABLES));
        uint32_t dirty[64], root;
        both_new(&b);
        for (unsigned n = 0; n < 100; n++)
            step(&b);
        check_both(&b);
        check_both(&b); /* what was given up in the first sync is free after another one */
        const uint32_t free_before = b.v.x.volume[0].free;
        for (unsigned crash = 0; crash < 2; crash++) {
            if (crash == 0 || temporary)
                assert_int_equal(alfs_format(&b.h.store, third_name, 0, temporary), 0);
            assert_int_equal(
                alfs_mount(&third, &b.h.store, third_name, tables, TABLES, TABLES, false), 0);
            if (crash == 1 && !temporary) { /* it was synced */
                assert_int_equal(third.files_used, 70);
                break;
            }
            assert_int_equal(third.files_used, 0);
            uint32_t count = third_fill(&b, &third, dirty);
            assert_true(count > 4);
            root = dirty[0];
            assert_int_equal(b.h.store.ops->writeback(&b.h.store, &root, 1, true), !temporary);
            assert_int_equal(alfs_sync(&third), 0);
            assert_int_equal(store_sync(&b.h.store, false), 0);
            host_volume_close(&b.v); /* a crash */
            both_open(&b);
            both_mount(&b);
            compare(&b, 0);
            compare(&b, 1);
            if (temporary)
                assert_int_equal(b.v.x.volume[0].free, free_before);
        }
        host_volume_close(&b.v);
        both_end(&b);
        free(tables);
    }
}

static uint32_t nobodys; /* the root of a tree that nothing owns */
static long root_is_nobodys(struct store *s, const char name[16], struct store_child *child) {
    (void)s, (void)name;
    *child = (struct store_child){.at = {nobodys, 1, ALFS_ROOT, 0}};
    return 0;
}

/* A file system is made where no root leads, in any order, and gets its name by one call: from then
 * on it is ordered, and there after a crash. */
static void a_tree_that_nothing_owns_becomes_a_file_system_by_its_name(void **state) {
    (void)state;
    static struct both b;
    static struct alfs third;
    void *tables = malloc(alfs_bytes(TABLES, TABLES));
    uint32_t dirty[64];
    both_new(&b);
    for (unsigned named = 0; named < 2; named++) {
        const struct store_ops *const ops = b.h.store.ops;
        struct store_ops own = *ops;
        const struct alfs_head head = {ALFS_MAGIC, 0, 0};
        struct xn_changes changes = {.count = 1, .change = {{0, sizeof head}}};
        nobodys = store_find_free(&b.h.store, 500, 1);
        assert_int_equal(xn_alloc_unattached(&b.v.x, &b.h.who, 0, nobodys, ALFS_ROOT), 0);
        uint32_t frame = b.v.frames_free;
        b.v.frames_free = b.v.next_frame[frame];
        assert_int_equal(xn_insert(&b.v.x, &b.h.who, (struct xn_at){0}, nobodys, frame), 0);
        memcpy(changes.bytes, &head, sizeof head);
        assert_int_equal(ops->write(&b.h.store, (struct store_at){nobodys, 0, &changes}), 0);
        own.root = root_is_nobodys;
        b.h.store.ops = &own;
        assert_int_equal(alfs_mount(&third, &b.h.store, third_name, tables, TABLES, TABLES, false),
                         0);
        (void)third_fill(&b, &third, dirty);
        uint32_t root = nobodys; /* no order yet */
        assert_int_equal(b.h.store.ops->writeback(&b.h.store, &root, 1, true), 0);
        b.h.store.ops = ops;
        if (named) {
            assert_int_equal(xn_root_add(&b.v.x, &b.h.who, 0, third_name, nobodys, 0), 0);
            assert_int_equal(alfs_sync(&third), 0);
        } else {
            assert_int_equal(store_sync(&b.h.store, false), 0);
        }
        host_volume_close(&b.v); /* a crash */
        both_open(&b);
        both_mount(&b);
        check_all(&b, named); /* not named: nothing is left of it */
        host_volume_close(&b.v);
        both_open(&b);
        long mounted = alfs_mount(&third, &b.h.store, third_name, tables, TABLES, TABLES, false);
        assert_int_equal(mounted, named ? 0 : -E_NOT_FOUND);
        if (named)
            assert_int_equal(third.files_used, 70);
        both_mount(&b);
    }
    host_volume_close(&b.v);
    both_end(&b);
    free(tables);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_temporary_one_has_no_order_and_is_gone_after_a_crash),
        cmocka_unit_test(a_tree_that_nothing_owns_becomes_a_file_system_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
