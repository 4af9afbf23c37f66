/* SPDX-License-Identifier: MIT */
/* engine_references_test.c -- what programs hold is found, all of it and nothing else: of functions
 * that wait for others, in machine code and in the interpreter, of programs that call programs, are
 * called back, or run while another waits; at every point that a run comes to. Held is what a
 * service gave and has not got back. */
#include "unit.h"

#include <signal.h>
#include <ucontext.h>

#include "engine/interpreter.h"
#include "engine/references.h"
#include "engine_linked.h"

static const struct kind collected_kind = {
    .name = "collected",
    .collected = true,
    .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}}};

/* --- Collecting --- */

static unsigned collections;
static const char *wrong; /* the first thing that was */
static bool visited[SERVICE_ITEMS];

static void mark(uint64_t word, enum map_cell cell, void *with) {
    uint64_t at = word - (uintptr_t)service_item;
    (void)with;
    if (at % sizeof *service_item == 0 && at < sizeof service_item)
        visited[at / sizeof *service_item] = true;
    else if (cell == CELL_OBJECT && word - (uintptr_t)items >= sizeof items)
        wrong = "what is visited is no item";
}

static void collect_at(const struct references_stop *stop) {
    collections++;
    memset(visited, 0, sizeof visited);
    if (!references_each(&service_nets, stop, mark, NULL))
        wrong = "some reference is not known";
    for (unsigned i = 0; i < SERVICE_ITEMS && !wrong; i++)
        if (visited[i] != service_is_taken[i])
            wrong = visited[i] ? "an item is visited that nobody holds" : "an item is left out";
}

static void collect(void) {
    collect_at(NULL);
}

static void collect_paused(void *owner) {
    (void)owner;
    collect();
}

/* --- Runs --- */

/* Steps through what it runs, and collects whenever the innermost program is at a point. */
static void on_step(int number, siginfo_t *info, void *context) {
    static const uint8_t place[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                      REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                      REG_R12, REG_R13, REG_R14, REG_R15};
    const greg_t *reg = ((ucontext_t *)context)->uc_mcontext.gregs;
    struct references_stop stop = {.at = (uintptr_t)reg[REG_RIP]};
    (void)number, (void)info;
    for (unsigned i = 0; i < 16; i++)
        stop.processor[i] = (uint64_t)reg[place[i]];
    if (references_are_known_at(&service_nets, stop.at))
        collect_at(&stop);
}

static bool run_stepped(void *owner, void (*fn)(void *), void *arg, struct net_trap *trap) {
    struct sigaction act = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO}, old;
    (void)owner, (void)trap;
    sigaction(SIGTRAP, &act, &old);
    __asm__ volatile("pushfq\n orq $0x100, (%%rsp)\n popfq" : : : "memory", "cc");
    fn(arg);
    __asm__ volatile("pushfq\n andq $~0x100, (%%rsp)\n popfq" : : : "memory", "cc");
    sigaction(SIGTRAP, &old, NULL);
    return false;
}
static const struct net_guard stepper = {.run = run_stepped};

static uint64_t run(const struct image *image, enum net_way way, bool at_points) {
    static uint8_t stack[16384];
    struct pausing pausing = {
        .run = interpreter_run_pausing, .asked = at_points, .pause = collect_paused};
    struct activation a = {.fuel = 1000, .stack = stack, .stack_bytes = sizeof stack};
    struct net_report report;
    uint64_t argument[5] = {7}, result = 0;
    if (way == NET_PAUSING)
        a.pausing = &pausing;
    if (!net_run(&service_nets, at_points && way == NET_COMPILED ? &stepper : NULL, image, way,
                 argument, &a, &result, &report))
        fail_msg("%s %s", fault_sentence(report.fault), report.reason);
    assert_int_equal(service_taken, 0);
    assert_null(service_nets.wait);
    return result;
}

/* Both objects, one linked to the other. */
struct scene {
    struct world world;
    struct loaded held, holder;
    struct image inner, outer;
};

static void open_scene(struct scene *s, const char *way) {
    static struct report report;
    struct domain *from[2];
    open_world(&s->world);
    load(&s->world, &s->held, "held", way);
    resolve(&s->held, &s->world.services, 1);
    make(&s->held, &s->inner, "held", &collected_kind, way);
    from[0] = s->world.services;
    from[1] = link_export(&s->held.link, &report);
    assert_non_null(from[1]);
    load(&s->world, &s->holder, "holder", way);
    resolve(&s->holder, from, 2);
    make(&s->holder, &s->outer, "holds", &collected_kind, way);
    collections = 0;
    wrong = NULL;
    service_collector = collect;
}

static void close_scene(struct scene *s) {
    service_collector = NULL;
    unload(&s->holder);
    unload(&s->held);
    close_world(&s->world);
}

static void each_way(void (*check)(struct scene *s, const char *way)) {
    static struct scene s;
    for (unsigned i = 0; i < COMPILED_WAYS; i++) {
        if (!strcmp(compiled_way[i], "clang-O0"))
            continue;
        open_scene(&s, compiled_way[i]);
        check(&s, compiled_way[i]);
        close_scene(&s);
    }
}

/* --- Tests --- */

static void collects_rightly(struct scene *s, const char *way) {
    uint64_t result = run(&s->outer, NET_COMPILED, false);
    if (wrong)
        fail_msg("%s, waiting: %s", way, wrong);
    assert_int_equal(collections, 4); /* once in `innermost`, and once a visit */
    assert_int_equal(run(&s->outer, NET_COMPILED, true), result);
    if (wrong)
        fail_msg("%s, at points: %s", way, wrong);
    if (collections < 20)
        fail_msg("%s: only %u collections", way, collections);
}

static void test_all_that_is_held_is_found_and_nothing_else(void **state) {
    (void)state;
    each_way(collects_rightly);
}

/* A program that is metered keeps its activation. */
static void collects_in_metered_programs(struct scene *s, const char *way) {
    static const struct jit_options points = {.points = true};
    struct code bounded = s->outer.code;
    s->outer.program.metered = true;
    assert_true(jit_compile(&s->outer.program, &s->world.host.hooks, &points, &s->outer.code));
    run(&s->outer, NET_COMPILED, true);
    jit_release(&s->outer.code, &s->world.host.hooks);
    s->outer.code = bounded;
    if (wrong)
        fail_msg("%s: %s", way, wrong);
}

static void test_so_is_what_a_metered_program_holds(void **state) {
    (void)state;
    each_way(collects_in_metered_programs);
}

/* Interpreted programs know what they hold, but not while they are called back. */
static void collects_interpreted(struct scene *s, const char *way) {
    struct image *image = &s->inner;
    service_collector = NULL;
    uint64_t result = run(image, NET_INTERPRETED, false);
    assert_int_equal(run(image, NET_PAUSING, true), result);
    if (wrong)
        fail_msg("%s: %s", way, wrong);
    assert_true(collections > 8);
    service_collector = collect;
    assert_int_equal(run(image, NET_PAUSING, false), result);
    assert_string_equal(wrong, "some reference is not known");
    wrong = NULL; /* nor does anybody know without pauses what a program holds */
    assert_int_equal(run(image, NET_INTERPRETED, false), result);
    assert_string_equal(wrong, "some reference is not known");
}

static void test_the_interpreter_pauses_at_points(void **state) {
    (void)state;
    each_way(collects_interpreted);
}

/* Where a point of the program lies that is also compiled. */
static uintptr_t point;

static void look_for_point(void) {
    collections++;
    if (references_are_known_at(&service_nets, point))
        wrong = "a point of machine code that is not what runs";
}

static void knows_points_of_what_runs(struct scene *s, const char *way) {
    const struct image *image = &s->inner;
    uint32_t slot = 0;
    while (!maps_is_point(&image->program, slot))
        slot++;
    point = (uintptr_t)image->code.memory.run + image->code.offset[slot];
    service_collector = look_for_point;
    run(image, NET_INTERPRETED, false);
    if (wrong)
        fail_msg("%s: %s", way, wrong);
    assert_true(collections);
    run(image, NET_COMPILED, false);
    if (!wrong)
        fail_msg("%s: slot %u is a point, and not known", way, slot);
}

static void test_points_are_those_of_what_runs(void **state) {
    (void)state;
    each_way(knows_points_of_what_runs);
}

/* A run inside of a call of another run. */
static const struct image *nested;

static void run_nested(void) {
    const struct image *image = nested;
    nested = NULL;
    if (!image) {
        collect();
        return;
    }
    struct activation a = {.fuel = 0};
    struct net_report report;
    uint64_t argument[5] = {7}, result;
    if (!net_run(&service_nets, NULL, image, NET_COMPILED, argument, &a, &result, &report))
        wrong = "the run inside";
}

static void collects_nested(struct scene *s, const char *way) {
    service_collector = run_nested;
    nested = &s->outer;
    run(&s->inner, NET_COMPILED, false);
    if (wrong)
        fail_msg("%s: %s", way, wrong);
    assert_true(collections >= 4);
}

static void test_runs_that_wait_for_others_keep_what_they_hold(void **state) {
    (void)state;
    each_way(collects_nested);
}

/* --- Without it --- */

/* Nobody says where the program waits. */
static void collect_in_silence(void) {
    const struct nets silent = {.innermost = service_nets.innermost};
    collections++;
    if (references_each(&silent, NULL, mark, NULL))
        wrong = "a program whose place is not known has told what it holds";
}

static void knows_no_silent_one(struct scene *s, const char *way) {
    service_collector = collect_in_silence;
    run(&s->inner, NET_COMPILED, false);
    if (wrong)
        fail_msg("%s: %s", way, wrong);
    assert_int_equal(collections, 4);
}

static void test_what_does_not_say_where_its_caller_waits_is_noticed(void **state) {
    (void)state;
    each_way(knows_no_silent_one);
}

/* A function that waits in a run that ends early does not go on. */
static void fail_waiting(void) {
    const struct net_call *call = service_nets.wait->call;
    net_fail(&service_nets, &call->reg[REGISTER_FRAME], "it failed while it waited");
}

static void forgets_who_waits(struct scene *s, const char *way) {
    struct activation a = {.fuel = 1000};
    struct net_report report;
    uint64_t argument[5] = {7}, result;
    (void)way;
    service_collector = fail_waiting;
    assert_false(
        net_run(&service_nets, NULL, &s->inner, NET_COMPILED, argument, &a, &result, &report));
    assert_string_equal(report.reason, "it failed while it waited");
    assert_null(service_nets.wait);
    assert_int_equal(service_taken, 0);
}

static void test_a_run_that_ends_early_leaves_nobody_waiting(void **state) {
    (void)state;
    each_way(forgets_who_waits);
}

static void leaves_out(struct scene *s, const char *way) {
    uint32_t maps = s->inner.maps.count;
    s->inner.maps.count = 0;
    run(&s->outer, NET_COMPILED, false);
    if (!wrong || strcmp(wrong, "an item is left out") != 0)
        fail_msg("%s without maps: %s", way, wrong ? wrong : "nothing was left out");
    s->inner.maps.count = maps;
}

static void test_a_reference_that_is_left_out_is_missed(void **state) {
    (void)state;
    each_way(leaves_out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_that_is_held_is_found_and_nothing_else),
        cmocka_unit_test(test_so_is_what_a_metered_program_holds),
        cmocka_unit_test(test_the_interpreter_pauses_at_points),
        cmocka_unit_test(test_points_are_those_of_what_runs),
        cmocka_unit_test(test_runs_that_wait_for_others_keep_what_they_hold),
        cmocka_unit_test(test_a_run_that_ends_early_leaves_nobody_waiting),
        cmocka_unit_test(test_what_does_not_say_where_its_caller_waits_is_noticed),
        cmocka_unit_test(test_a_reference_that_is_left_out_is_missed),
    };
    return cmocka_run_group_tests_name("engine_references", tests, NULL, NULL);
}
