/* SPDX-License-Identifier: MIT */
/* engine_maps_test.c -- maps of programs written here, by hand; those of random programs are looked
 * at by the soundness campaign (tests/soundness/checker_maps.c), at every point of every run. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "assemble.h"
#include "engine/maps.h"
#include "host_hooks.h"

static const struct object_type item;
static const struct field item_fields[] = {
    {"next",
     0,
     8,
     MAY_READ,
     {.kind = SHAPE_OBJECT, .may = MAY_READ | MAY_BE_NULL, .object = &item}},
    {"weight", 8, 4, MAY_READ, {.kind = SHAPE_NUMBER}},
    {"heir", 16, 8, OWNS, {.kind = SHAPE_OBJECT, .object = &item}},
};
static const struct object_type item = {"item", 24, item_fields, 3};

static const struct object_type box = {"box", 16, item_fields + 1, 1};

/* r1 an item, r2 a number, r3 a box; variable 0 has eight bytes; call 0 takes nothing and gives a
 * number, call 1 an item to be given back, which call 2 does. */
static const struct kind kind = {
    .name = "walk",
    .entry = {.parameter = {{.kind = SHAPE_OBJECT, .may = MAY_READ, .object = &item},
                            {.kind = SHAPE_NUMBER},
                            {.kind = SHAPE_OBJECT, .may = MAY_READ, .object = &box}},
              .result = {.kind = SHAPE_NUMBER}}};
static uint64_t word;
static const struct variable variables[] = {{"word", &word, sizeof word, true}};
static const struct signature tick = {.result = {.kind = SHAPE_NUMBER}};
static const struct signature take = {
    .result = {.kind = SHAPE_OBJECT, .may = MAY_READ | MAY_BE_NULL | ACQUIRED, .object = &item}};
static const struct signature drop = {
    .parameter = {{.kind = SHAPE_OBJECT, .may = RELEASED, .object = &item}}};
static const struct import imports[] = {{.name = "tick", .signature = &tick},
                                        {.name = "take", .signature = &take},
                                        {.name = "drop", .signature = &drop}};

static struct host_hooks host;

/* The text's maps; false where memory lacked. The program is proven one of the kind. */
static bool make(const char *text, struct maps *maps, uint32_t *slots) {
    static struct facts facts;
    static struct verdict verdict;
    uint8_t code[2048];
    char error[128];
    struct report why;
    struct maps_making m;
    struct program p = {
        .import = imports, .import_count = 3, .variable = variables, .variable_count = 1};
    int len = assemble(text, code, sizeof code, error);
    if (len < 0)
        fail_msg("%s", error);
    if (!program_decode(&p, &host.hooks, code, (size_t)len, &why))
        return false;
    bool begun = maps_begin(&m, &p, &host.hooks), proven = false, made = false;
    if (begun) {
        proven = verify_watched(&p, &kind, &host.hooks, &facts, &verdict, &m.watcher);
        made = maps_end(&m, proven ? maps : NULL) && proven;
        if (!proven && verdict.rule != RULE_NO_MEMORY)
            fail_msg("%s", verdict.text);
    }
    *slots = p.slots;
    program_release(&p, &host.hooks);
    return made;
}

/* "r6=o s0=i": every cell that is not CELL_NONE. */
static const char *said(const struct maps *maps, uint32_t slot, enum map_moment moment) {
    static char text[256];
    struct map map;
    size_t n = 0;
    maps_at(maps, slot, moment, &map);
    text[0] = '\0';
    for (unsigned r = 0; r < MAP_REGISTERS; r++)
        if (map.reg[r])
            n += (size_t)snprintf(text + n, sizeof text - n, "r%u=%c ", r, "-oie"[map.reg[r]]);
    for (unsigned cell = 0; cell < MAP_STACK_CELLS; cell++)
        if (map.stack[cell])
            n += (size_t)snprintf(text + n, sizeof text - n, "s%u=%c ", cell,
                                  "-oie"[map.stack[cell]]);
    return text;
}

static const char walk[] = "r6 = r1\n"                 /* 0 */
                           "*(u64 *)(r10 - 16) = r1\n" /* 1 */
                           "r7 = 5\n"                  /* 2 */
                           "call 0\n"                  /* 3: tick */
                           "again:\n"
                           "r6 = *(u64 *)(r6 + 0)\n" /* 4 */
                           "if r6 == 0 goto out\n"   /* 5 */
                           "r1 = r6\n"               /* 6 */
                           "call local f\n"          /* 7 */
                           "r7 += -1\n"              /* 8 */
                           "if r7 != 0 goto again\n" /* 9 */
                           "out:\n"
                           "r1 = *(u64 *)(r10 - 16)\n" /* 10 */
                           "r0 = *(u32 *)(r1 + 8)\n"   /* 11 */
                           "exit\n"                    /* 12 */
                           "f:\n"
                           "r6 = r1\n" /* 13 */
                           "call 0\n"  /* 14 */
                           "r0 = *(u32 *)(r6 + 8)\n"
                           "exit\n";

static void test_pointers_are_where_the_text_puts_them(void **state) {
    struct maps maps;
    uint32_t slots;
    (void)state;
    assert_true(make(walk, &maps, &slots));
    /* Before the call r6 and the stack; r1 is not read any more: a call takes it, by its signature,
     * or not, but all five may be read as far as liveness knows. */
    assert_string_equal(said(&maps, 3, MAP_BEFORE), "r1=o r3=o r6=o s1=o ");
    assert_string_equal(said(&maps, 3, MAP_WAITING), "r6=o s1=o ");
    assert_string_equal(said(&maps, 7, MAP_BEFORE), "r1=o r6=o s1=o ");
    assert_string_equal(said(&maps, 7, MAP_WAITING), "r6=o s1=o ");
    assert_string_equal(said(&maps, 9, MAP_BEFORE), "r6=o s1=o ");
    assert_string_equal(said(&maps, 14, MAP_BEFORE), "r1=o r6=o ");
    assert_string_equal(said(&maps, 14, MAP_WAITING), "r6=o ");
    for (uint32_t slot = 0; slot < slots; slot++)
        if (slot != 3 && slot != 7 && slot != 9 && slot != 14)
            assert_string_equal(said(&maps, slot, MAP_BEFORE), "");
    maps_release(&maps, &host.hooks);
    assert_int_equal(host.allocated, 0);
}

/* What a call gives is not there while its caller waits. */
static void test_a_result_is_not_waited_with(void **state) {
    struct maps maps;
    uint32_t slots;
    (void)state;
    assert_true(make("call local f\nr0 = *(u32 *)(r0 + 8)\nexit\n"
                     "f:\nr6 = r1\ncall 0\nr0 = r6\nexit\n",
                     &maps, &slots));
    assert_string_equal(said(&maps, 0, MAP_WAITING), "");
    assert_string_equal(said(&maps, 4, MAP_WAITING), "r6=o ");
    maps_release(&maps, &host.hooks);
    assert_int_equal(host.allocated, 0);
}

/* What is said of a function that waits in this call of the text. */
static void assert_waits_with(const char *text, uint32_t slot, const char *with) {
    struct maps maps;
    uint32_t slots;
    assert_true(make(text, &maps, &slots));
    assert_string_equal(said(&maps, slot, MAP_WAITING), with);
    maps_release(&maps, &host.hooks);
    assert_int_equal(host.allocated, 0);
}

static void test_what_is_dead_or_nobodys_to_collect_is_left_out(void **state) {
    (void)state;
    assert_waits_with("r6 = r1\nr8 = r1\ncall 0\nr0 = *(u32 *)(r6 + 8)\nexit\n", 2, "r6=o ");
    assert_waits_with("r6 = variable 0\nr7 = r10\n*(u64 *)(r10 - 8) = 1\ncall 0\n"
                      "r0 = *(u64 *)(r6 + 0)\nr1 = *(u64 *)(r7 - 8)\nexit\n",
                      4, "");
}

/* Maps that differ little lie apart. */
static void test_each_call_has_its_own(void **state) {
    static const char text[] = "r6 = r1\ncall 0\nr7 = r6\ncall 0\nr0 = *(u32 *)(r7 + 8)\nexit\n";
    (void)state;
    assert_waits_with(text, 1, "r6=o ");
    assert_waits_with(text, 3, "r7=o ");
}

static void test_a_fields_address_leads_into_its_object(void **state) {
    (void)state;
    assert_waits_with("r6 = r1\nr6 += 16\ncall 0\nr0 = 0\nif r6 == 0 goto +0\nexit\n", 2, "r6=i ");
}

/* By what its callee is seen to come by alone. */
static void test_who_waits_for_ever_waits_with_its_pointers(void **state) {
    (void)state;
    assert_waits_with("r6 = r1\ncall local f\nr0 = *(u32 *)(r6 + 8)\nexit\n"
                      "f:\nagain:\ncall 0\ngoto again\n",
                      1, "r6=o ");
}

static void test_objects_of_two_types_are_both_objects(void **state) {
    (void)state;
    assert_waits_with("r6 = r1\nr7 = r2\nif r7 > 3 goto +1\nr6 = r3\ncall 0\nr0 = 0\n"
                      "if r7 <= 3 goto out\nr6 = *(u64 *)(r6 + 0)\nout:\nif r6 == 0 goto end\n"
                      "r0 = 1\nend:\nexit\n",
                      4, "r6=o ");
}

/* Half of it is 0, and the other one is not. */
static void test_two_numbers_in_a_pointers_place_are_no_null(void **state) {
    (void)state;
    assert_waits_with("r7 = r2\nif r7 > 3 goto item\n*(u32 *)(r10 - 8) = 0\n"
                      "*(u32 *)(r10 - 4) = 77\ngoto both\nitem:\n*(u64 *)(r10 - 8) = r1\n"
                      "both:\ncall 0\nr0 = 0\nif r7 <= 3 goto out\nr1 = *(u64 *)(r10 - 8)\n"
                      "r0 = *(u32 *)(r1 + 8)\nout:\nexit\n",
                      6, "s0=e ");
}

/* A copy that was spilled before is still there, and leads to what others may have by now. */
static void test_what_was_given_back_is_left_out_wherever_it_is(void **state) {
    static const char text[] = "call 1\nif r0 == 0 goto out\nr6 = r0\n*(u64 *)(r10 - 8) = r0\n"
                               "*(u64 *)(r10 - 512) = r0\nr1 = r0\ncall 2\ncall 0\n"
                               "out:\nr0 = 0\nexit\n";
    struct maps maps;
    uint32_t slots;
    (void)state;
    assert_true(make(text, &maps, &slots));
    assert_string_equal(said(&maps, 6, MAP_BEFORE), "r1=o s0=o s63=o ");
    assert_string_equal(said(&maps, 6, MAP_WAITING), "");
    assert_string_equal(said(&maps, 7, MAP_BEFORE), "");
    assert_string_equal(said(&maps, 7, MAP_WAITING), "");
    maps_release(&maps, &host.hooks);
    assert_int_equal(host.allocated, 0);
}

/* Half of it is another number now; or it was put there on one way only, and the other leaves what
 * somebody else's frame had there. */
static void test_what_is_no_pointer_any_more_or_not_always_is_no_object(void **state) {
    (void)state;
    assert_waits_with("*(u64 *)(r10 - 8) = r1\n*(u32 *)(r10 - 4) = 1\ncall 0\n"
                      "r0 = *(u32 *)(r10 - 4)\nexit\n",
                      2, "");
    assert_waits_with("r7 = r2\nif r7 > 3 goto +1\n*(u64 *)(r10 - 8) = r1\ncall 0\nr0 = 0\n"
                      "if r7 > 3 goto +2\nr1 = *(u64 *)(r10 - 8)\nr0 = *(u32 *)(r1 + 8)\nexit\n",
                      3, "s0=e ");
}

/* A null goes with a pointer; another number does not, and both ways come to the call. */
static void test_what_is_a_pointer_on_some_ways_only_is_either(void **state) {
    struct maps maps;
    uint32_t slots;
    (void)state;
    assert_true(make("r6 = r1\nr7 = 0\nif r2 == 3 goto +1\nr6 = 0\nif r2 == 4 goto +1\ncall 0\n"
                     "r8 = r6\nr0 = 0\nif r8 == 0 goto +1\nr0 = *(u32 *)(r8 + 8)\nexit\n",
                     &maps, &slots));
    assert_string_equal(said(&maps, 5, MAP_WAITING), "r6=o ");
    maps_release(&maps, &host.hooks);
    assert_true(make("r6 = r1\nr7 = r2\nif r7 > 3 goto +1\nr6 = 77\ncall 0\nr0 = 0\n"
                     "if r7 <= 3 goto +1\nr0 = *(u32 *)(r6 + 8)\nexit\n",
                     &maps, &slots));
    assert_string_equal(said(&maps, 4, MAP_WAITING), "r6=e ");
    maps_release(&maps, &host.hooks);
    assert_int_equal(host.allocated, 0);
}

static void test_no_memory(void **state) {
    struct maps maps;
    uint32_t slots;
    bool made = false;
    unsigned failures = 0;
    (void)state;
    for (host.limit = 0; !made; host.limit += 64) {
        made = make(walk, &maps, &slots);
        if (made)
            maps_release(&maps, &host.hooks);
        failures += !made;
        assert_int_equal(host.allocated, 0);
    }
    assert_true(failures > 20);
}

static int set_up(void **state) {
    (void)state;
    host_hooks_init(&host);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pointers_are_where_the_text_puts_them),
        cmocka_unit_test(test_a_result_is_not_waited_with),
        cmocka_unit_test(test_what_is_dead_or_nobodys_to_collect_is_left_out),
        cmocka_unit_test(test_each_call_has_its_own),
        cmocka_unit_test(test_a_fields_address_leads_into_its_object),
        cmocka_unit_test(test_who_waits_for_ever_waits_with_its_pointers),
        cmocka_unit_test(test_objects_of_two_types_are_both_objects),
        cmocka_unit_test(test_two_numbers_in_a_pointers_place_are_no_null),
        cmocka_unit_test(test_what_was_given_back_is_left_out_wherever_it_is),
        cmocka_unit_test(test_what_is_no_pointer_any_more_or_not_always_is_no_object),
        cmocka_unit_test(test_what_is_a_pointer_on_some_ways_only_is_either),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests_name("engine_maps", tests, set_up, NULL);
}
