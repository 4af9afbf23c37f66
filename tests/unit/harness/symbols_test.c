/* SPDX-License-Identifier: MIT */
/* symbols_test.c -- addresses get the name they lie in, from kallsyms and from an ELF (this test's
 * own). */
#include "guest/symbols.h"
#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void expect(const struct symbols *s, uint64_t address, const char *name) {
    const struct symbol *found = symbols_find(s, address);
    if (!name)
        assert_null(found);
    else
        assert_string_equal(found ? found->name : "(none)", name);
}

static void kallsyms_reach_to_the_next_symbol(void **state) {
    (void)state;
    struct symbols s = {0};
    symbols_add_kallsyms(
        &s,
        "ffffffff81000100 t second\r\nffffffff81000000 T first\nffffffff81000200 t third\t[module]\n");
    symbols_sort(&s);
    assert_int_equal(s.count, 3);
    expect(&s, 0xffffffff80ffffff, NULL);
    expect(&s, 0xffffffff81000000, "first");
    expect(&s, 0xffffffff810000ff, "first");
    expect(&s, 0xffffffff81000100, "second");
    expect(&s, UINT64_MAX, "third");
    symbols_free(&s);
}

static void other_lines_are_left_out(void **state) {
    (void)state;
    struct symbols s = {0};
    symbols_add_kallsyms(&s, "\n\nxyz T name\n12\n12 \n12 T\n12 T \n12  T x\n12 TT x\n");
    assert_int_equal(s.count, 0);
    symbols_sort(&s);
    expect(&s, 0x12, NULL);
    symbols_free(&s);
}

/* Padding behind a function of known size belongs to nobody; of two names at one place the one with
 * a size counts. */
static void a_size_ends_a_symbol(void **state) {
    (void)state;
    struct symbol items[] = {{0x20, 0, (char[]){"label"}, 0},
                             {0x20, 8, (char[]){"function"}, 0},
                             {0x10, 4, (char[]){"short"}, 0}};
    struct symbols s = {items, 3, 3};
    symbols_sort(&s);
    expect(&s, 0x13, "short");
    expect(&s, 0x14, NULL);
    expect(&s, 0x20, "function");
    expect(&s, 0x27, "function");
    expect(&s, 0x28, NULL);
}

static void an_elf_has_its_functions(void **state) {
    (void)state;
    struct symbols s = {0};
    bool has_this = false;
    symbols_add_elf(&s, "/proc/self/exe");
    symbols_sort(&s);
    for (size_t i = 0; i < s.count; i++)
        has_this = has_this || !strcmp(s.items[i].name, "an_elf_has_its_functions");
    assert_true(has_this);
    for (size_t i = 1; i < s.count; i++)
        assert_true(s.items[i - 1].address <= s.items[i].address);
    expect(&s, UINT64_MAX, NULL); /* behind the last section of code */
    symbols_free(&s);
}

static void what_is_no_elf_adds_nothing(void **state) {
    (void)state;
    struct symbols s = {0};
    symbols_add_elf(&s, "/proc/self/cmdline");
    symbols_add_elf(&s, "/nowhere");
    assert_int_equal(s.count, 0);
    symbols_free(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kallsyms_reach_to_the_next_symbol),
        cmocka_unit_test(other_lines_are_left_out),
        cmocka_unit_test(a_size_ends_a_symbol),
        cmocka_unit_test(an_elf_has_its_functions),
        cmocka_unit_test(what_is_no_elf_adds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
