/* SPDX-License-Identifier: MIT */
/* exo_xn_bounds_test.c -- what costs XN memory or time is bounded, whoever asks for too much of it:
 * an error to him, and others go on. */
#include "xn_workload.h"

static struct machine *m;
static struct disk disk;
static struct workload work;

static int begin(void **state) {
    (void)state;
    m = machine_open();
    return 0;
}

static int end(void **state) {
    (void)state;
    machine_close(m);
    return 0;
}

static void mounted(void) {
    memset(&disk, 0, sizeof disk);
    disk_format(&disk);
    machine_boot(m, &disk);
    assert_int_equal(machine_mount(m), 0);
    assert_true(machine_sync(m));
}

/* XN_TOUCHES: more of them. */
static void blocks_come_and_go_in_constant_memory(void **state) {
    (void)state;
    const char *value = getenv("XN_TOUCHES");
    unsigned long touches = value ? strtoul(value, NULL, 10) : 200000;
    mounted();
    uint32_t entries = m->x.used_entries;
    for (unsigned long i = 0; i < touches; i++) {
        uint32_t block = 5 + (uint32_t)(i * 7 % (BLOCKS - 5));
        if (!xn_lookup(&m->x, 0, block)) {
            m->x.need.block = block;
            machine_read(m);
        }
        assert_true(xn_lookup(&m->x, 0, block));
        assert_true(m->x.used_entries <= ENTRIES);
        if (i % 3)
            assert_int_equal(xn_evict(&m->x, &somebody, 0, block), 0);
    }
    for (uint32_t block = 5; block < BLOCKS; block++)
        xn_evict(&m->x, &somebody, 0, block);
    assert_int_equal(m->x.used_entries, entries);
    assert_int_equal(m->x.used_records, 0);
}

static void one_that_fills_its_account_hinders_nobody(void **state) {
    (void)state;
    mounted();
    struct xn_who greedy = somebody, other = somebody;
    greedy.account = (uint16_t)xn_account_open(&m->x, 4, 2);
    other.account = (uint16_t)xn_account_open(&m->x, 4, 2);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(xn_alloc_unattached(&m->x, &greedy, 0, 10 + i, DIR), 0);
    assert_int_equal(xn_alloc_unattached(&m->x, &greedy, 0, 20, DIR), -E_QUOTA);
    assert_false(xn_is_allocated(&m->x.volume[0], 20));
    assert_int_equal(xn_alloc_unattached(&m->x, &other, 0, 20, DIR), 0);
    xn_account_close(&m->x, greedy.account);
    assert_int_equal(xn_free_unattached(&m->x, &other, 0, 10), 0);
}

static void a_full_registry_is_an_error_and_no_more(void **state) {
    (void)state;
    mounted();
    uint32_t block = 5;
    while (m->x.used_entries < ENTRIES && block < BLOCKS)
        assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, block++, DIR), 0);
    for (uint32_t v = 1; m->x.used_entries < ENTRIES; v++) /* another disk's, being read */
        assert_int_equal(xn_read_begin(&m->x, &somebody, 1, v, 1 + v % (FRAMES - 1)), 0);
    assert_int_equal(xn_read_begin(&m->x, &somebody, 1, 5000, 1), -E_FULL);
    assert_int_equal(xn_free_unattached(&m->x, &somebody, 0, 5), 0);
    assert_int_equal(xn_read_begin(&m->x, &somebody, 1, 5000, 1), 0);
}

/* A tree of metadata that were never written: each step is bounded, and once they are all on the
 * disk nothing of it is left. */
static void many_edges_of_taint_come_and_go(void **state) {
    (void)state;
    mounted();
    work = (struct workload){.m = m, .random = 1, .tags = 1};
    for (unsigned n = 0; n < 100000 / 20; n++) {
        work.tags = 1;
        for (unsigned i = 0; i < 20; i++)
            (i ? op_alloc : op_unattached)(&work);
        for (unsigned i = 0; i < 60; i++)
            op_free(&work);
        for (unsigned i = 0; i < OBJECTS; i++)
            work.object[i].live = work.object[i].live && n % 50;
        if (n % 50 == 0)
            mounted();
    }
    uint32_t taints = 0, children = 0;
    for (uint32_t i = 1; i <= ENTRIES; i++)
        taints += m->entry[i].taints, children += m->entry[i].children;
    assert_true(taints <= children);
}

/* The tree of blocks 5, 6, 7...: each the child of the one before. */
static void a_chain_ends_at_the_depth_that_walks_bear(void **state) {
    (void)state;
    mounted();
    struct xn_changes c;
    for (uint32_t block = 5; block < 15; block++) {
        assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, block, DIR), 0);
        struct xn_at at = {.block = block};
        assert_int_equal(xn_insert(&m->x, &somebody, at, block, machine_frame(m)), 0);
    }
    for (uint32_t block = 14; block > 5; block--) { /* from below, so that trees are attached */
        struct xn_extent e = {.block = block, .count = 1, .type = DIR};
        change_pointer(&c, 0, 0, e, 1);
        struct xn_at at = {.block = block - 1, .changes = &c};
        assert_int_equal(xn_alloc(&m->x, &somebody, at, e), 0);
    }
    assert_int_equal(m->entry[xn_lookup(&m->x, 0, 5)].height, 9);
    /* Its own child it cannot become. */
    struct xn_extent top = {.block = 5, .count = 1, .type = DIR};
    change_pointer(&c, 1, 0, top, 1);
    struct xn_at low = {.block = 14, .partition = 1, .changes = &c};
    assert_int_equal(xn_alloc(&m->x, &somebody, low, top), -E_INVALID);
    /* Nor may the allocated be allocated. */
    change_pointer(&c, 1, 1, (struct xn_extent){.block = 9, .count = 1, .type = DIR}, 1);
    assert_int_equal(
        xn_alloc(&m->x, &somebody, low, (struct xn_extent){.block = 9, .count = 1, .type = DIR}),
        -E_EXISTS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_come_and_go_in_constant_memory),
        cmocka_unit_test(one_that_fills_its_account_hinders_nobody),
        cmocka_unit_test(a_full_registry_is_an_error_and_no_more),
        cmocka_unit_test(many_edges_of_taint_come_and_go),
        cmocka_unit_test(a_chain_ends_at_the_depth_that_walks_bear),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
