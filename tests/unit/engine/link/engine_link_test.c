/* SPDX-License-Identifier: MIT */
/* engine_link_test.c -- from object to running program and back: objects of both compilers, linked
 * to a kernel's exports and to each other, run both ways, unlinked. The exact words of refusals are
 * in engine_link_report_test.c, the linker against its twin in engine_link_model_test.c. */
#include "unit.h"
#include "engine/interpreter.h"
#include "engine_linked.h"

static const struct kind number_kind = {
    .name = "number",
    .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}}};

static int run_both_ways(const struct image *image, long amount, bool compiled) {
    uint8_t stack[4096];
    struct activation a = {.fuel = 1000, .stack = stack, .stack_bytes = sizeof stack};
    uint64_t argument[5] = {(uint64_t)amount};
    uint64_t result = compiled ? image->code.entry(argument[0], 0, 0, 0, 0, &a)
                               : interpreter_run(&image->program, argument, &a);
    assert_int_equal(a.fault, FAULT_NONE);
    return (int)result;
}

/* caller.bpf.c does what it says, given how often the library has been called before. */
static void check_caller(const struct image *caller, int *library_calls) {
    for (int compiled = 0; compiled < 2; compiled++) {
        long before = service_count, amount = 3 + compiled;
        *library_calls += 11;
        int level = 1000 + (int)amount, weigh = 7 + (int)amount, add = 30 + (int)amount;
        assert_int_equal(run_both_ways(caller, amount, compiled),
                         level + weigh + add + *library_calls);
        assert_int_equal(service_count, before + 100 + amount);
    }
}

static bool is_untyped(const char *way) {
    return !strcmp(way, "clang-O0"); /* which describes no extern function */
}

/* What works, and what is refused, once caller is linked to services and library. */
static void use(struct loaded *library, struct loaded *caller, struct domain *services,
                const char *way) {
    static struct report why;
    struct domain *both[] = {services, library->link.exported};
    struct image image, again;
    int library_calls = 5;
    make(caller, &image, "caller", &number_kind, way);
    assert_true(image.facts.proven & BOUNDED);
    check_caller(&image, &library_calls);

    /* The library is in use: it stays, and works on. */
    assert_false(link_close(&library->link));
    assert_false(link_unresolve(&library->link, services));
    assert_false(image_release(library->link.image));
    check_caller(&image, &library_calls);

    /* Unlinked, the names are undefined again, and the program is gone. */
    assert_true(link_unresolve(&caller->link, library->link.exported));
    assert_false(image_is_runnable(&image));
    assert_int_equal(caller->link.undefined, 2);
    assert_false(image_create(&again, &caller->link, "caller", &number_kind, NULL, &why));
    assert_int_equal(why.rule, LINK_RULE_UNRESOLVED);

    /* Linked again, it goes on where its variables and the library's are. */
    resolve(caller, both, 2);
    make(caller, &again, "caller", &number_kind, way);
    check_caller(&again, &library_calls);
    assert_true(image_release(&again));
}

static void both_compilers_link_run_and_unlink(void **state) {
    struct world w;
    (void)state;
    open_world(&w);
    for (unsigned i = 0; i < COMPILED_WAYS; i++) {
        const char *way = compiled_way[i];
        struct loaded library, caller;
        struct image weigh, count_down;
        static struct report report;
        load(&w, &library, "library", way);
        load(&w, &caller, "caller", way);
        if (is_untyped(way)) {
            assert_false(link_resolve(&library.link, &w.services, 1, &report));
            assert_int_equal(report.rule, LINK_RULE_NO_TYPE);
        } else {
            resolve(&library, &w.services, 1);
            make(&library, &weigh, "weigh", &number_kind, way);
            make(&library, &count_down, "count_down", &number_kind, way);
            struct domain *exported = link_export(&library.link, &report);
            assert_non_null(domain_find(exported, "weigh"));
            assert_non_null(domain_find(exported, "library_calls"));
            assert_null(domain_find(exported, "count_down"));  /* it is metered */
            assert_null(domain_find(exported, "service_add")); /* not transitive */
            assert_false(link_resolve(&caller.link, &w.services, 1, NULL));
            resolve(&caller, &exported, 1);
            use(&library, &caller, w.services, way);
        }
        unload(&caller);
        unload(&library);
    }
    close_world(&w);
}

/* A call of another program's function is the same instruction as one within a program. */
static void calls_between_programs_are_direct(void **state) {
    struct world w;
    struct loaded library, caller;
    struct image weigh, image;
    struct report report;
    (void)state;
    open_world(&w);
    load(&w, &library, "library", "clang-O2");
    load(&w, &caller, "caller", "clang-O2");
    resolve(&library, &w.services, 1);
    make(&library, &weigh, "weigh", &number_kind, "clang-O2");
    struct domain *from[] = {w.services, link_export(&library.link, &report)};
    resolve(&caller, from, 2);
    make(&caller, &image, "caller", &number_kind, "clang-O2");
    unsigned direct = 0;
    const uint8_t *code = image.code.memory.run;
    for (uint32_t i = 0; i + 5 <= image.code.bytes; i++) {
        int32_t distance;
        memcpy(&distance, code + i + 1, sizeof distance);
        direct += code[i] == 0xe8 && code + i + 5 + distance == weigh.code.memory.run;
    }
    assert_int_equal(direct, 1);
    assert_int_equal(image.stack_bytes, image.facts.stack_bytes + weigh.stack_bytes);
    unload(&caller);
    unload(&library);
    close_world(&w);
}

static void a_program_costs_only_what_it_reaches(void **state) {
    struct world w;
    struct loaded caller;
    struct image image;
    struct report report;
    (void)state;
    open_world(&w);
    load(&w, &caller, "caller", "gcc-O2");
    struct loaded library;
    struct image weigh;
    load(&w, &library, "library", "gcc-O2");
    resolve(&library, &w.services, 1);
    make(&library, &weigh, "weigh", &number_kind, "gcc-O2");
    struct domain *from[] = {w.services, link_export(&library.link, &report)};
    resolve(&caller, from, 2);
    make(&caller, &image, "plain", &number_kind, "gcc-O2");
    const struct object_function *f = object_function_named(&caller.object, "plain");
    assert_int_equal(image.program.slots, f->end - f->start);
    assert_int_equal(image.origin[0], f->start);
    assert_int_equal(run_both_ways(&image, 41, true), 42);
    unload(&caller);
    unload(&library);
    close_world(&w);
}

/* A hundred thousand times bound and unbound, a thousand times loaded, run and unloaded: every byte
 * comes back. */
static void nothing_leaks(void **state) {
    struct world w;
    struct loaded library;
    struct image weigh;
    (void)state;
    open_world(&w);
    size_t before = w.host.allocated;
    load(&w, &library, "library", "clang-O2");
    size_t loaded = w.host.allocated;
    for (unsigned i = 0; i < 100000; i++) {
        resolve(&library, &w.services, 1);
        assert_true(link_unresolve(&library.link, w.services));
    }
    assert_int_equal(w.host.allocated, loaded);
    unload(&library);
    for (unsigned i = 0; i < 1000; i++) {
        load(&w, &library, "library", i & 1 ? "clang-Os" : "gcc-O1");
        resolve(&library, &w.services, 1);
        make(&library, &weigh, "weigh", &number_kind, "some way");
        assert_int_equal(run_both_ways(&weigh, 1, true), 8);
        unload(&library);
        assert_int_equal(w.host.allocated, before);
    }
    close_world(&w);
}

/* Wherever memory runs out, what was there before is there again. */
static void memory_may_run_out_anywhere(void **state) {
    static struct report why;
    struct report report;
    struct world w;
    struct loaded library;
    struct image weigh;
    (void)state;
    open_world(&w);
    bool made = false;
    for (size_t more = 0; !made; more += 24) {
        load(&w, &library, "library", "gcc-O2");
        size_t loaded = w.host.allocated;
        w.host.limit = loaded + more;
        bool bound = link_resolve(&library.link, &w.services, 1, &report);
        assert_true(bound || report.rule == RULE_NO_MEMORY);
        made = bound && image_create(&weigh, &library.link, "weigh", &number_kind, NULL, &why);
        w.host.limit = SIZE_MAX;
        if (!made)
            assert_int_equal(w.host.allocated, loaded);
        unload(&library);
    }
    close_world(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_compilers_link_run_and_unlink),
        cmocka_unit_test(calls_between_programs_are_direct),
        cmocka_unit_test(a_program_costs_only_what_it_reaches),
        cmocka_unit_test(nothing_leaks),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests_name("engine_link", tests, NULL, NULL);
}
