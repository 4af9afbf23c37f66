/* SPDX-License-Identifier: MIT */
/* exo_xn_depth_test.c -- a tree whose metadata were never written is no deeper than walks through
 * it bear, also when it is put together from below. */
#define XN_MACHINE_LARGE
#include "xn_workload.h"

enum { FIRST = 5, LAST = FIRST + XN_DEPTH };

static struct disk disk;

/* Makes `child`, a tree that nothing owns, the child of the block before. */
static int attach(struct machine *m, uint32_t child) {
    struct xn_changes c;
    struct xn_extent e = {.block = child, .count = 1, .type = DIR};
    change_pointer(&c, 0, 0, e, 1);
    struct xn_at at = {.block = child - 1, .changes = &c};
    return xn_alloc(&m->x, &somebody, at, e);
}

static struct machine *begin(void) {
    struct machine *m = machine_open();
    memset(&disk, 0, sizeof disk);
    disk_format(&disk);
    machine_boot(m, &disk);
    assert_int_equal(machine_mount(m), 0);
    return m;
}

/* Trees of one block each. */
static void make(struct machine *m, uint32_t first, uint32_t last) {
    for (uint32_t block = first; block <= last; block++) {
        struct xn_at at = {.block = block};
        assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, block, DIR), 0);
        assert_int_equal(xn_insert(&m->x, &somebody, at, block, machine_frame(m)), 0);
    }
}

/* One tree of these, each the child of the one before. */
static void chain(struct machine *m, uint32_t first, uint32_t last) {
    make(m, first, last);
    for (uint32_t block = last; block > first; block--)
        assert_int_equal(attach(m, block), 0);
}

static void write_all(struct machine *m, uint32_t first, uint32_t last) {
    uint32_t number;
    for (uint32_t block = first; block <= last; block++) {
        assert_int_equal(machine_write(m, block, &number), 0);
        machine_written(m, number, block, false);
    }
}

static void flush(struct machine *m) {
    int64_t number = xn_flush_begin(&m->x, 0);
    xn_flush_end(&m->x, 0, (uint32_t)number, true);
}

static void a_tree_put_together_from_below_ends_at_the_depth(void **state) {
    (void)state;
    struct machine *m = begin();
    make(m, FIRST, FIRST);
    chain(m, FIRST + 1, LAST);
    assert_int_equal(m->entry[xn_lookup(&m->x, 0, FIRST + 1)].height, XN_DEPTH - 1);
    assert_int_equal(attach(m, FIRST + 1), -E_COST);
    machine_close(m);
}

/* Blocks at the ends of three deep chains are the last to be written: each says so to all above. */
static void a_call_that_settles_is_bounded_however_deep_trees_are(void **state) {
    (void)state;
    enum { LEVELS = 250 };
    struct machine *m = begin();
    assert_true(machine_sync(m));
    for (uint32_t i = 0; i < 3; i++)
        chain(m, FIRST + i * LEVELS, FIRST + (i + 1) * LEVELS - 1);
    for (uint32_t i = 0; i < 3; i++)
        write_all(m, FIRST + i * LEVELS, FIRST + (i + 1) * LEVELS - 2);
    flush(m);
    while (xn_settle(&m->x, 0))
        continue;
    assert_int_equal(m->entry[xn_lookup(&m->x, 0, FIRST)].taints, 1);
    for (uint32_t i = 1; i <= 3; i++)
        write_all(m, FIRST + i * LEVELS - 1, FIRST + i * LEVELS - 1);
    flush(m);
    assert_int_equal(xn_settle(&m->x, 0), -E_AGAIN);
    assert_int_equal(xn_settle(&m->x, 0), 0);
    for (uint32_t i = 1; i <= ENTRIES; i++)
        assert_int_equal(m->entry[i].taints, 0);
    machine_close(m);
}

/* What was written and not flushed, however much, is not to be settled: nobody is told to try again
 * who has to flush. */
static void who_has_to_flush_is_told_so_however_much_was_written(void **state) {
    (void)state;
    uint32_t frame;
    struct machine *m = begin();
    assert_true(machine_sync(m));
    chain(m, FIRST, FIRST + 1);
    assert_int_equal(xn_root_add(&m->x, &somebody, 0, "root\0\0\0\0\0\0\0\0\0\0\0", FIRST, 0), 0);
    make(m, FIRST + 2, FIRST + 200);
    write_all(m, FIRST + 1, FIRST + 200);
    assert_int_equal(m->x.volume[0].queued, 200);
    assert_int_equal(xn_settle(&m->x, 0), 0);
    assert_int_equal(xn_write_begin(&m->x, 0, FIRST, &frame), -E_TAINTED);
    unsigned calls = 1;
    for (flush(m); xn_settle(&m->x, 0); calls++)
        continue;
    assert_in_range(calls, 200 / 64, 200 / 64 + 2);
    assert_int_equal(xn_write_begin(&m->x, 0, FIRST, &frame), 0);
    machine_close(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_put_together_from_below_ends_at_the_depth),
        cmocka_unit_test(a_call_that_settles_is_bounded_however_deep_trees_are),
        cmocka_unit_test(who_has_to_flush_is_told_so_however_much_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
