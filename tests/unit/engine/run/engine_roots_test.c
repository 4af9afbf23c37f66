/* SPDX-License-Identifier: MIT */
/* engine_roots_test.c -- what native code holds is known by its roots alone: a collector that marks
 * from them keeps what has one, and takes what has none. */
#include "unit.h"
#include "engine/references.h"
#include "engine_guarded.h"

/* Things that are collected: marked from the roots, and from what those lead to. */
#define THINGS 8

struct thing {
    struct thing *next;
    bool taken, marked;
};
static struct thing things[THINGS];
static struct nets nets;

static struct thing *thing_take(struct thing *next) {
    for (unsigned i = 0; i < THINGS; i++)
        if (!things[i].taken) {
            things[i] = (struct thing){.next = next, .taken = true};
            return &things[i];
        }
    return NULL;
}

static void mark(uint64_t word, enum map_cell cell, void *with) {
    (void)cell;
    for (struct thing *t = (struct thing *)word; t && !t->marked; t = t->next)
        t->marked = true;
    ++*(unsigned *)with;
}

/* Gives how many roots led to something. */
static unsigned collect(void) {
    unsigned visits = 0;
    for (unsigned i = 0; i < THINGS; i++)
        things[i].marked = false;
    assert_true(references_each(&nets, NULL, mark, &visits));
    for (unsigned i = 0; i < THINGS; i++)
        things[i].taken &= things[i].marked;
    return visits;
}

typedef uint64_t native_code(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

/* Runs a function of this file as one of a signed object. */
static bool run(native_code *code, uint64_t argument, uint64_t *result, struct net_report *report) {
    static const struct native native;
    const struct native_function function = {.name = "native", .address = (uintptr_t)code};
    const uint64_t arguments[5] = {argument};
    return net_run_native(&nets, &guard, &native, &function, arguments, result, report);
}

/* Makes a list of two and a thing by itself, while others collect. With a root left out, what only
 * that variable led to is gone. Gives whether it has all it holds. */
static uint64_t holds_all(uint64_t leaves_one_out, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    struct thing *list = NULL, *alone = NULL;
    (void)b, (void)c, (void)d, (void)e;
    if (!net_root(&nets, (void *const *)&list) ||
        (!leaves_one_out && !net_root(&nets, (void *const *)&alone)))
        return 0;
    list = thing_take(NULL);
    collect();
    list = thing_take(list);
    collect();
    alone = thing_take(NULL);
    collect();
    uint64_t all = list->taken && list->next->taken && alone->taken;
    net_let_go(&nets, &alone);
    net_let_go(&nets, &list);
    return all;
}

static void test_what_has_a_root_is_kept(void **state) {
    uint64_t result;
    struct net_report report;
    (void)state;
    assert_true(run(holds_all, false, &result, &report));
    assert_true(result);
    assert_int_equal(collect(), 0); /* and is taken when it has none any more */
    assert_false(things[0].taken);
}

static void test_what_is_left_out_is_taken(void **state) {
    uint64_t result;
    struct net_report report;
    (void)state;
    assert_true(run(holds_all, true, &result, &report));
    assert_false(result);
}

static uint64_t fails(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    struct thing *mine = thing_take(NULL);
    (void)a, (void)b, (void)c, (void)d, (void)e;
    if (net_root(&nets, (void *const *)&mine))
        raise(SIGSEGV);
    return 0;
}

static uint64_t runs_what_fails(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    struct thing *mine = thing_take(NULL);
    uint64_t result;
    struct net_report report;
    (void)a, (void)b, (void)c, (void)d, (void)e;
    bool fine = net_root(&nets, (void *const *)&mine) && !run(fails, 0, &result, &report) &&
                report.fault == FAULT_MEMORY && report.released == 0 && collect() == 1 &&
                mine->taken;
    net_let_go(&nets, &mine);
    return fine;
}

/* A run that is ended early leaves none; those of the run around it stay. */
static void test_roots_of_a_run_that_ends_early_go_with_it(void **state) {
    uint64_t result;
    struct net_report report;
    (void)state;
    assert_true(run(runs_what_fails, 0, &result, &report));
    assert_true(result);
    assert_int_equal(collect(), 0);
}

/* Outside of any run nobody would find a root: there is none, and a caller is told so. */
static void test_there_are_no_roots_outside_of_a_run(void **state) {
    void *variable = thing_take(NULL);
    (void)state;
    assert_false(net_root(&nets, &variable));
    assert_int_equal(collect(), 0);
    net_let_go(&nets, &variable);
}

static void give_back(void *object) {
    (void)object;
}

/* The object's first word would be a root, if it were taken for one. */
static uint64_t holds_what_is_no_root(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    void *object = thing_take(NULL);
    (void)a, (void)b, (void)c, (void)d, (void)e;
    bool held = net_hold(&nets, &object, give_back);
    unsigned visits = collect();
    net_let_go(&nets, &object);
    return held && visits == 0;
}

static void test_what_is_held_for_its_release_is_no_root(void **state) {
    uint64_t result;
    struct net_report report;
    (void)state;
    assert_true(run(holds_what_is_no_root, 0, &result, &report));
    assert_true(result);
}

/* Holds as much as there is room for; then it is told that a root more is none. */
static uint64_t holds_too_much(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    void *variable[NET_HELD_MAX + 1] = {NULL};
    unsigned held = 0;
    (void)a, (void)b, (void)c, (void)d, (void)e;
    while (held <= NET_HELD_MAX && net_root(&nets, &variable[held]))
        held++;
    for (unsigned i = held; i-- > 0;)
        net_let_go(&nets, &variable[i]);
    return held;
}

static void test_a_root_that_there_is_no_room_for_is_none(void **state) {
    uint64_t result;
    struct net_report report;
    (void)state;
    assert_true(run(holds_too_much, 0, &result, &report));
    assert_int_equal(result, NET_HELD_MAX);
}

/* What is handed out to nobody's run need not be given back by one. */
static void test_outside_of_a_run_holding_does_nothing(void **state) {
    int object;
    (void)state;
    assert_true(net_hold(&nets, &object, give_back));
    net_let_go(&nets, &object);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_has_a_root_is_kept),
        cmocka_unit_test(test_what_is_left_out_is_taken),
        cmocka_unit_test(test_roots_of_a_run_that_ends_early_go_with_it),
        cmocka_unit_test(test_there_are_no_roots_outside_of_a_run),
        cmocka_unit_test(test_what_is_held_for_its_release_is_no_root),
        cmocka_unit_test(test_a_root_that_there_is_no_room_for_is_none),
        cmocka_unit_test(test_outside_of_a_run_holding_does_nothing),
    };
    return cmocka_run_group_tests_name("engine_roots", tests, NULL, NULL);
}
