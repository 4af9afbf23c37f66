/* SPDX-License-Identifier: MIT */
/* engine_maps_test.c -- maps of programs written here, by hand; those of random programs are looked
 * at by the soundness campaign (tests/soundness/checker_maps.c), at every point of every run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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
};
static const struct object_type item = {"item", 16, item_fields, 2};

/* r1 an item, r2 a number; call 0 takes nothing and gives a number. */
static const struct kind kind = {
    .name = "walk",
    .entry = {.parameter = {{.kind = SHAPE_OBJECT, .may = MAY_READ, .object = &item},
                            {.kind = SHAPE_NUMBER}},
              .result = {.kind = SHAPE_NUMBER}}};
static const struct signature tick = {.result = {.kind = SHAPE_NUMBER}};
static const struct import imports[] = {{.name = "tick", .signature = &tick}};

static struct host_hooks host;

/* The text's maps; false where memory lacked. The program is proven one of the kind. */
static bool make(const char *text, struct maps *maps, uint32_t *slots) {
    static struct facts facts;
    static struct verdict verdict;
    uint8_t code[2048];
    char error[128];
    struct refusal why;
    struct maps_making m;
    struct program p = {.import = imports, .import_count = 1};
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
    assert_string_equal(said(&maps, 3, MAP_BEFORE), "r1=o r6=o s1=o ");
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
        cmocka_unit_test(test_what_is_a_pointer_on_some_ways_only_is_either),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests_name("engine_maps", tests, set_up, NULL);
}
