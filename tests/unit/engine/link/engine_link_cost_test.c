/* SPDX-License-Identifier: MIT */
/* engine_link_cost_test.c -- a call of another object's program costs what a call within an object
 * does: both are run step by step, and the steps counted. */
#include "unit.h"

#include <signal.h>

#include "engine_linked.h"

static const struct kind number_kind = {
    .name = "number",
    .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}},
    .demands = BOUNDED};

/* Calls entry(argument) with the trap flag set: a signal after each instruction. */
uint64_t run_stepped(const void *entry, uint64_t argument);
__asm__(".pushsection .text\nrun_stepped:\n"
        "push %rbx\n mov %rdi, %rbx\n mov %rsi, %rdi\n"
        "pushfq\n orq $0x100, (%rsp)\n popfq\n"
        "call *%rbx\n"
        "pushfq\n andq $~0x100, (%rsp)\n popfq\n"
        "pop %rbx\n ret\n.popsection");

static volatile unsigned steps;

static void on_step(int number) {
    (void)number;
    steps++;
}

static unsigned count_steps(const struct image *image, uint64_t argument, uint64_t *result) {
    struct sigaction act = {.sa_handler = on_step}, old;
    sigaction(SIGTRAP, &act, &old);
    steps = 0;
    *result = run_stepped(image->code.memory.run, argument);
    sigaction(SIGTRAP, &old, NULL);
    return steps;
}

static void a_call_across_objects_costs_what_a_local_one_does(void **state) {
    (void)state;
    for (unsigned i = 0; i < COMPILED_WAYS; i++) {
        const char *way = compiled_way[i];
        struct world w;
        struct loaded library, caller;
        struct image triple, within, across;
        struct report report;
        uint64_t result[2];
        if (!strcmp(way, "clang-O0")) /* which describes no extern function */
            continue;
        open_world(&w);
        load(&w, &library, "triple", way);
        load(&w, &caller, "calls", way);
        make(&library, &triple, "triple", &number_kind, way);
        struct domain *exported = link_export(&library.link, &report);
        resolve(&caller, &exported, 1);
        make(&caller, &within, "within", &number_kind, way);
        make(&caller, &across, "across", &number_kind, way);
        unsigned local = count_steps(&within, 14, &result[0]);
        unsigned other = count_steps(&across, 14, &result[1]);
        assert_int_equal(result[0], 14 * 4);
        assert_int_equal(result[1], 14 * 4);
        assert_true(local > 6); /* it did step */
        if (local != other)
            fail_msg("%s: %u instructions within, %u across", way, local, other);
        print_message("%s: %u instructions either way\n", way, local);
        unload(&caller);
        unload(&library);
        close_world(&w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_across_objects_costs_what_a_local_one_does),
    };
    return cmocka_run_group_tests_name("engine_link_cost", tests, NULL, NULL);
}
