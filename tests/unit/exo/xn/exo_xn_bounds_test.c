/* SPDX-License-Identifier: MIT */
/* exo_xn_bounds_test.c -- what costs XN memory or time is bounded, whoever asks for too much of it:
 * an error to him, and others go on. */
#include "exo/xn/store/taint.h"
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

/* What is done at once is bounded, and one block is what changes. */
static void runs_are_bounded_and_a_swap_is_of_one_block(void **state) {
    (void)state;
    struct xn_changes c, other;
    mounted();
    for (uint32_t block = 5; block < 7; block++) {
        const struct xn_at at = {.block = block};
        assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, block, DIR), 0);
        assert_int_equal(xn_insert(&m->x, &somebody, at, block, machine_frame(m)), 0);
    }
    struct xn_at a = {.block = 5, .changes = &c}, b = {.block = 6, .changes = &other};
    const struct xn_extent run = {.block = 7, .count = XN_RUN + 1, .type = XN_BYTES};
    const struct xn_extent one = {.block = 10, .count = 1, .type = XN_BYTES},
                           two = {.block = 11, .count = 1, .type = XN_BYTES};
    change_pointer(&c, 0, 4, run, 1);
    assert_int_equal(xn_alloc(&m->x, &somebody, a, run), -E_COST);
    change_pointer(&c, 0, 4, one, 1);
    assert_int_equal(xn_alloc(&m->x, &somebody, a, one), 0);
    a.partition = 1;
    change_pointer(&c, 1, 4, two, 1);
    assert_int_equal(xn_alloc(&m->x, &somebody, a, two), 0);
    /* In the block itself that would be a swap. */
    a.partition = 0, b.partition = 1;
    change_pointer(&c, 0, 4, two, 1);
    change_pointer(&other, 1, 4, one, 1);
    assert_int_equal(xn_swap(&m->x, &somebody, a, b, one, two), -E_INVALID);
    b.block = 5;
    assert_int_equal(xn_swap(&m->x, &somebody, a, b, one, two), 0);
}

/* Another has no part in it, as long as its maker lives. */
static void a_tree_is_its_makers_and_then_its_roots_owners(void **state) {
    (void)state;
    static const char name[XN_NAME_BYTES] = "root", bad[XN_NAME_BYTES] = "r\0t";
    const struct xn_who other = {.credential = 8, .environment = 2};
    struct xn_changes c;
    mounted();
    for (uint32_t block = 5; block < 7; block++) {
        const struct xn_at at = {.block = block};
        assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, block, DIR), 0);
        assert_int_equal(xn_insert(&m->x, &somebody, at, block, machine_frame(m)), 0);
    }
    const struct xn_at at = {.block = 7, .changes = &c};
    const struct xn_extent tree = {.block = 5, .count = 1, .type = DIR};
    assert_int_equal(xn_alloc_unattached(&m->x, &other, 0, 7, DIR), 0);
    assert_int_equal(xn_insert(&m->x, &other, at, 7, machine_frame(m)), 0);
    change_pointer(&c, 0, 0, tree, 1);
    assert_int_equal(xn_alloc(&m->x, &other, at, tree), -E_PERM);
    assert_int_equal(xn_free_unattached(&m->x, &other, 0, 5), -E_PERM);
    assert_int_equal(xn_root_add(&m->x, &other, 0, name, 5, 0), -E_PERM);
    assert_int_equal(xn_root_add(&m->x, &somebody, 0, bad, 5, 0), -E_INVALID);
    assert_int_equal(xn_root_add(&m->x, &somebody, 0, name, 5, 0), 0);
    assert_int_equal(xn_root_remove(&m->x, &other, 0, name), -E_PERM);
    assert_int_equal(xn_root_remove(&m->x, &somebody, 0, name), 0);
    assert_int_equal(xn_free_unattached(&m->x, &somebody, 0, 6), 0);
}

/* A version that wraps would be taken for one that is on the disk. */
static void counters_refuse_before_they_wrap(void **state) {
    (void)state;
    static const char name[XN_NAME_BYTES] = "root";
    struct xn_changes c = {0};
    mounted();
    const struct xn_at at = {.block = 5, .changes = &c};
    assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, 5, DIR), 0);
    assert_int_equal(xn_insert(&m->x, &somebody, at, 5, machine_frame(m)), 0);
    struct xn_entry *e = &m->entry[xn_lookup(&m->x, 0, 5)];
    struct xn_entry *roots = &m->entry[xn_lookup(&m->x, 0, m->x.volume[0].root_at)];
    const uint32_t version = e->version, of_roots = roots->version, epoch = m->x.volume[0].epoch;
    e->version = roots->version = UINT32_MAX - 1;
    m->x.volume[0].epoch = UINT32_MAX - 1;
    assert_int_equal(xn_write(&m->x, &somebody, at), -E_COST);
    assert_int_equal(xn_root_add(&m->x, &somebody, 0, name, 5, 0), -E_COST);
    assert_int_equal(xn_flush_begin(&m->x, 0), -E_COST);
    e->version = version;
    roots->version = of_roots;
    m->x.volume[0].epoch = epoch;
    assert_int_equal(xn_write(&m->x, &somebody, at), 0);
    assert_int_equal(xn_root_add(&m->x, &somebody, 0, name, 5, 0), 0);
    assert_int_equal(xn_flush_begin(&m->x, 0), epoch);
}

/* The list of what will be free has an end for each, too. */
static void one_that_fills_the_will_free_list_hinders_nobody(void **state) {
    (void)state;
    struct xn_changes c;
    mounted();
    struct xn_who greedy = somebody, other = somebody;
    greedy.account = (uint16_t)xn_account_open(&m->x, 40, 3);
    other.account = (uint16_t)xn_account_open(&m->x, 40, 3);
    struct xn_at at = {.block = 5, .changes = &c};
    assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, 5, DIR), 0);
    assert_int_equal(xn_insert(&m->x, &somebody, at, 5, machine_frame(m)), 0);
    struct xn_extent e[4];
    for (uint32_t i = 0; i < 4; i++) {
        e[i] = (struct xn_extent){.block = 10 + i, .count = 1, .type = XN_BYTES};
        at.partition = i;
        change_pointer(&c, i, 4, e[i], 1);
        assert_int_equal(xn_alloc(&m->x, &greedy, at, e[i]), 0);
    }
    assert_true(machine_sync(m));
    for (uint32_t i = 0; i < 4; i++) {
        at.partition = i;
        change_pointer(&c, i, 4, (struct xn_extent){0}, 0);
        assert_int_equal(xn_free(&m->x, i < 3 ? &greedy : &other, at, e[i]), i == 2 ? -E_QUOTA : 0);
    }
    assert_int_equal(m->x.account[greedy.account].records, 2);
    assert_int_equal(m->x.account[other.account].records, 1);
    change_pointer(&c, 5, 4, e[3], 1); /* what is to be free is not yet */
    at.partition = 5;
    assert_int_equal(xn_alloc(&m->x, &other, at, e[3]), -E_EXISTS);
    assert_true(machine_sync(m));
    assert_int_equal(m->x.used_records, 0);
    assert_int_equal(xn_alloc(&m->x, &other, at, e[3]), 0);
}

/* A catalogue with a type for each number: no more go in, and those that are there serve. */
static void a_full_catalogue_is_an_error_and_no_more(void **state) {
    (void)state;
    static struct made_body b;
    struct machine *full = machine_open();
    for (unsigned i = 0; i < XN_TYPES_MAX; i++) {
        char name[XN_NAME_BYTES];
        snprintf(name, sizeof name, "greedy%u", i);
        body_begin(&b, name, i, XN_BASE);
        int said = world_import(full->w, &b);
        assert_int_equal(said, i < XN_IMPORTED        ? -E_INVALID
                               : i == DIR || i == LOG ? -E_EXISTS
                                                      : (int)i);
    }
    body_begin(&b, "late", XN_TYPES_MAX, XN_BASE);
    assert_int_equal(world_import(full->w, &b), -E_INVALID);
    memset(&disk, 0, sizeof disk);
    disk_format(&disk);
    machine_boot(full, &disk);
    assert_int_equal(machine_mount(full), 0);
    assert_int_equal(xn_alloc_unattached(&full->x, &somebody, 0, 5, DIR), 0);
    machine_close(full);
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
    /* All written and settled: the books are as at the beginning but for what is there. */
    assert_true(machine_sync(m));
    uint32_t there = 0;
    for (uint32_t i = 1; i <= ENTRIES; i++)
        there += xn_lookup(&m->x, 0, m->entry[i].block) == i;
    assert_int_equal(m->x.used_entries, there);
    assert_int_equal(m->x.used_records, 0);
    assert_int_equal(m->x.volume[0].queued, 0);
}

/* 100,000 edges of taint of one block: each costs the same, and so does each that goes. */
static void a_bomb_of_edges_is_defused_edge_by_edge(void **state) {
    (void)state;
    struct xn_entry *top, *low;
    mounted();
    for (uint32_t block = 5; block < 7; block++)
        assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, block, DIR), 0);
    top = &m->entry[xn_lookup(&m->x, 0, 5)], low = &m->entry[xn_lookup(&m->x, 0, 6)];
    low->flags |= XN_INITIALISED, top->flags |= XN_INITIALISED;
    low->parent = xn_lookup(&m->x, 0, 5);
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(taint_raise(&m->x, low), i ? 1 : 2);
    assert_int_equal(low->taints, 100000);
    assert_int_equal(top->taints, 1);
    for (unsigned i = 100000; i; i--)
        assert_int_equal(taint_lower(&m->x, low), i > 1 ? 1 : 2);
    assert_int_equal(low->taints + top->taints, 0);
    low->parent = 0;
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

/* 5 owns 6, which owns 7: neither 6 nor 7 moves to below itself. */
static void no_move_makes_a_circle(void **state) {
    (void)state;
    struct xn_changes out, in;
    mounted();
    for (uint32_t block = 5; block < 8; block++) {
        assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, block, DIR), 0);
        struct xn_at at = {.block = block};
        assert_int_equal(xn_insert(&m->x, &somebody, at, block, machine_frame(m)), 0);
    }
    for (uint32_t block = 7; block > 5; block--) {
        struct xn_extent e = {.block = block, .count = 1, .type = DIR};
        change_pointer(&in, 0, 0, e, 1);
        struct xn_at at = {.block = block - 1, .changes = &in};
        assert_int_equal(xn_alloc(&m->x, &somebody, at, e), 0);
    }
    for (uint32_t block = 6; block < 8; block++) {
        const struct xn_extent e = {.block = block, .count = 1, .type = DIR};
        change_pointer(&out, 0, 0, (struct xn_extent){0}, 0);
        change_pointer(&in, 1, 0, e, 1);
        struct xn_at from = {.block = block - 1, .changes = &out},
                     to = {.block = 7, .partition = 1, .changes = &in};
        assert_int_equal(xn_move(&m->x, &somebody, from, to, e), -E_INVALID);
    }
    assert_int_equal(m->entry[xn_lookup(&m->x, 0, 7)].children, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_come_and_go_in_constant_memory),
        cmocka_unit_test(one_that_fills_its_account_hinders_nobody),
        cmocka_unit_test(a_full_registry_is_an_error_and_no_more),
        cmocka_unit_test(runs_are_bounded_and_a_swap_is_of_one_block),
        cmocka_unit_test(a_tree_is_its_makers_and_then_its_roots_owners),
        cmocka_unit_test(counters_refuse_before_they_wrap),
        cmocka_unit_test(many_edges_of_taint_come_and_go),
        cmocka_unit_test(a_bomb_of_edges_is_defused_edge_by_edge),
        cmocka_unit_test(one_that_fills_the_will_free_list_hinders_nobody),
        cmocka_unit_test(a_full_catalogue_is_an_error_and_no_more),
        cmocka_unit_test(a_chain_ends_at_the_depth_that_walks_bear),
        cmocka_unit_test(no_move_makes_a_circle),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
