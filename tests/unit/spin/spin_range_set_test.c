/* SPDX-License-Identifier: MIT */
/* Ranges of an address space against a model: whose each page is, in an array. */
#include "spin/core/space/range_set.h"

#include "lib/error.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static size_t used;
static bool out_of_memory;

void *heap_alloc(size_t bytes) {
    void *memory = out_of_memory ? NULL : calloc(1, bytes);
    used += memory ? bytes : 0;
    return memory;
}

void heap_free(void *memory, size_t bytes) {
    used -= bytes;
    free(memory);
}

void panic(const char *format, ...) {
    (void)format;
    mock_assert(0, "panic", __FILE__, __LINE__);
    abort();
}

#define PAGES 64 /* that the model knows, from the second page on */

static vaddr_t page(size_t n) {
    return (n + 1) * PAGE_SIZE;
}

struct model {
    struct range *of[PAGES];
};

static bool is_free(const struct model *m, size_t at, size_t pages) {
    for (size_t i = at; i < at + pages; i++)
        if (m->of[i])
            return false;
    return true;
}

static void give(struct model *m, const struct range *r, struct range *to) {
    for (size_t i = 0; i < r->pages; i++)
        m->of[r->at / PAGE_SIZE - 1 + i] = to;
}

static vaddr_t model_gap(const struct model *m, size_t from, size_t pages) {
    for (size_t at = from; at + pages <= PAGES; at++)
        if (is_free(m, at, pages))
            return page(at);
    return 0;
}

static void compare(const struct range_set *set, const struct model *m) {
    for (size_t i = 0; i < PAGES; i++) {
        assert_ptr_equal(range_set_find(set, page(i)), m->of[i]);
        assert_ptr_equal(range_set_find(set, page(i) + PAGE_SIZE - 1), m->of[i]);
    }
    for (size_t pages = 1; pages < 8; pages++) {
        size_t from = (pages * 7) % PAGES;
        vaddr_t gap = range_set_gap(set, page(from), pages), wanted = model_gap(m, from, pages);
        /* Beyond what the model knows everything is free. */
        if (wanted)
            assert_int_equal(gap, wanted);
        else
            assert_true(gap + pages * PAGE_SIZE > page(PAGES));
    }
}

static void random_ranges_are_what_the_model_says(void **state) {
    (void)state;
    struct range_set set = {0};
    struct model m = {0};
    struct range range[32];
    bool in[32] = {0};
    srandom(1);
    for (unsigned step = 0; step < 20000; step++) {
        size_t i = (size_t)random() % 32;
        if (in[i]) {
            range_set_remove(&set, &range[i]);
            give(&m, &range[i], NULL);
            in[i] = false;
        } else {
            size_t at = (size_t)random() % PAGES, pages = 1 + (size_t)random() % 6;
            if (at + pages > PAGES)
                continue;
            range[i] = (struct range){page(at), pages};
            int wanted = is_free(&m, at, pages) ? 0 : -E_EXISTS;
            assert_int_equal(range_set_add(&set, &range[i]), wanted);
            in[i] = !wanted;
            if (in[i])
                give(&m, &range[i], &range[i]);
        }
        if (step % 16 == 0)
            compare(&set, &m);
    }
    range_set_release(&set);
    assert_int_equal(used, 0);
}

static void what_is_no_range_of_user_space_is_refused(void **state) {
    (void)state;
    struct range_set set = {0};
    struct range bad[] = {{0, 1},
                          {PAGE_SIZE + 1, 1},
                          {PAGE_SIZE, 0},
                          {USER_TOP, 1},
                          {USER_TOP - PAGE_SIZE, 2},
                          {PAGE_SIZE, SIZE_MAX},
                          {PAGE_SIZE, SIZE_MAX / PAGE_SIZE + 2},
                          {DIRECT_BASE, 1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(range_set_add(&set, &bad[i]), -E_INVALID);
    struct range last = {USER_TOP - PAGE_SIZE, 1};
    assert_int_equal(range_set_add(&set, &last), 0);
    assert_ptr_equal(range_set_find(&set, USER_TOP - 1), &last);
    assert_null(range_set_find(&set, USER_TOP));
    assert_int_equal(range_set_gap(&set, USER_TOP - PAGE_SIZE, 1), 0);
    assert_int_equal(range_set_gap(&set, PAGE_SIZE, USER_TOP / PAGE_SIZE - 2),
                     PAGE_SIZE); /* all below the last one */
    assert_int_equal(range_set_gap(&set, PAGE_SIZE, USER_TOP / PAGE_SIZE - 1), 0);
    range_set_release(&set);
}

static void there_are_so_many_ranges_and_no_more(void **state) {
    (void)state;
    static struct range range[RANGES_MAX + 1];
    struct range_set set = {0};
    for (size_t i = 0; i < RANGES_MAX; i++) {
        range[i] = (struct range){(2 * i + 1) * PAGE_SIZE, 1};
        assert_int_equal(range_set_add(&set, &range[i]), 0);
    }
    range[RANGES_MAX] = (struct range){2ul * PAGE_SIZE, 1};
    assert_int_equal(range_set_add(&set, &range[RANGES_MAX]), -E_FULL);
    range_set_remove(&set, &range[0]);
    assert_int_equal(range_set_add(&set, &range[RANGES_MAX]), 0);
    range_set_release(&set);
    assert_int_equal(used, 0);
}

static void where_memory_ends_nothing_has_changed(void **state) {
    (void)state;
    struct range_set set = {0};
    struct range range[64];
    int error = 0;
    size_t count = 0;
    for (; !error && count < 64; count++) {
        range[count] = (struct range){page(count), 1};
        out_of_memory = count >= 10;
        error = range_set_add(&set, &range[count]);
    }
    out_of_memory = false;
    assert_int_equal(error, -E_NO_MEMORY);
    assert_null(range_set_find(&set, page(count - 1)));
    for (size_t i = 0; i < count - 1; i++)
        assert_ptr_equal(range_set_find(&set, page(i)), &range[i]);
    assert_int_equal(range_set_add(&set, &range[count - 1]), 0);
    range_set_release(&set);
    assert_int_equal(used, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_ranges_are_what_the_model_says),
        cmocka_unit_test(what_is_no_range_of_user_space_is_refused),
        cmocka_unit_test(there_are_so_many_ranges_and_no_more),
        cmocka_unit_test(where_memory_ends_nothing_has_changed),
    };
    return cmocka_run_group_tests_name("spin_range_set", tests, NULL, NULL);
}
