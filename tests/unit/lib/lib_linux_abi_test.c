/* SPDX-License-Identifier: MIT */
/* lib_linux_abi_test.c -- what a program for Linux finds on its stack, and no byte beyond it. */
#include "lib/linux_abi.h"

#include "lib/error.h"
#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define AT 0x10000000ul

static const char *const two[] = {"name", "an argument"};

/* On a stack of so many bytes; where it begins. */
static uint64_t start(size_t bytes, unsigned count, char **stack) {
    *stack = malloc(bytes ? bytes : 1);
    assert_non_null(*stack);
    return linux_start(*stack, bytes, AT, two, count, 0x1234);
}

static void holds_arguments_and_vector(void **unused) {
    char *stack;
    (void)unused;
    for (size_t bytes = 160; bytes < 192; bytes++) {
        uint64_t rsp = start(bytes, 2, &stack);
        assert_true(rsp >= AT && rsp % 16 == 0);
        const uint64_t *word = (const uint64_t *)(stack + (rsp - AT));
        assert_int_equal(word[0], 2);
        assert_string_equal(stack + (word[1] - AT), "name");
        assert_string_equal(stack + (word[2] - AT), "an argument");
        const uint64_t rest[] = {0, 0, LINUX_AT_PAGESZ, 4096, LINUX_AT_ENTRY, 0x1234, 0, 0};
        assert_memory_equal(word + 3, rest, sizeof rest);
        free(stack);
    }
}

static void refuses_what_has_no_room(void **unused) {
    char *stack;
    (void)unused;
    bool fits = false;
    for (size_t bytes = 0; bytes < 256; bytes++) {
        uint64_t rsp = start(bytes, 2, &stack);
        assert_true(!rsp || (rsp >= AT && rsp < AT + bytes));
        assert_true(rsp || !fits); /* more room is no worse */
        fits = rsp;
        free(stack);
    }
    assert_true(fits);
}

static void errors_are_linuxs(void **unused) {
    (void)unused;
    assert_int_equal(linux_error(-E_FAULT), -14);
    assert_int_equal(linux_error(-E_PERM), -1);
    assert_int_equal(linux_error(-E_QUOTA), -12);
    assert_int_equal(linux_error(-E_TOO_LONG), -22);
    assert_int_equal(linux_error(-E_NO_CALL), -38);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_arguments_and_vector),
        cmocka_unit_test(refuses_what_has_no_room),
        cmocka_unit_test(errors_are_linuxs),
    };
    return cmocka_run_group_tests_name("lib/linux_abi", tests, NULL, NULL);
}
