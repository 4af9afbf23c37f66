/* SPDX-License-Identifier: MIT */
/* engine_net_test.c -- programs that are ended early, interpreted and compiled, of both compilers:
 * one exit, a precise report, everything given back, and the next run is fine. */
#include "unit.h"

#include <sys/mman.h>

#include "engine_guarded.h"
#include "engine_linked.h"

static const struct kind number_kind = {
    .name = "number",
    .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}}};
static const struct kind memory_kind = {
    .name = "memory",
    .entry = {
        .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = 16}, {.kind = SHAPE_NUMBER}},
        .result = {.kind = SHAPE_NUMBER}}};

/* A run that must end early, or not. */
struct run {
    const struct net_guard *guard; /* null: that of signals */
    const struct image *image;
    enum net_way way;
    uint64_t argument;
    uint64_t result;
    struct net_report report;
};

static bool run(struct run *r) {
    uint8_t stack[4096];
    struct activation a = {.fuel = 1000, .stack = stack, .stack_bytes = sizeof stack};
    uint64_t argument[5] = {r->argument, 1};
    bool ended = net_run(&service_nets, r->guard ? r->guard : &guard, r->image, r->way, argument,
                         &a, &r->result, &r->report);
    assert_null(service_nets.innermost);
    assert_int_equal(service_taken, 0);
    return ended;
}

static void expect_end(struct run *r, enum fault fault, uint32_t released,
                       const char *instruction) {
    char text[NET_TEXT_MAX], line[32];
    assert_false(run(r));
    net_report_text(&r->report, text);
    assert_int_equal(r->report.fault, fault);
    assert_int_equal(r->report.released, released);
    assert_true(r->report.has_registers);
    snprintf(line, sizeof line, "  instruction %u: ", r->report.at);
    const char *at = strstr(text, line);
    if (!at || strncmp(at + strlen(line), instruction, strlen(instruction)) != 0)
        fail_msg("wanted '%s' in\n%s", instruction, text);
    /* Where the object knows its lines, so does the report. */
    if (!strstr(text, ".bpf.c:"))
        fail_msg("no line in\n%s", text);
}

static void expect_result(struct run *r, uint64_t result) {
    char text[NET_TEXT_MAX];
    if (!run(r)) {
        net_report_text(&r->report, text);
        fail_msg("%s", text);
    }
    assert_int_equal(r->result, result);
}

/* Both objects, linked. */
struct scene {
    struct world world;
    struct loaded refuses, ends;
    const char *ends_way;
    struct image refuse_inside, turns, refused, refused_inside, refused_later, refused_between,
        peek;
};

static void open_scene(struct scene *s, const char *way) {
    struct report report;
    s->ends_way = way;
    open_world(&s->world);
    load(&s->world, &s->refuses, "refuses", way);
    load(&s->world, &s->ends, "ends", way);
    resolve(&s->refuses, &s->world.services, 1);
    make(&s->refuses, &s->refuse_inside, "refuse_inside", &number_kind, way);
    struct domain *from[] = {s->world.services, link_export(&s->refuses.link, &report)};
    resolve(&s->ends, from, 2);
    make(&s->ends, &s->turns, "turns", &number_kind, way);
    make(&s->ends, &s->refused, "refused", &number_kind, way);
    make(&s->ends, &s->refused_inside, "refused_inside", &number_kind, way);
    make(&s->ends, &s->refused_later, "refused_later", &number_kind, way);
    make(&s->ends, &s->refused_between, "refused_between", &number_kind, way);
    make(&s->ends, &s->peek, "peek", &memory_kind, way);
}

static void close_scene(struct scene *s) {
    unload(&s->ends);
    unload(&s->refuses);
    close_world(&s->world);
}

/* Calls what is given for every compiler that describes extern functions, and for both ways. */
static void each_way(void (*check)(struct scene *s, enum net_way way)) {
    for (unsigned i = 0; i < COMPILED_WAYS; i++) {
        struct scene s;
        if (!strcmp(compiled_way[i], "clang-O0"))
            continue;
        open_scene(&s, compiled_way[i]);
        check(&s, NET_INTERPRETED);
        check(&s, NET_COMPILED);
        close_scene(&s);
    }
}

static void check_fuel(struct scene *s, enum net_way way) {
    struct run r = {.image = &s->turns, .way = way, .argument = 0};
    expect_end(&r, FAULT_FUEL, 1, "");
    assert_ptr_equal(r.report.image, &s->turns);
    r.argument = 6;
    expect_result(&r, 6 + 8);
}

static void fuel_runs_out(void **state) {
    (void)state;
    each_way(check_fuel);
}

static void check_service(struct scene *s, enum net_way way) {
    struct run r = {.image = &s->refused, .way = way, .argument = 6};
    expect_end(&r, FAULT_SERVICE, 1, "call ");
    assert_string_equal(r.report.reason, "no number above 5 is known here");
    assert_int_equal(r.report.reg[1], 6);
    /* The reference, kept over the call, is in one of the registers that a call preserves; else on
     * the stack. */
    bool kept = false;
    for (unsigned i = 6; i < REGISTER_FRAME; i++)
        kept |= r.report.reg[i] == (uintptr_t)&service_item[0];
    if (strcmp(s->ends_way + strlen(s->ends_way) - 2, "O0") != 0)
        assert_true(kept);
    r.argument = 5;
    expect_result(&r, 5);
}

static void a_function_fails(void **state) {
    (void)state;
    each_way(check_service);
}

static void check_service_inside(struct scene *s, enum net_way way) {
    struct run r = {.image = &s->refused_inside, .way = way, .argument = 6};
    expect_end(&r, FAULT_SERVICE, 2, "call ");
    assert_ptr_equal(r.report.image, &s->refuse_inside);
    assert_int_equal(r.report.reg[1], 6);
    r.argument = 5;
    expect_result(&r, 10);
}

static void a_function_fails_in_a_program_that_was_called(void **state) {
    (void)state;
    each_way(check_service_inside);
}

static void check_given_back(struct scene *s, enum net_way way) {
    struct run r = {.image = &s->refused_later, .way = way, .argument = 6};
    expect_end(&r, FAULT_SERVICE, 0, "call ");
    r.argument = 5;
    expect_result(&r, 5);
}

static void what_was_given_back_is_not_given_back_again(void **state) {
    (void)state;
    each_way(check_given_back);
}

static void check_between(struct scene *s, enum net_way way) {
    struct run r = {.image = &s->refused_between, .way = way, .argument = 6};
    expect_end(&r, FAULT_SERVICE, 2, "call ");
    r.argument = 5;
    expect_result(&r, 5 + 1 + 3);
}

static void of_three_those_that_are_still_held_are_given_back(void **state) {
    (void)state;
    each_way(check_between);
}

/* What was given back, by which function, in order. */
static char released[64];

static void add_release(char by, const void *object) {
    size_t used = strlen(released);
    snprintf(released + used, sizeof released - used, "%c%c ", by, *(const char *)object);
}

static void release_by_x(void *object) {
    add_release('x', object);
}

static void release_by_y(void *object) {
    add_release('y', object);
}

/* What is done before the program runs: a small letter is held, to be given back by x, and a digit
 * is a letter ('1': a), to be given back by y; a large one is let go. */
static const char *deeds;

static bool run_after_deeds(void *owner, void (*fn)(void *), void *arg, struct net_trap *trap) {
    static char object[] = "abcdefghi";
    (void)owner, (void)trap;
    for (const char *d = deeds; *d; d++)
        if (*d >= 'a')
            assert_true(net_hold(&service_nets, &object[*d - 'a'], release_by_x));
        else if (*d >= 'A')
            net_let_go(&service_nets, &object[*d - 'A']);
        else
            assert_true(net_hold(&service_nets, &object[*d - '1'], release_by_y));
    fn(arg);
    return false;
}

static void each_is_given_back_once_by_its_own_function_the_last_first(void **state) {
    static const struct net_guard with = {.run = run_after_deeds};
    static const struct {
        const char *deeds, *wanted;
        uint32_t count;
    } cases[] = {
        {"", "", 0},
        {"a", "xa ", 1},
        {"a3b", "xb yc xa ", 3},
        {"aB", "xa ", 1},
        {"abA", "xb ", 1},
        {"abB", "xa ", 1},
        {"abAB", "", 0},
        /* One let go leaves its place to the last. */
        {"a2cB", "xc xa ", 2},
        {"a2cdB", "xc xd xa ", 3},
        {"ab34A", "yc xb yd ", 3},
        {"ab34A5", "ye yc xb yd ", 4},
        /* An object held twice is given back twice; it is the later one that is let go. */
        {"aa", "xa xa ", 2},
        {"a1A", "xa ", 1},
        {"1aA", "ya ", 1},
        {"a2aA", "yb xa ", 2},
        {"a1AA", "", 0},
    };
    struct scene s;
    (void)state;
    open_scene(&s, "clang-O2");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run r = {
            .guard = &with, .image = &s.refuse_inside, .way = NET_COMPILED, .argument = 6};
        deeds = cases[i].deeds;
        released[0] = '\0';
        assert_false(run(&r));
        assert_int_equal(r.report.released, cases[i].count + 1); /* and the program's own */
        if (strcmp(released, cases[i].wanted) != 0)
            fail_msg("%s: %sinstead of %s", deeds, released, cases[i].wanted);
        /* Of one that ends by itself nothing is taken. */
        r.argument = 5;
        released[0] = '\0';
        expect_result(&r, 10);
        assert_string_equal(released, "");
    }
    close_scene(&s);
}

static void nothing(void *object) {
    (void)object;
}

/* Runs with all but nothing left to hold. */
static bool run_full(void *owner, void (*fn)(void *), void *arg, struct net_trap *trap) {
    static uint8_t object[NET_HELD_MAX];
    (void)owner, (void)trap;
    for (unsigned i = 0; i < NET_HELD_MAX; i++)
        assert_true(net_hold(&service_nets, &object[i], nothing));
    assert_false(net_hold(&service_nets, object, nothing));
    fn(arg);
    return false;
}

static void check_full(struct scene *s, enum net_way way) {
    static const struct net_guard full = {.run = run_full};
    struct run r = {.guard = &full, .image = &s->refused, .way = way, .argument = 6};
    expect_result(&r, (uint64_t)-1);
}

static void what_cannot_be_held_is_not_handed_out(void **state) {
    (void)state;
    each_way(check_full);
}

static void check_trap(struct scene *s, enum net_way way) {
    long fine[2] = {1, 41};
    uint8_t *nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct run r = {.image = &s->peek, .way = way, .argument = (uintptr_t)nowhere};
    expect_end(&r, FAULT_MEMORY, 0, "r");
    bool known = false;
    for (unsigned i = 0; i < REGISTERS; i++)
        known |= r.report.reg[i] - (uintptr_t)nowhere <= 8;
    assert_true(known);
    assert_string_equal(r.report.reason, "page fault");
    munmap(nowhere, 4096);
    r.argument = (uintptr_t)fine;
    expect_result(&r, 42);
}

static void the_impossible_happens(void **state) {
    (void)state;
    each_way(check_trap);
}

/* The report up to its registers, whose values are addresses. */
static void check_words(struct run *r, const char *words) {
    char text[NET_TEXT_MAX];
    assert_false(run(r));
    net_report_text(&r->report, text);
    char *registers = strstr(text, "  r0: 0x");
    assert_non_null(registers);
    *registers = '\0';
    assert_string_equal(text, words);
}

static void a_report_reads_so(void **state) {
    struct scene s;
    char text[NET_TEXT_MAX];
    (void)state;
    open_scene(&s, "clang-O2");
    for (int way = 0; way < 2; way++) {
        struct run r = {.image = &s.peek, .way = (enum net_way)way};
        check_words(&r, "program peek of ends touched memory that is not its own: page fault\n"
                        "  instruction 3: r0 = *(u64 *)(r1 + 0)\n"
                        "  at ./tests/engine/ends.bpf.c:46:12 (in peek+3)\n");
    }
    struct run r = {.image = &s.refused_inside, .way = NET_COMPILED, .argument = 6};
    check_words(&r, "program refuse_inside of refuses was ended by a function that it called: "
                    "no number above 5 is known here\n"
                    "  instruction 6: call 1\n"
                    "  at ./tests/engine/refuses.bpf.c:9:15 (in refuse_inside+6)\n");
    net_report_text(&r.report, text);
    assert_non_null(strstr(text, " r1: 0x6 "));
    assert_non_null(strstr(text, "\n  references given back: 2\n"));
    close_scene(&s);
}

/* Whatever the length of the object's name: as much as there is room for. */
static void a_report_is_cut_where_it_becomes_too_long(void **state) {
    static char name[NET_TEXT_MAX + 1], rest[NET_TEXT_MAX], text[NET_TEXT_MAX];
    static const char head[] = "program refuse_inside of ";
    struct scene s;
    (void)state;
    open_scene(&s, "clang-O2");
    struct run r = {.image = &s.refuse_inside, .way = NET_COMPILED, .argument = 6};
    assert_false(run(&r));
    s.refuses.link.name = name;
    net_report_text(&r.report, text);
    strcpy(rest, text + strlen(head));
    assert_memory_equal(text, head, strlen(head));
    for (size_t len = 0; len < NET_TEXT_MAX; len++) {
        char wanted[sizeof head + sizeof name + sizeof text];
        name[len] = 'n';
        snprintf(wanted, sizeof wanted, "%s%s%s", head, name, rest);
        wanted[NET_TEXT_MAX - 1] = '\0';
        net_report_text(&r.report, text);
        assert_string_equal(text, wanted);
    }
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fuel_runs_out),
        cmocka_unit_test(a_function_fails),
        cmocka_unit_test(a_function_fails_in_a_program_that_was_called),
        cmocka_unit_test(what_was_given_back_is_not_given_back_again),
        cmocka_unit_test(of_three_those_that_are_still_held_are_given_back),
        cmocka_unit_test(each_is_given_back_once_by_its_own_function_the_last_first),
        cmocka_unit_test(what_cannot_be_held_is_not_handed_out),
        cmocka_unit_test(the_impossible_happens),
        cmocka_unit_test(a_report_reads_so),
        cmocka_unit_test(a_report_is_cut_where_it_becomes_too_long),
    };
    return cmocka_run_group_tests_name("engine_net", tests, NULL, NULL);
}
