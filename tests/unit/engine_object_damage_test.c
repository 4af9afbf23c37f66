/* SPDX-License-Identifier: MIT */
/* engine_object_damage_test.c -- a damaged object is refused by the right rule at the right place,
 * or is safe to use; and nothing is left of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/lines.h"
#include "engine_made.h"
#include "engine_walk.h"

/* A hand-made object that breaks no rule. Every byte's place is known, and each attack changes a
 * few of them. */

static const uint8_t made_text[] = {
    0xb7, 0, 0, 0, 1, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0, /* helper */
    0xb7, 0, 0, 0, 2, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0, /* other */
};
static const uint8_t made_prog[] = {
    0x18, 1,    0, 0, 4,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 0, /* 0: .data + 4 */
    0x85, 0x10, 0, 0, 0xff, 0xff, 0xff, 0xff,                         /* 16: helper */
    0x85, 0x10, 0, 0, 0xff, 0xff, 0xff, 0xff,                         /* 24: wanted_function */
    0x18, 2,    0, 0, 0,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 0, /* 32: wanted_variable */
    0x95, 0,    0, 0, 0,    0,    0,    0,                            /* 48 */
};
static const uint8_t made_data[16] = {0};
static const char made_strings[] =
    "\0helper\0other\0main\0value\0wanted_function\0wanted_variable\0maps\0x";
enum {
    NAME_HELPER = 1,
    NAME_OTHER = 8,
    NAME_MAIN = 14,
    NAME_VALUE = 19,
    NAME_WANTED_FUNCTION = 25,
    NAME_WANTED_VARIABLE = 41,
    NAME_MAPS = 57
};
enum { IN_TEXT = 1, IN_PROG, IN_DATA, IN_BSS, IN_SYMTAB, IN_STRTAB };
enum {
    SYMBOL_HELPER = 1,
    SYMBOL_OTHER,
    SYMBOL_MAIN,
    SYMBOL_DATA,
    SYMBOL_VALUE,
    SYMBOL_WANTED_F,
    SYMBOL_WANTED_V,
    SYMBOLS
};
static uint8_t made_symbols[SYMBOLS * 24], made_prog_relocs[4 * 16], made_data_relocs[16];

static void make_symbol(unsigned i, uint32_t name, uint8_t info, uint16_t section, uint64_t value,
                        uint64_t size) {
    uint8_t *y = made_symbols + i * 24;
    put(y, 4, name);
    y[4] = info;
    put(y + 6, 2, section);
    put(y + 8, 8, value);
    put(y + 16, 8, size);
}

static void make_reloc(uint8_t *r, uint64_t offset, uint32_t type, uint32_t symbol) {
    put(r, 8, offset);
    put(r + 8, 4, type);
    put(r + 12, 4, symbol);
}

static void make_good(struct made *m) {
    static const struct part parts[] = {
        {".text", 1, 6, 0, 0, 8, made_text, sizeof made_text, 0},
        {"prog", 1, 6, 0, 0, 8, made_prog, sizeof made_prog, 0},
        {".data", 1, 3, 0, 0, 8, made_data, sizeof made_data, 0},
        {".bss", 8, 3, 0, 0, 32, NULL, 0, 64},
        {".symtab", 2, 0, IN_STRTAB, 1, 8, made_symbols, sizeof made_symbols, 0},
        {".strtab", 3, 0, 0, 0, 1, made_strings, sizeof made_strings, 0},
        {".relprog", 9, 0x40, IN_SYMTAB, IN_PROG, 8, made_prog_relocs, sizeof made_prog_relocs, 0},
        {".rel.data", 9, 0x40, IN_SYMTAB, IN_DATA, 8, made_data_relocs, sizeof made_data_relocs, 0},
    };
    make_symbol(SYMBOL_HELPER, NAME_HELPER, 0x12, IN_TEXT, 0, 16);
    make_symbol(SYMBOL_OTHER, NAME_OTHER, 0x12, IN_TEXT, 16, 16);
    make_symbol(SYMBOL_MAIN, NAME_MAIN, 0x12, IN_PROG, 0, 56);
    make_symbol(SYMBOL_DATA, 0, 3, IN_DATA, 0, 0);
    make_symbol(SYMBOL_VALUE, NAME_VALUE, 0x11, IN_DATA, 8, 8);
    make_symbol(SYMBOL_WANTED_F, NAME_WANTED_FUNCTION, 0x10, 0, 0, 0);
    make_symbol(SYMBOL_WANTED_V, NAME_WANTED_VARIABLE, 0x20, 0, 0, 0);
    make_reloc(made_prog_relocs, 0, 1, SYMBOL_DATA);
    make_reloc(made_prog_relocs + 16, 16, 10, SYMBOL_HELPER);
    make_reloc(made_prog_relocs + 32, 24, 10, SYMBOL_WANTED_F);
    make_reloc(made_prog_relocs + 48, 32, 1, SYMBOL_WANTED_V);
    make_reloc(made_data_relocs, 0, 2, SYMBOL_OTHER);
    make_object(m, parts, sizeof parts / sizeof *parts, IN_STRTAB - 1);
}

static bool open_made(struct made *m, struct object_refusal *why) {
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct object o;
    uint8_t *exact = malloc(m->len);
    memcpy(exact, m->bytes, m->len);
    bool fits = object_open(&o, &hooks, exact, m->len, why);
    if (fits)
        object_close(&o);
    free(exact);
    assert_int_equal(account.live, 0);
    return fits;
}

static void links_what_is_made_by_hand(void **state) {
    static struct made m;
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct object_refusal why;
    struct object o;
    (void)state;
    make_good(&m);
    assert_true(object_open(&o, &hooks, m.bytes, m.len, &why));
    static const uint8_t linked[] = {
        0x18, 0x31, 0, 0, 0,    0,    0,    0,    0, 0, 0, 0, 4, 0, 0, 0, /* variable 0 + 4 */
        0x85, 0x10, 0, 0, 0xf9, 0xff, 0xff, 0xff,                         /* slot 6 to slot 0: -7 */
        0x85, 0,    0, 0, 0,    0,    0,    0,                            /* import 0 */
        0x18, 0x32, 0, 0, 2,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 0, /* variable 2 */
        0x95, 0,    0, 0, 0,    0,    0,    0,
    };
    assert_int_equal(o.slots, 11);
    assert_memory_equal(o.code, made_text, sizeof made_text);
    assert_memory_equal(o.code + sizeof made_text, linked, sizeof linked);
    assert_int_equal(o.pointer_count, 1);
    assert_true(o.pointer[0].to_code);
    assert_int_equal(o.pointer[0].target, 2);
    assert_string_equal(o.import[0].name, "wanted_function");
    assert_false(o.import[0].weak);
    assert_string_equal(o.extern_variable[0].name, "wanted_variable");
    assert_true(o.extern_variable[0].weak);
    assert_null(line_at(&o, 0));
    char place[PLACE_TEXT_MAX];
    assert_string_equal(place_text(&o, 6, place), "main+2");

    struct variable variable[3];
    assert_true(object_data_create(&o, &hooks, variable));
    assert_int_equal((uintptr_t)variable[1].address % 32, 0);
    object_data_release(&o, &hooks, variable);
    object_close(&o);
    assert_int_equal(account.live, 0);
}

/* The same object, with the names of its sections where the GNU assembler has them; the reader of
 * relocations takes it for one of that assembler's. */
static void make_gnu(struct made *m, uint32_t data_symbol, uint32_t add, uint32_t call_symbol,
                     uint32_t call) {
    static uint8_t prog[sizeof made_prog];
    static struct part parts[9];
    struct made llvm;
    make_good(&llvm);
    memcpy(parts, llvm.part, sizeof parts - sizeof *parts);
    parts[8] = (struct part){".shstrtab", 3, 0, 0, 0, 1, "", 1, 0};
    memcpy(prog, made_prog, sizeof prog);
    put(prog + 4, 4, add);
    put(prog + 20, 4, call);
    put(made_prog_relocs + 12, 4, data_symbol);
    put(made_prog_relocs + 28, 4, call_symbol);
    put(made_data_relocs + 12, 4, SYMBOL_HELPER);
    parts[IN_PROG - 1].data = prog;
    make_object(m, parts, 9, 8);
}

/* What is added to a symbol stands in place: alone, or with the symbol's value on top. */
static void both_dialects_of_the_gnu_assembler_are_understood(void **state) {
    static const struct {
        uint32_t data_symbol, add, call_symbol, call; /* as they stand in place */
        uint32_t offset;                              /* into .data */
        uint32_t slot;                                /* called */
    } cases[] = {
        {SYMBOL_VALUE, 8, SYMBOL_OTHER, 15, 0 + 8,
         2}, /* to 2.41: value and other have 8 and 16 on top */
        {SYMBOL_VALUE, 12, SYMBOL_OTHER, 15, 4 + 8, 2}, /* value + 4 */
        {SYMBOL_DATA, 4, SYMBOL_HELPER, 0xffffffff, 4, 0},
        {SYMBOL_VALUE, 4, SYMBOL_OTHER, 0xffffffff, 4 + 8, 2}, /* later: what is added alone */
        {SYMBOL_VALUE, 8, SYMBOL_OTHER, 0xffffffff, 8 + 8,
         2}, /* the call tells how to read the 8 */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct made m;
        struct account account;
        struct hooks hooks = account_hooks(&account);
        struct object_refusal why;
        struct object o;
        make_gnu(&m, cases[i].data_symbol, cases[i].add, cases[i].call_symbol, cases[i].call);
        assert_true(object_open(&o, &hooks, m.bytes, m.len, &why));
        struct bytes code = {o.code, (size_t)o.slots * INSN_BYTES};
        const uint32_t main_at = 4 * INSN_BYTES;
        assert_int_equal(bytes_u32(code, main_at + 12), cases[i].offset);
        assert_int_equal((int32_t)bytes_u32(code, main_at + 20), (int32_t)cases[i].slot - 7);
        object_close(&o);
    }
}

struct attack {
    const char *where; /* "file", a section, or "@" and a section for its header */
    uint64_t at;
    uint64_t width;
    uint64_t value;
    enum object_rule rule;
    const char *said; /* where the refusal points; null for the same place */
    uint64_t said_at;
};
#define SYM(i)   ((i)*24u)
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
    {"file", 62, 2, IN_TEXT, RULE(STRING_TABLE), 0, 0},
    {"@.symtab", 40, 4, IN_TEXT, RULE(STRING_TABLE), 0, 0},
    {"@.symtab", 40, 4, 77, RULE(STRING_TABLE), 0, 0},
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
    static struct made good, m;
    bool seen[OBJECT_RULE_COUNT] = {false};
    struct object_refusal why;
    (void)state;
    make_good(&good);
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        const struct attack *a = &attacks[i];
        const char *said = a->said ? a->said : a->where;
        m = good;
        put(m.bytes + made_place(&m, a->where, a->at), (unsigned)a->width, a->value);
        assert_false(open_made(&m, &why));
        if (why.rule != a->rule)
            fail_msg("%s+%llu: %s, not %s", a->where, (unsigned long long)a->at,
                     object_rule_name(why.rule), object_rule_name(a->rule));
        uint64_t offset = a->said ? a->said_at : a->at;
        assert_string_equal(why.section, *said == '@' ? "file" : said);
        assert_int_equal(why.offset, *said == '@' ? made_place(&m, said, offset) : offset);
        seen[a->rule] = true;
    }
    seen[RULE(FILE_SIZE)] = seen[RULE(NO_MEMORY)] = true; /* tests of their own */
    for (int rule = 1; rule < OBJECT_RULE_TYPE_HEADER; rule++)
        if (!seen[rule])
            fail_msg("no attack breaks %s", object_rule_name(rule));
}

static void refuses_a_file_beyond_the_limit(void **state) {
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct object_refusal why;
    struct object o;
    (void)state;
    uint8_t *file = calloc(1, OBJECT_BYTES_MAX + 1);
    assert_false(object_open(&o, &hooks, file, OBJECT_BYTES_MAX + 1, &why));
    assert_int_equal(why.rule, RULE(FILE_SIZE));
    free(file);
}

static void refuses_symbols_beyond_the_limit(void **state) {
    static struct made m;
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct object_refusal why;
    struct object o;
    (void)state;
    for (uint64_t more = 0; more < 2; more++) {
        uint64_t len = (OBJECT_SYMBOLS_MAX + more) * 24;
        make_good(&m);
        uint8_t *file = calloc(1, m.len + len);
        memcpy(file, m.bytes, m.len);
        memcpy(file + m.len, made_symbols, sizeof made_symbols);
        put(file + made_place(&m, "@.symtab", 24), 8, m.len);
        put(file + made_place(&m, "@.symtab", 32), 8, len);
        assert_int_equal(object_open(&o, &hooks, file, m.len + len, &why), more == 0);
        if (more) {
            assert_int_equal(why.rule, RULE(SYMBOL_TABLE));
            assert_int_equal(why.offset, made_place(&m, "@.symtab", 32));
        } else {
            object_close(&o);
        }
        free(file);
    }
}

static void says_why_in_one_line(void **state) {
    struct object_refusal why;
    char text[256];
    (void)state;
    object_refusal_set(&why, RULE(RELOC_PLACE), ".rel\nprog", 16);
    object_refusal_text(&why, text, sizeof text);
    assert_string_equal(
        text,
        ".rel?prog, offset 0x10: a relocation's place is outside of its section, out of order, "
        "or shared with another (reloc-place); the file is damaged: build it again");
}

/* docs/engine-objects.md has a row for each rule, in these words. */
static void the_documentation_has_every_rule(void **state) {
    char row[512];
    size_t len;
    (void)state;
    uint8_t *file = read_whole("docs/engine-objects.md", &len);
    char *text = calloc(1, len + 1);
    memcpy(text, file, len);
    for (int rule = 1; rule < OBJECT_RULE_COUNT; rule++) {
        snprintf(row, sizeof row, "\n| `%s` | %s | ", object_rule_name(rule),
                 object_rule_sentence(rule));
        if (!strstr(text, row))
            fail_msg("no row for %s", object_rule_name(rule));
    }
    free(text);
    free(file);
}

static void gives_all_memory_back_whichever_allocation_fails(void **state) {
    (void)state;
    size_t len;
    uint8_t *file = read_compiled("linked", "clang-O2", &len);
    for (long n = 0;; n++) {
        struct account account;
        struct hooks hooks = account_hooks(&account);
        struct object_refusal why;
        struct object o;
        account.allowed = n;
        if (object_open(&o, &hooks, file, len, &why)) {
            struct variable variable[16];
            for (long k = 0; account.allowed = k, !object_data_create(&o, &hooks, variable); k++)
                assert_true(k < 16);
            object_data_release(&o, &hooks, variable);
            object_close(&o);
            assert_int_equal(account.live, 0);
            break;
        }
        assert_int_equal(why.rule, RULE(NO_MEMORY));
        assert_int_equal(account.live, 0);
    }
    free(file);
}

/* Opens a copy of exactly len bytes with one byte replaced, and reads all of it if it is accepted.
 */
static void try_damaged(const uint8_t *file, size_t len, size_t at, uint8_t byte) {
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct object_refusal why;
    struct object o;
    uint8_t *copy = malloc(len ? len : 1);
    memcpy(copy, file, len);
    if (at < len)
        copy[at] = byte;
    if (object_open(&o, &hooks, copy, len, &why)) {
        walk_object(&o, &hooks);
        object_close(&o);
    } else {
        assert_int_not_equal(why.rule, OBJECT_RULE_NONE);
    }
    assert_int_equal(account.live, 0);
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
        cmocka_unit_test(links_what_is_made_by_hand),
        cmocka_unit_test(both_dialects_of_the_gnu_assembler_are_understood),
        cmocka_unit_test(refuses_each_damage_by_its_rule_and_place),
        cmocka_unit_test(refuses_a_file_beyond_the_limit),
        cmocka_unit_test(refuses_symbols_beyond_the_limit),
        cmocka_unit_test(says_why_in_one_line),
        cmocka_unit_test(the_documentation_has_every_rule),
        cmocka_unit_test(gives_all_memory_back_whichever_allocation_fails),
        cmocka_unit_test(survives_every_byte_changed_and_every_cut),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("engine object damage", tests, NULL, NULL);
}
