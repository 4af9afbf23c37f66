/* SPDX-License-Identifier: MIT */
/* engine_callback_test.c -- tests/engine/callbacks.bpf.c, of both compilers, interpreted and
 * compiled: a kernel's function calls back what a program hands to it. */
#include "unit.h"
#include "engine_linked.h"

static const struct kind number_kind = {
    .name = "number",
    .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}}};
static const struct kind functional_kind = {
    .name = "functional",
    .demands = FUNCTIONAL | BOUNDED,
    .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}}};

/* Calls what is given for every compiler that describes extern functions. */
static void each_way(void (*check)(struct loaded *l, const char *way)) {
    for (unsigned i = 0; i < COMPILED_WAYS; i++) {
        struct world world;
        struct loaded l;
        if (!strcmp(compiled_way[i], "clang-O0"))
            continue;
        open_world(&world);
        load(&world, &l, "callbacks", compiled_way[i]);
        resolve(&l, &world.services, 1);
        check(&l, compiled_way[i]);
        unload(&l);
        close_world(&world);
    }
}

static bool run_image(const struct image *image, enum net_way way, uint64_t argument, uint64_t fuel,
                      uint64_t *result, struct net_report *report) {
    uint8_t stack[4096];
    struct activation a = {.fuel = fuel, .stack = stack, .stack_bytes = sizeof stack};
    uint64_t arguments[5] = {argument};
    bool ended = net_run(&service_nets, NULL, image, way, arguments, &a, result, report);
    assert_int_equal(service_taken, 0);
    return ended;
}

static void expect(struct loaded *l, const char *way, const char *program, uint64_t argument,
                   uint64_t result) {
    struct image image;
    make(l, &image, program, &number_kind, way);
    for (enum net_way w = NET_INTERPRETED; w <= NET_COMPILED; w++) {
        struct net_report report;
        uint64_t got = 0;
        if (!run_image(&image, w, argument, 1000, &got, &report) || got != result)
            fail_msg("%s %s: %llu", way, program, (unsigned long long)got);
    }
    assert_true(image_release(&image));
}

static void check_results(struct loaded *l, const char *way) {
    expect(l, way, "finds", 2, 102);
    expect(l, way, "finds", 4, 0);
    expect(l, way, "visits", 5, 1115);
    expect(l, way, "either", 3, 103);
    expect(l, way, "either", 4, 1110);
    expect(l, way, "turns", 3, 18);
    expect(l, way, "nested", 3, 103);
}

static void test_the_kernel_calls_back(void **state) {
    (void)state;
    each_way(check_results);
}

static void check_facts(struct loaded *l, const char *way) {
    struct image finds, visits, turns;
    make(l, &finds, "finds", &functional_kind, way);
    make(l, &visits, "visits", &number_kind, way);
    make(l, &turns, "turns", &number_kind, way);
    assert_int_equal(finds.facts.proven, FUNCTIONAL | EPHEMERAL | DETERMINISTIC | BOUNDED);
    /* The call itself costs 10, and each of three times at least its four instructions. */
    assert_in_range(finds.facts.cost, 10 + 3 * 4, 200);
    assert_int_equal(visits.facts.proven, BOUNDED);
    assert_int_equal(turns.facts.proven & (BOUNDED | EPHEMERAL), 0);
    assert_true(turns.program.metered);
    assert_true(image_release(&finds) && image_release(&visits) && image_release(&turns));
}

static void test_a_program_is_what_its_callbacks_are(void **state) {
    (void)state;
    each_way(check_facts);
}

static void check_early_end(struct loaded *l, const char *way) {
    struct image fails, turns;
    make(l, &fails, "fails", &number_kind, way);
    make(l, &turns, "turns", &number_kind, way);
    for (enum net_way w = NET_INTERPRETED; w <= NET_COMPILED; w++) {
        struct net_report report;
        uint64_t result;
        assert_false(run_image(&fails, w, 6, 1000, &result, &report));
        assert_int_equal(report.fault, FAULT_SERVICE);
        assert_int_equal(report.released, 1);
        assert_true(run_image(&fails, w, 5, 1000, &result, &report));
        assert_int_equal(result, 5);
        assert_false(run_image(&turns, w, UINT64_MAX, 100, &result, &report));
        assert_int_equal(report.fault, FAULT_FUEL);
        assert_ptr_equal(report.image, &turns);
    }
    assert_true(image_release(&fails) && image_release(&turns));
}

static void test_what_is_called_back_can_be_ended_early(void **state) {
    (void)state;
    each_way(check_early_end);
}

static void refuse(struct loaded *l, const char *way, const char *program, const struct kind *kind,
                   enum rule rule) {
    static struct report why;
    struct image image;
    if (image_create(&image, &l->link, program, kind, NULL, &why))
        fail_msg("%s %s: accepted", way, program);
    if (why.rule != rule)
        fail_msg("%s %s: wanted %s:\n%s", way, program, rule_name(rule), why.text);
    bool by_caller = !strcmp(program, "called_twice") || !strcmp(program, "not_a_function");
    if (!strstr(why.text, "handed out at") != by_caller)
        fail_msg("%s %s:\n%s", way, program, why.text);
}

static void check_refusals(struct loaded *l, const char *way) {
    refuse(l, way, "never_ends", &number_kind, RULE_CALLBACK);
    refuse(l, way, "never_ends", &functional_kind, RULE_ENDLESS);
    refuse(l, way, "leaks", &number_kind, RULE_NOT_RELEASED);
    refuse(l, way, "recurs", &number_kind, RULE_RECURSION);
    refuse(l, way, "called_twice", &number_kind, RULE_CALLBACK);
    refuse(l, way, "expensive", &number_kind, RULE_BUDGET);
    refuse(l, way, "not_a_function", &number_kind, RULE_ARGUMENT);
    refuse(l, way, "fails", &functional_kind, RULE_NOT_FUNCTIONAL);
    refuse(l, way, "oversteps", &number_kind, RULE_OBJECT_ARITHMETIC);
}

static void test_what_must_not_be_called_back_is_refused(void **state) {
    (void)state;
    each_way(check_refusals);
}

static void test_every_allocation_may_fail(void **state) {
    static struct report why;
    struct world world;
    struct loaded l;
    (void)state;
    open_world(&world);
    load(&world, &l, "callbacks", "clang-O2");
    resolve(&l, &world.services, 1);
    size_t before = world.host.allocated;
    bool made = false;
    for (size_t more = 0; !made; more += 64) {
        struct image image;
        world.host.limit = before + more;
        made = image_create(&image, &l.link, "either", &number_kind, NULL, &why);
        if (made)
            assert_true(image_release(&image));
        else
            assert_true(why.rule == RULE_NO_MEMORY);
        assert_int_equal(world.host.allocated, before);
        assert_int_equal(world.host.code_bytes, 0);
    }
    unload(&l);
    close_world(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_kernel_calls_back),
        cmocka_unit_test(test_a_program_is_what_its_callbacks_are),
        cmocka_unit_test(test_what_is_called_back_can_be_ended_early),
        cmocka_unit_test(test_what_must_not_be_called_back_is_refused),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("engine_callback", tests, NULL, NULL);
}
