/* SPDX-License-Identifier: MIT */
/* engine_object_damage_test.c -- a damaged object is refused by the right rule at the right place,
 * or is safe to use; and nothing is left of it. */
#include "unit.h"
#include "engine_walk.h"
#include "engine_object_opened.h"
#include "engine_whole.h"

struct attack {
    const char *where; /* "file", a section, or "@" and a section for its header */
    uint64_t at;
    uint64_t width;
    uint64_t value;
    enum rule rule;
    const char *said; /* where the refusal points; null for the same place */
    uint64_t said_at;
};
#define SYM(i) ((i)*24u)
enum { SECTIONS = 9 }; /* that make_good makes, the first one with them */
#define RULE(id) OBJECT_RULE_##id

static const struct attack attacks[] = {
    {"file", 0, 1, 0, RULE(NOT_ELF), 0, 0},
    {"file", 4, 1, 1, RULE(NOT_ELF), "file", 0},
    {"file", 5, 1, 2, RULE(NOT_ELF), "file", 0},
    {"file", 16, 2, 2, RULE(NOT_OBJECT), 0, 0},
    {"file", 18, 2, 62, RULE(NOT_BPF), 0, 0},
    {"file", 58, 2, 63, RULE(SECTION_TABLE), 0, 0},
    {"file", 60, 2, 0, RULE(SECTION_TABLE), 0, 0},
    {"file", 60, 2, 1025, RULE(SECTION_TABLE), 0, 0},
    {"file", 60, 2, 200, RULE(SECTION_TABLE), "file", 40},
    {"file", 40, 8, ~0ull, RULE(SECTION_TABLE), 0, 0},
    {"file", 40, 8, 8, RULE(SECTION_TABLE), 0, 0},
    {"file", 62, 2, 99, RULE(STRING_TABLE), 0, 0},
    {"file", 62, 2, SECTIONS, RULE(STRING_TABLE), 0, 0},
    {"file", 62, 2, IN_TEXT, RULE(STRING_TABLE), 0, 0},
    {"@.symtab", 40, 4, IN_TEXT, RULE(STRING_TABLE), 0, 0},
    {"@.symtab", 40, 4, 77, RULE(STRING_TABLE), 0, 0},
    {"@.symtab", 40, 4, SECTIONS, RULE(STRING_TABLE), 0, 0},
    {"@.data", 0, 4, 100000, RULE(NAME), 0, 0},
    {".strtab", NAME_MAIN, 1, 0x80, RULE(NAME), ".symtab", SYM(SYMBOL_MAIN)},
    {".symtab", SYM(SYMBOL_MAIN), 4, 100000, RULE(NAME), 0, 0},
    {"@.data", 24, 8, 1ull << 40, RULE(SECTION_BOUNDS), 0, 0},
    {"@.data", 32, 8, ~0ull, RULE(SECTION_BOUNDS), "@.data", 24},
    {"@.data", 24, 8, 72, RULE(SECTION_OVERLAP), 0, 0},
    {"@.data", 24, 8, 48, RULE(SECTION_OVERLAP), 0, 0},
    {"@.data", 48, 8, 3, RULE(SECTION_ALIGN), 0, 0},
    {"@.data", 48, 8, 8192, RULE(SECTION_ALIGN), 0, 0},
    {"@.data", 8, 8, 7, RULE(SECTION_FLAGS), 0, 0},
    {"@.data", 8, 8, 0x403, RULE(SECTION_FLAGS), 0, 0},
    {"@.symtab", 8, 8, 0x800, RULE(SECTION_FLAGS), 0, 0},
    {"@.data", 4, 4, 14, RULE(SECTION_KIND), 0, 0},
    {"@.bss", 8, 8, 6, RULE(SECTION_KIND), "@.bss", 4},
    {"@.bss", 0, 4, NAME_MAPS, RULE(MAPS), 0, 0},
    {"@prog", 32, 8, 55, RULE(CODE_SIZE), 0, 0},
    {"prog", 48, 1, 0x18, RULE(CODE_SIZE), 0, 0},
    {"@.bss", 32, 8, OBJECT_DATA_MAX, RULE(DATA_SIZE), 0, 0},
    {"@.bss", 32, 8, ~0ull, RULE(DATA_SIZE), 0, 0},
    {"@.symtab", 32, 8, 25, RULE(SYMBOL_TABLE), 0, 0},
    {"@.strtab", 4, 4, 2, RULE(STRING_TABLE), "file", 62},
    {"@.rel.data", 4, 4, 2, RULE(SYMBOL_TABLE), 0, 0},
    {".symtab", SYM(SYMBOL_MAIN) + 6, 2, 99, RULE(SYMBOL_SECTION), 0, 0},
    {".symtab", SYM(SYMBOL_MAIN) + 6, 2, SECTIONS, RULE(SYMBOL_SECTION), 0, 0},
    {".symtab", SYM(SYMBOL_MAIN) + 6, 2, 0xfff1, RULE(SYMBOL_SECTION), 0, 0},
    {".symtab", SYM(SYMBOL_MAIN) + 6, 2, 0xfff2, RULE(SYMBOL_SECTION), 0, 0},
    {".symtab", SYM(SYMBOL_MAIN) + 6, 2, IN_BSS, RULE(SYMBOL_SECTION), 0, 0},
    {".symtab", SYM(SYMBOL_MAIN) + 8, 8, 8, RULE(SYMBOL_BOUNDS), 0, 0},
    {".symtab", SYM(SYMBOL_MAIN) + 8, 8, ~0ull, RULE(SYMBOL_BOUNDS), 0, 0},
    {".symtab", SYM(SYMBOL_VALUE) + 16, 8, 9, RULE(SYMBOL_BOUNDS), ".symtab",
     SYM(SYMBOL_VALUE) + 8},
    {".symtab", SYM(SYMBOL_MAIN) + 4, 1, 0x16, RULE(SYMBOL_KIND), 0, 0},
    {".symtab", SYM(SYMBOL_MAIN) + 4, 1, 0xa2, RULE(SYMBOL_KIND), 0, 0},
    {".symtab", SYM(SYMBOL_MAIN) + 16, 8, 55, RULE(FUNCTION_BOUNDS), ".symtab",
     SYM(SYMBOL_MAIN) + 8},
    {".symtab", SYM(SYMBOL_MAIN) + 16, 8, 0, RULE(FUNCTION_BOUNDS), ".symtab",
     SYM(SYMBOL_MAIN) + 8},
    {".symtab", SYM(SYMBOL_OTHER) + 8, 8, 8, RULE(FUNCTION_BOUNDS), 0, 0},
    {".symtab", SYM(SYMBOL_OTHER) + 8, 8, 0, RULE(FUNCTION_BOUNDS), 0, 0},
    {".symtab", SYM(SYMBOL_VALUE), 4, NAME_MAIN, RULE(TWICE), 0, 0},
    {"@.relprog", 44, 4, 99, RULE(RELOC_SECTION), 0, 0},
    {"@.relprog", 44, 4, SECTIONS, RULE(RELOC_SECTION), 0, 0},
    {"@.rel.data", 44, 4, IN_PROG, RULE(RELOC_SECTION), 0, 0},
    {"@.relprog", 40, 4, IN_STRTAB, RULE(RELOC_SECTION), 0, 0},
    {"@.relprog", 4, 4, 4, RULE(RELOC_SECTION), 0, 0},
    {"@.relprog", 32, 8, 63, RULE(RELOC_SECTION), 0, 0},
    {".relprog", 0, 8, 1000, RULE(RELOC_PLACE), 0, 0},
    {".relprog", 0, 8, ~7ull, RULE(RELOC_PLACE), 0, 0},
    {".relprog", 0, 8, 4, RULE(RELOC_PLACE), 0, 0},
    {".relprog", 16, 8, 8, RULE(RELOC_PLACE), 0, 0},
    {".relprog", 48, 8, 48, RULE(RELOC_PLACE), 0, 0},
    {".rel.data", 0, 8, 9, RULE(RELOC_PLACE), 0, 0},
    {".relprog", 8, 4, 2, RULE(RELOC_KIND), ".relprog", 0},
    {".relprog", 8, 4, 4, RULE(RELOC_KIND), ".relprog", 0},
    {".rel.data", 8, 4, 3, RULE(RELOC_KIND), ".rel.data", 0},
    {".rel.data", 8, 4, 10, RULE(RELOC_KIND), ".rel.data", 0},
    {"prog", 0, 1, 0xb7, RULE(RELOC_INSTRUCTION), 0, 0},
    {"prog", 1, 1, 0x11, RULE(RELOC_INSTRUCTION), "prog", 0},
    {"prog", 16, 1, 0x05, RULE(RELOC_INSTRUCTION), 0, 0},
    {".relprog", 12, 4, 0, RULE(RELOC_SYMBOL), ".relprog", 0},
    {".relprog", 12, 4, SYMBOLS, RULE(RELOC_SYMBOL), ".relprog", 0},
    {".symtab", SYM(SYMBOL_WANTED_F), 4, 0, RULE(RELOC_SYMBOL), ".relprog", 32},
    {".symtab", SYM(SYMBOL_WANTED_F) + 4, 1, 0, RULE(RELOC_SYMBOL), ".relprog", 32},
    {".symtab", SYM(SYMBOL_DATA) + 6, 2, IN_STRTAB, RULE(RELOC_SYMBOL), ".relprog", 0},
    {"prog", 4, 4, 17, RULE(RELOC_TARGET), "prog", 0},
    {"prog", 12, 4, 1, RULE(RELOC_TARGET), "prog", 0},
    {"prog", 20, 4, 3, RULE(RELOC_TARGET), "prog", 16},
    {"prog", 20, 4, 0xfffffff0, RULE(RELOC_TARGET), "prog", 16},
    {"prog", 28, 4, 0, RULE(RELOC_TARGET), "prog", 24},
    {"prog", 44, 4, 1, RULE(RELOC_TARGET), "prog", 32},
    {".data", 0, 8, 4, RULE(RELOC_TARGET), 0, 0},
    {".data", 0, 8, 16, RULE(RELOC_TARGET), 0, 0},
    {"prog", 48, 2, 0x0085, RULE(NUMBERED), 0, 0},
    {"prog", 48, 2, 0x2085, RULE(NUMBERED), 0, 0},
    {"prog", 1, 1, 0x31, RULE(NUMBERED), "prog", 0},
    {".relprog", 60, 4, SYMBOL_WANTED_F, RULE(RELOC_USE), "prog", 32},
};

static void refuses_each_damage_by_its_rule_and_place(void **state) {
    static struct made good;
    bool seen[OBJECT_RULE_COUNT] = {false};
    (void)state;
    make_good(&good);
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        const struct attack *a = &attacks[i];
        const char *said = a->said ? a->said : a->where;
        made = good;
        put(made.bytes + made_place(&made, a->where, a->at), (unsigned)a->width, a->value);
        assert_false(open_made(&made, &refusal));
        if (refusal.rule != a->rule)
            fail_msg("%s+%llu: %s, not %s", a->where, (unsigned long long)a->at,
                     rule_name(refusal.rule), rule_name(a->rule));
        uint64_t offset = a->said ? a->said_at : a->at;
        assert_true(report_is_at(&refusal, *said == '@' ? "file" : said));
        assert_int_equal(refusal.offset, *said == '@' ? made_place(&made, said, offset) : offset);
        seen[a->rule] = true;
    }
    /* These have tests of their own. */
    seen[RULE(FILE_SIZE)] = seen[RULE(RELOC_DIALECT)] = true;
    for (int rule = RULE_COUNT + 1; rule < OBJECT_RULE_TYPE_HEADER; rule++)
        if (!seen[rule])
            fail_msg("no attack breaks %s", rule_name(rule));
}

static void refuses_a_file_beyond_the_limit(void **state) {
    (void)state;
    uint8_t *file = calloc(1, OBJECT_BYTES_MAX + 1);
    assert_false(open_file(file, OBJECT_BYTES_MAX + 1));
    assert_int_equal(refusal.rule, RULE(FILE_SIZE));
    free(file);
}

static void refuses_symbols_beyond_the_limit(void **state) {
    (void)state;
    for (uint64_t more = 0; more < 2; more++) {
        uint64_t len = (OBJECT_SYMBOLS_MAX + more) * 24;
        make_good(&made);
        uint8_t *file = calloc(1, made.len + len);
        memcpy(file, made.bytes, made.len);
        memcpy(file + made.len, made_symbols, sizeof made_symbols);
        put(file + made_place(&made, "@.symtab", 24), 8, made.len);
        put(file + made_place(&made, "@.symtab", 32), 8, len);
        assert_int_equal(open_file(file, made.len + len), more == 0);
        if (more) {
            assert_int_equal(refusal.rule, RULE(SYMBOL_TABLE));
            assert_int_equal(refusal.offset, made_place(&made, "@.symtab", 32));
        } else {
            object_close(&opened);
        }
        free(file);
    }
}

static void says_why_in_two_lines(void **state) {
    (void)state;
    report_refuse_at(&refusal, RULE(RELOC_PLACE), ".rel\nprog", 16);
    assert_string_equal(
        refusal.text,
        ".rel?prog, offset 0x10: a relocation's place is outside of its section, out of order, "
        "or shared with another (reloc-place)\nhint: the file is damaged: build it again\n");
}

/* docs/engine/objects.md has a row for each rule, in these words. */
static void the_documentation_has_every_rule(void **state) {
    char row[512];
    size_t len;
    (void)state;
    uint8_t *file = read_whole("docs/engine/objects.md", &len);
    char *text = calloc(1, len + 1);
    memcpy(text, file, len);
    for (int rule = RULE_COUNT + 1; rule < OBJECT_RULE_COUNT; rule++) {
        snprintf(row, sizeof row, "\n| `%s` | %s | ", rule_name(rule), rule_sentence(rule));
        if (!strstr(text, row))
            fail_msg("no row for %s", rule_name(rule));
    }
    free(text);
    free(file);
}

static void fail_each_allocation(const char *way) {
    size_t len;
    uint8_t *file = read_compiled("linked", way, &len);
    for (long n = 0;; n++) {
        charged.allowed = n;
        if (open_file(file, len)) {
            struct variable variable[16];
            for (long k = 0; charged.allowed = k, !object_data_create(&opened, &charging, variable);
                 k++)
                assert_true(k < 16);
            object_data_release(&opened, &charging, variable);
            object_close(&opened);
            assert_int_equal(charged.live, 0);
            break;
        }
        assert_int_equal(refusal.rule, RULE_NO_MEMORY);
        assert_int_equal(charged.live, 0);
    }
    free(file);
}

static void gives_all_memory_back_whichever_allocation_fails(void **state) {
    (void)state;
    fail_each_allocation("clang-O2");
    fail_each_allocation("gcc-O2");
}

/* Opens a copy of exactly len bytes with one byte replaced, and reads all of it if it
 * is accepted. */
static void try_damaged(const uint8_t *file, size_t len, size_t at, uint8_t byte) {
    uint8_t *copy = malloc(len ? len : 1);
    memcpy(copy, file, len);
    if (at < len)
        copy[at] = byte;
    if (open_file(copy, len)) {
        walk_object(&opened, &charging);
        object_close(&opened);
    } else {
        assert_int_not_equal(refusal.rule, RULE_NONE);
    }
    assert_int_equal(charged.live, 0);
    free(copy);
}

static void survives_every_byte_changed_and_every_cut(void **state) {
    static const char *const name[] = {"marked", "types"};
    static const char *const way[] = {"clang-O2", "gcc-O2"};
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        size_t len;
        uint8_t *file = read_compiled(name[i / 2], way[i % 2], &len);
        for (size_t at = 0; at < len; at++) {
            uint8_t byte = file[at];
            try_damaged(file, len, at,
                        at % 2 ? (uint8_t)~byte : byte ^ (uint8_t)(1u << at / 2 % 8));
            if (i < 2)
                try_damaged(file, at, at, 0);
        }
        free(file);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_each_damage_by_its_rule_and_place),
        cmocka_unit_test(refuses_a_file_beyond_the_limit),
        cmocka_unit_test(refuses_symbols_beyond_the_limit),
        cmocka_unit_test(says_why_in_two_lines),
        cmocka_unit_test(the_documentation_has_every_rule),
        cmocka_unit_test(gives_all_memory_back_whichever_allocation_fails),
        cmocka_unit_test(survives_every_byte_changed_and_every_cut),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("engine object damage", tests, NULL, NULL);
}
