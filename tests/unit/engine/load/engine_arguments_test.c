/* SPDX-License-Identifier: MIT */
/* engine_arguments_test.c -- seven arguments of a program by one structure: each is typed and
 * bounded as an argument in a register is. */
#include "unit.h"

#include <string.h>

#include "engine/load.h"
#include "engine_made.h"
#include "host_hooks.h"

/* The kernel. */
/* NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "../../../engine/transfer_kind.c"

static struct {
    struct host_hooks host;
    uint8_t *section;
    struct types types;
    struct kind_description description;
    struct typing kind;
} world;

static int open_world(void **state) {
    (void)state;
    struct report unreadable;
    struct report why;
    size_t len;
    host_hooks_init(&world.host);
    world.section = read_whole("build/exports/tests/engine/transfer_kind.btf", &len);
    assert_true(types_open(&world.types, &world.host.hooks, (struct bytes){world.section, len},
                           &unreadable));
    world.description = transfer_description(&world.types);
    if (!typing_open(&world.kind, &world.host.hooks, &world.description, &why))
        fail_msg("%s", why.text);
    return 0;
}

static int close_world(void **state) {
    (void)state;
    typing_close(&world.kind);
    types_close(&world.types);
    free(world.section);
    assert_int_equal(world.host.allocated + world.host.code_bytes, 0);
    return 0;
}

static bool load(struct load *l, const uint8_t *file, size_t len, const char *only,
                 struct report *why) {
    static const struct jit_options plain;
    static const struct typing *const kinds[] = {&world.kind};
    const struct load_request request = {.name = "transfer.o",
                                         .file = file,
                                         .len = len,
                                         .kind = kinds,
                                         .kinds = 1,
                                         .only = only,
                                         .jit = &plain};
    return load_open(l, &world.host.hooks, &request, why);
}

static const char *const ways[] = {"clang-O2", "gcc-O2"};

static void test_seven_arguments_arrive(void **state) {
    (void)state;
    const struct purse from = {.balance = 1}, to = {.owner = 2}, next = {.balance = 7};
    const char note[TRANSFER_NOTE] = {0, 0, 0, 0, 0, 5};
    for (unsigned i = 0; i < 2; i++) {
        struct load l;
        struct report why;
        size_t len;
        uint8_t *file = read_compiled("transfer", ways[i], &len);
        if (!load(&l, file, len, "accepted", &why))
            fail_msg("%s", why.text);
        uintptr_t entry = (uintptr_t)load_program(&l, "accepted")->image.code.entry;
        transfer_program *run = (transfer_program *)entry;
        assert_int_equal(run(ARGUMENTS(transfer, &from, &to, 3, 4, note, 5, &next)), 1234557);
        assert_int_equal(run(ARGUMENTS(transfer, &from, &to, 3, 4, note, 5, NULL)), 1234559);
        assert_true(load_close(&l));
        free(file);
    }
}

static void expect_refused(const char *object, const char *program, const char *rule) {
    for (unsigned i = 0; i < 2; i++) {
        struct load l;
        struct report why;
        size_t len, before = world.host.allocated;
        uint8_t *file = read_compiled(object, ways[i], &len);
        if (load(&l, file, len, program, &why))
            fail_msg("%s %s was accepted", ways[i], program);
        if (strcmp(rule_name(why.rule), rule) != 0)
            fail_msg("wanted %s: %s", rule, why.text);
        assert_int_equal(world.host.allocated, before);
        free(file);
    }
}

static void test_what_leaves_an_argument_s_bounds_is_refused(void **state) {
    (void)state;
    expect_refused("transfer", "beyond", "bounds");
    expect_refused("transfer", "unbounded", "offset-range");
    expect_refused("transfer", "null", "nullable");
    expect_refused("transfer", "twice", "nullable");
    expect_refused("transfer", "before_note", "bounds");
    expect_refused("transfer", "swapped", "bounds");
}

static void test_bytes_that_are_no_whole_argument_are_not_there(void **state) {
    (void)state;
    expect_refused("transfer", "padding", "no-field");
    expect_refused("transfer", "half", "no-field");
    expect_refused("transfer", "both", "no-field");
    expect_refused("transfer", "behind", "no-field");
    expect_refused("transfer", "in_front", "no-field");
    expect_refused("transfer", "chosen", "object-arithmetic");
}

static void test_what_no_argument_gives_is_refused(void **state) {
    (void)state;
    expect_refused("transfer", "writes", "field-rights");
    expect_refused("transfer", "secret", "field-rights");
    expect_refused("transfer", "writes_note", "read-only");
    expect_refused("transfer", "writes_purse", "field-rights");
    expect_refused("transfer", "disguised", "not-pointer");
    expect_refused("transfer", "hands_out", "result");
}

static void test_an_argument_of_another_type_is_refused(void **state) {
    (void)state;
    expect_refused("transfer_other", "other", "prototype");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seven_arguments_arrive),
        cmocka_unit_test(test_what_leaves_an_argument_s_bounds_is_refused),
        cmocka_unit_test(test_bytes_that_are_no_whole_argument_are_not_there),
        cmocka_unit_test(test_what_no_argument_gives_is_refused),
        cmocka_unit_test(test_an_argument_of_another_type_is_refused),
    };
    return cmocka_run_group_tests_name("engine_arguments", tests, open_world, close_world);
}
