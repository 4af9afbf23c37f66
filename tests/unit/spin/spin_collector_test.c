/* SPDX-License-Identifier: MIT */
/* spin_collector_test.c -- the collector under random mutators, which come in between any two of
 * its regions. A model beside it, a graph that shares nothing with it, says what can be reached: no
 * such object is freed, and all others are after two cycles. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/report/panic.h"
#include "spin/runtime/collector.h"
#include "spin/runtime/object_page.h"

void panic(const char *format, ...) {
    (void)format;
    mock_assert(0, "panic", __FILE__, __LINE__);
    abort();
}

/* --- Two types --- */

struct node {
    uint64_t id;
    struct node *to[2];
};

struct table {
    struct node *to[COLLECTED_REFERENCES_MAX]; /* the id after them */
    uint64_t id;
    char bytes[200];
};

static void ends(void *object);
static void table_ends(void *object);

static struct collected_type node_type = {.name = "node",
                                          .bytes = sizeof(struct node),
                                          .references = 2,
                                          .offset = {8, 16},
                                          .ends = ends},
                             table_type = {.name = "table",
                                           .bytes = sizeof(struct table),
                                           .references = 8,
                                           .offset = {0, 8, 16, 24, 32, 40, 48, 56},
                                           .ends = table_ends};

/* --- Surroundings --- */

static struct collector collector;
static struct collector_account account;
static bool in_region;
static size_t pages, pages_max;
static void (*between)(void); /* whoever comes in at the end of a region, or null */

static void *page_alloc(void) {
    if (pages == pages_max)
        return NULL;
    pages++;
    return aligned_alloc(COLLECTOR_PAGE, COLLECTOR_PAGE);
}

static void page_free(void *page) {
    pages--;
    free(page);
}

static void begin(void) {
    assert_false(in_region);
    in_region = true;
}

static void end(void) {
    void (*come_in)(void) = between;
    assert_true(in_region);
    in_region = false;
    if (!come_in)
        return;
    between = NULL; /* who is let in is not interrupted */
    come_in();
    between = come_in;
}

static const struct collector_hooks hooks = {page_alloc, page_free, begin, end};

/* --- The model --- */

#define MODEL_MAX 4096
#define REGISTERS 24

struct model {
    void *object; /* null: freed, or never made */
    bool is_table, reached;
    uint32_t to[COLLECTED_REFERENCES_MAX]; /* 0: null */
};

static struct model model[MODEL_MAX];
static uint32_t held[REGISTERS]; /* what each register of the mutators has, or 0 */
static uint32_t last_id, alive;
static bool reached_is_known;
static uint64_t seed;

static uint32_t any(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static uint64_t id_of(const struct model *m) {
    return m->is_table ? ((struct table *)m->object)->id : ((struct node *)m->object)->id;
}

static void reach(uint32_t id) {
    static uint32_t stack[MODEL_MAX];
    unsigned depth = 0;
    if (id && !model[id].reached) {
        model[id].reached = true;
        stack[depth++] = id;
    }
    while (depth) {
        const struct model *m = &model[stack[--depth]];
        for (unsigned i = 0; i < COLLECTED_REFERENCES_MAX; i++)
            if (m->to[i] && !model[m->to[i]].reached) {
                model[m->to[i]].reached = true;
                stack[depth++] = m->to[i];
            }
    }
}

/* The full mark, with the world stopped. Gives how many are reached. */
static uint32_t reach_all(void) {
    uint32_t n = 0;
    for (uint32_t id = 1; id < MODEL_MAX; id++)
        model[id].reached = false;
    for (unsigned r = 0; r < REGISTERS; r++)
        reach(held[r]);
    for (uint32_t id = 1; id < MODEL_MAX; id++)
        n += model[id].reached;
    reached_is_known = true;
    return n;
}

static void ended(uint64_t id) {
    assert_true(id && id < MODEL_MAX && model[id].object);
    if (!reached_is_known)
        reach_all();
    if (model[id].reached)
        fail_msg("object %u is freed and can be reached", (unsigned)id);
    model[id] = (struct model){0};
    alive--;
}

static void ends(void *object) {
    ended(((struct node *)object)->id);
}

static void table_ends(void *object) {
    ended(((struct table *)object)->id);
}

/* --- Mutators --- */

static uint32_t free_id(void) {
    for (unsigned n = 0; n < MODEL_MAX; n++) {
        last_id = last_id % (MODEL_MAX - 1) + 1;
        if (!model[last_id].object)
            return last_id;
    }
    return 0;
}

static void drop(unsigned r) {
    uint32_t id = held[r];
    held[r] = 0;
    reached_is_known = false;
    if (id)
        collector_release(&collector, model[id].object);
}

static void make(unsigned r) {
    bool is_table = any(4) == 0;
    drop(r);
    void *object = collector_new(&collector, is_table ? &table_type : &node_type, &account);
    if (!object)
        return;
    uint32_t id = free_id();
    if (!id) {
        collector_release(&collector, object);
        fail_msg("the model is too small");
    }
    model[id] = (struct model){.object = object, .is_table = is_table};
    if (is_table)
        ((struct table *)object)->id = id;
    else
        ((struct node *)object)->id = id;
    held[r] = id;
    alive++;
    reached_is_known = false;
}

static unsigned references_of(const struct model *m) {
    return m->is_table ? table_type.references : node_type.references;
}

static void **field_of(const struct model *m, unsigned i) {
    return m->is_table ? (void **)&((struct table *)m->object)->to[i]
                       : (void **)&((struct node *)m->object)->to[i];
}

/* What r leads to comes into s. */
static void load(unsigned r, unsigned s) {
    if (!held[r] || r == s)
        return;
    drop(s);
    struct model *m = &model[held[r]];
    unsigned i = any(references_of(m));
    const void *expected = m->to[i] ? model[m->to[i]].object : NULL;
    held[s] = m->to[i];
    reached_is_known = false;
    assert_ptr_equal(collector_load(&collector, field_of(m, i)), expected);
}

/* r leads to what s has, and s has what it led to. */
static void exchange(unsigned r, unsigned s) {
    if (!held[r] || r == s)
        return;
    struct model *m = &model[held[r]];
    unsigned i = any(references_of(m));
    void *object = held[s] ? model[held[s]].object : NULL;
    uint32_t before = m->to[i], was = held[s];
    const void *expected = before ? model[before].object : NULL;
    m->to[i] = was;
    held[s] = before;
    reached_is_known = false;
    assert_ptr_equal(collector_exchange(&collector, field_of(m, i), object), expected);
}

static void copy(unsigned r, unsigned s) {
    if (!held[r] || r == s)
        return;
    drop(s);
    collector_hold(&collector, model[held[r]].object);
    held[s] = held[r];
    reached_is_known = false;
}

/* Those of one strand, of two. */
static void mutate_by(unsigned strand) {
    unsigned r = strand + 2 * any(REGISTERS / 2), s = strand + 2 * any(REGISTERS / 2);
    switch (any(8)) {
    case 0:
    case 1:
        make(r);
        break;
    case 2:
        drop(r);
        break;
    case 3:
        copy(r, s);
        break;
    case 4:
    case 5:
        load(r, s);
        break;
    default:
        exchange(r, s);
    }
    for (unsigned i = 0; i < REGISTERS; i++)
        if (held[i])
            assert_true(id_of(&model[held[i]]) == held[i]);
}

static void mutate(void) {
    mutate_by(0);
}

static void mutate_perhaps(void) {
    if (any(3) == 0)
        mutate_by(1);
}

static void whole_cycle(void) {
    collector_go(&collector, UINT64_MAX);
    collector_begin(&collector);
    collector_go(&collector, UINT64_MAX);
}

/* --- Tests --- */

static void open_heap(uint64_t with) {
    memset(model, 0, sizeof model);
    memset(held, 0, sizeof held);
    seed = with * 0x9e3779b97f4a7c15u + 1;
    last_id = alive = 0;
    reached_is_known = false;
    between = NULL;
    pages_max = SIZE_MAX;
    account = (struct collector_account){.bytes_max = UINT64_MAX};
    collected_type_init(&node_type);
    collected_type_init(&table_type);
    collector_init(&collector, &hooks);
}

static void close_heap(void) {
    between = NULL;
    memset(held, 0, sizeof held); /* nothing counts as reached */
    reached_is_known = false;
    collector_end(&collector);
    assert_int_equal(alive, 0);
    assert_int_equal(pages, 0);
    assert_true(account.bytes == 0 && collector.bytes == 0);
}

static void what_is_dead_is_freed(void) {
    between = NULL;
    whole_cycle();
    whole_cycle();
    uint32_t reached = reach_all();
    assert_int_equal(alive, reached);
}

static void test_random_mutators_lose_nothing_and_leave_nothing(void **state) {
    const char *seeds = getenv("COLLECTOR_SEEDS");
    unsigned last = seeds ? (unsigned)strtoul(seeds, NULL, 10) : 150;
    uint64_t cycles = 0;
    (void)state;
    for (unsigned n = 1; n <= last; n++) {
        open_heap(n);
        for (unsigned round = 0; round < 4; round++) {
            between = mutate_perhaps;
            for (unsigned i = 0; i < 600; i++) {
                mutate();
                if (any(40) == 0)
                    collector_begin(&collector);
                collector_go(&collector, any(12));
            }
            what_is_dead_is_freed();
        }
        cycles += collector.cycles;
        close_heap();
    }
    assert_true(cycles > 10 * last);
}

/* A ring and all that hangs on it. */
static void test_cycles_that_nobody_holds_are_freed(void **state) {
    (void)state;
    open_heap(1);
    make(0);
    for (unsigned i = 0; i < 1000; i++) { /* each leads to the one before */
        make(1);
        exchange(1, 0);
        drop(0);
        held[0] = held[1];
        held[1] = 0;
    }
    copy(0, 1);
    exchange(0, 1);
    whole_cycle();
    whole_cycle();
    assert_int_equal(alive, reach_all());
    for (unsigned r = 0; r < REGISTERS; r++)
        drop(r);
    whole_cycle();
    assert_int_equal(alive, 0);
    close_heap();
}

/* Whatever the heap, and however it is linked. */
static void test_an_increment_is_bounded(void **state) {
    (void)state;
    for (unsigned size = 100; size < MODEL_MAX; size *= 3) {
        open_heap(size);
        for (unsigned i = 0; i < size; i++) {
            make(1);
            exchange(1, 0);
            held[0] = held[1];
            held[1] = 0;
        }
        for (unsigned i = 0; i < 3; i++) {
            collector_begin(&collector);
            while (collector.phase != COLLECTOR_IDLE)
                collector_increment(&collector);
        }
        assert_true(collector.longest_units < INCREMENT_UNITS + INCREMENT_OVER);
        close_heap();
    }
}

/* Nobody's call is needed: allocation brings the cycles about. */
static void test_a_heap_that_only_allocates_stays_small(void **state) {
    (void)state;
    open_heap(5);
    for (unsigned i = 0; i < 200000; i++)
        make(0);
    assert_true(pages < 200);
    assert_true(collector.cycles > 10 && account.work > 200000);
    close_heap();
}

static void test_an_account_at_its_limit_gets_nothing_until_something_is_freed(void **state) {
    (void)state;
    open_heap(6);
    account.bytes_max = 10 * slot_bytes_for(&node_type);
    for (unsigned i = 0; i < 1000; i++) /* all in one list, held by its last */
        if (make(1), held[1]) {
            exchange(1, 0);
            drop(0);
            held[0] = held[1];
            held[1] = 0;
        }
    assert_true(alive <= 10 && account.bytes <= account.bytes_max);
    assert_null(collector_new(&collector, &table_type, &account));
    drop(0);
    whole_cycle();
    make(0);
    assert_true(held[0]);
    close_heap();
}

/* Garbage does not count for long: cycles begin before the limit is reached. */
static void test_an_account_that_holds_little_is_never_refused(void **state) {
    (void)state;
    open_heap(8);
    account.bytes_max = 100 * slot_bytes_for(&table_type);
    for (unsigned i = 0; i < 10000; i++) {
        make(0);
        assert_true(held[0]);
    }
    close_heap();
}

/* What two pages hold is made over and over. */
static void test_memory_that_is_all_garbage_is_found_again(void **state) {
    unsigned made = 0;
    (void)state;
    open_heap(9);
    pages_max = 2;
    for (unsigned i = 0; i < 1000; i++) {
        make(0);
        made += held[0] != 0;
    }
    assert_true(made > 800);
    close_heap();
}

static void test_without_memory_there_is_no_object_and_no_harm(void **state) {
    (void)state;
    for (unsigned limit = 0; limit < 8; limit++) {
        open_heap(limit + 20);
        pages_max = limit;
        between = mutate_perhaps;
        for (unsigned i = 0; i < 3000; i++)
            mutate();
        what_is_dead_is_freed();
        close_heap();
    }
}

static void test_what_two_hold_stays_until_both_let_go(void **state) {
    (void)state;
    open_heap(7);
    make(0);
    copy(0, 1);
    drop(0);
    whole_cycle();
    whole_cycle();
    assert_int_equal(alive, 1);
    drop(1);
    whole_cycle();
    assert_int_equal(alive, 0);
    close_heap();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_mutators_lose_nothing_and_leave_nothing),
        cmocka_unit_test(test_cycles_that_nobody_holds_are_freed),
        cmocka_unit_test(test_an_increment_is_bounded),
        cmocka_unit_test(test_a_heap_that_only_allocates_stays_small),
        cmocka_unit_test(test_an_account_at_its_limit_gets_nothing_until_something_is_freed),
        cmocka_unit_test(test_an_account_that_holds_little_is_never_refused),
        cmocka_unit_test(test_memory_that_is_all_garbage_is_found_again),
        cmocka_unit_test(test_without_memory_there_is_no_object_and_no_harm),
        cmocka_unit_test(test_what_two_hold_stays_until_both_let_go),
    };
    return cmocka_run_group_tests_name("spin_collector", tests, NULL, NULL);
}
