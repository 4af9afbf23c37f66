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

static void a_tree_put_together_from_below_ends_at_the_depth(void **state) {
    (void)state;
    struct machine *m = machine_open();
    disk_format(&disk);
    machine_boot(m, &disk);
    assert_int_equal(machine_mount(m), 0);
    for (uint32_t block = FIRST; block <= LAST; block++) {
        struct xn_at at = {.block = block};
        assert_int_equal(xn_alloc_unattached(&m->x, &somebody, 0, block, DIR), 0);
        assert_int_equal(xn_insert(&m->x, &somebody, at, block, machine_frame(m)), 0);
    }
    for (uint32_t block = LAST; block > FIRST + 1; block--)
        assert_int_equal(attach(m, block), 0);
    assert_int_equal(m->entry[xn_lookup(&m->x, 0, FIRST + 1)].height, XN_DEPTH - 1);
    assert_int_equal(attach(m, FIRST + 1), -E_COST);
    machine_close(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_put_together_from_below_ends_at_the_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
