/* SPDX-License-Identifier: MIT */
/* engine_object_made_test.c -- what becomes of each byte of an object made by hand: calls,
 * addresses, names, in each dialect of relocations. */
#include "unit.h"
#include "engine/lines.h"
#include "engine/object/object_data.h"
#include "engine_object_opened.h"
#include "engine_whole.h"

static void links_what_is_made_by_hand(void **state) {
    (void)state;
    make_good(&made);
    assert_true(open_file(made.bytes, made.len));
    static const uint8_t linked[] = {
        0x18, 0x31, 0, 0, 0,    0,    0,    0,    0, 0, 0, 0, 4, 0, 0, 0, /* variable 0 + 4 */
        0x85, 0x10, 0, 0, 0xf9, 0xff, 0xff, 0xff,                         /* slot 6 to slot 0: -7 */
        0x85, 0,    0, 0, 0,    0,    0,    0,                            /* import 0 */
        0x18, 0x32, 0, 0, 2,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 0, /* variable 2 */
        0x95, 0,    0, 0, 0,    0,    0,    0,
    };
    assert_int_equal(opened.slots, 11);
    assert_memory_equal(opened.code, made_text, sizeof made_text);
    assert_memory_equal(opened.code + sizeof made_text, linked, sizeof linked);
    assert_int_equal(opened.pointer_count, 1);
    assert_true(opened.pointer[0].to_code);
    assert_int_equal(opened.pointer[0].target, 2);
    assert_int_equal(opened.pointer[0].add, 0);
    assert_string_equal(opened.import[0].name, "wanted_function");
    assert_false(opened.import[0].weak);
    assert_string_equal(opened.extern_variable[0].name, "wanted_variable");
    assert_true(opened.extern_variable[0].weak);
    assert_null(line_at(&opened, 0));
    char place[PLACE_TEXT_MAX];
    assert_string_equal(place_text(&opened, 6, place), "main+2");

    struct variable variable[3];
    assert_true(object_data_create(&opened, &charging, variable));
    assert_int_equal((uintptr_t)variable[1].address % 32, 0);
    object_data_release(&opened, &charging, variable);
    object_close(&opened);
    assert_int_equal(charged.live, 0);
}

/* The same object as the GNU assembler lays it out: the names of sections have a table of their
 * own, and there may be a .comment. */
static void make_gnu(struct made *m, uint32_t data_symbol, uint32_t add, uint32_t call,
                     const char *comment) {
    static uint8_t prog[sizeof made_prog];
    static struct part parts[10];
    struct made llvm;
    make_good(&llvm);
    memcpy(parts, llvm.part, 8 * sizeof *parts);
    parts[8] = (struct part){".shstrtab", 3, 0, 0, 0, 1, "", 1, 0};
    parts[9] = (struct part){".comment", 1, 0, 0, 0, 1, comment, comment ? strlen(comment) : 0, 0};
    memcpy(prog, made_prog, sizeof prog);
    put(prog + 4, 4, add);
    put(prog + 20, 4, call);
    put(made_prog_relocs + 12, 4, data_symbol);
    put(made_prog_relocs + 28, 4, SYMBOL_OTHER);
    put(made_data_relocs + 12, 4, SYMBOL_HELPER);
    parts[IN_PROG - 1].data = prog;
    make_object(m, parts, 10, 8);
}

/* What is added to a symbol stands in place: alone, or with the symbol's value on top. `value` is
 * at 8 in .data, `other` in slot 2. */
static void each_dialect_of_relocations_is_understood(void **state) {
    enum { LLVM_CALL = 0xffffffffu, GNU_CALL = 15 };
    static const struct {
        const char *comment;
        uint32_t data_type; /* of the relocation of data */
        uint32_t symbol, add, call;
        uint32_t offset; /* into .data that is meant */
    } cases[] = {
        {"GCC: (12.2.0-14+deb12u1+) 12.2.0", 2, SYMBOL_VALUE, 8, GNU_CALL, 8},
        {"GCC: (12.2.0-14+deb12u1+) 12.2.0", 2, SYMBOL_VALUE, 4, GNU_CALL, 4}, /* value - 4 */
        {"GCC: (12.2.0-14+deb12u1+) 12.2.0", 2, SYMBOL_DATA, 4, GNU_CALL, 4},
        {"ld 2 GCC: (GNU) 14.2.0", 2, SYMBOL_VALUE, 0, LLVM_CALL, 8},
        {"GCC: (GNU) 14.2.0", 2, SYMBOL_VALUE, 4, LLVM_CALL, 12},
        {NULL, 12, SYMBOL_VALUE, 12, GNU_CALL, 12},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_gnu(&made, cases[i].symbol, cases[i].add, cases[i].call, cases[i].comment);
        put(made.bytes + made_place(&made, ".rel.data", 8), 4, cases[i].data_type);
        assert_true(open_file(made.bytes, made.len));
        struct bytes code = {opened.code, (size_t)opened.slots * INSN_BYTES};
        const uint32_t main_at = 4 * INSN_BYTES;
        assert_int_equal(bytes_u32(code, main_at + 12), cases[i].offset);
        assert_int_equal((int32_t)bytes_u32(code, main_at + 20), 2 - 7);
        object_close(&opened);
    }
}

/* Nothing tells the dialect; that matters only where a symbol has a value. */
static void an_unknown_dialect_is_refused(void **state) {
    static const char *const comment[] = {NULL, "GCC: (", "GCC: (GNU)", "clang version 14",
                                          "GCC: (x) y"};
    (void)state;
    for (size_t i = 0; i < sizeof comment / sizeof *comment; i++) {
        make_gnu(&made, SYMBOL_VALUE, 0, 0xffffffff, comment[i]);
        assert_false(open_made(&made, &refusal));
        assert_int_equal(refusal.rule, OBJECT_RULE_RELOC_DIALECT);
        assert_true(report_is_at(&refusal, ".relprog"));
        assert_int_equal(refusal.offset, 0);
        put(made.bytes + made_place(&made, ".relprog", 12), 4, SYMBOL_DATA);
        put(made.bytes + made_place(&made, ".relprog", 28), 4, SYMBOL_HELPER);
        assert_true(open_made(&made, &refusal));
    }
}

static void keeps_addresses_of_extern_variables_for_later(void **state) {
    (void)state;
    make_good(&made);
    put(made.bytes + made_place(&made, ".rel.data", 12), 4, SYMBOL_WANTED_V);
    put(made.bytes + made_place(&made, ".data", 0), 4, 24);
    assert_true(open_file(made.bytes, made.len));
    assert_false(opened.pointer[0].to_code);
    assert_int_equal(opened.pointer[0].target, 2);
    assert_int_equal(opened.pointer[0].add, 24);
    object_close(&opened);
    put(made.bytes + made_place(&made, ".rel.data", 12), 4, SYMBOL_WANTED_F);
    assert_false(open_made(&made, &refusal));
    assert_int_equal(refusal.rule, OBJECT_RULE_RELOC_USE);
    assert_true(report_is_at(&refusal, ".data"));
}

/* What is added may be negative, and may be added to what is defined elsewhere. */
static void adds_to_what_a_symbol_means(void **state) {
    (void)state;
    make_good(&made);
    put(made.bytes + made_place(&made, ".relprog", 12), 4, SYMBOL_OTHER); /* slot 2 of .text */
    put(made.bytes + made_place(&made, "prog", 4), 4, (uint32_t)-8);
    put(made.bytes + made_place(&made, "prog", 12), 4, (uint32_t)-1);
    put(made.bytes + made_place(&made, "prog", 36), 4, 12);
    assert_true(open_file(made.bytes, made.len));
    struct bytes code = {opened.code, (size_t)opened.slots * INSN_BYTES};
    const uint32_t main_at = 4 * INSN_BYTES;
    assert_int_equal(opened.code[main_at + 1], 0x41);                     /* code */
    assert_int_equal((int32_t)bytes_u32(code, main_at + 4), 1 - (4 + 1)); /* slot 1 */
    assert_int_equal(bytes_u32(code, main_at + 12), 0);
    assert_int_equal(bytes_u32(code, main_at + 32 + 4), 2); /* the extern variable */
    assert_int_equal(bytes_u32(code, main_at + 32 + 12), 12);
    object_close(&opened);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_what_is_made_by_hand),
        cmocka_unit_test(each_dialect_of_relocations_is_understood),
        cmocka_unit_test(an_unknown_dialect_is_refused),
        cmocka_unit_test(adds_to_what_a_symbol_means),
        cmocka_unit_test(keeps_addresses_of_extern_variables_for_later),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("engine object made", tests, NULL, NULL);
}
