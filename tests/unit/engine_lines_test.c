/* SPDX-License-Identifier: MIT */
/* engine_lines_test.c -- every instruction finds its line in the source, from both compilers; line
 * information made by hand in every version; damaged ones refused by the right rule at the right
 * place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/lines.h"
#include "engine_made.h"
#include "engine_walk.h"

/* marked.bpf.c calls here(__LINE__): the number passed must be the line that the call is said to be
 * on. */
static unsigned check_marks(const struct object *o, const char *way) {
    unsigned marks = 0;
    for (uint32_t i = 1; i < o->slots; i++) {
        const uint8_t *insn = o->code + (size_t)i * INSN_BYTES;
        if (insn[0] != 0x85 || insn[1] != 0)
            continue;
        uint32_t passed = i - 1; /* r1 = LINE, perhaps with others in between */
        while (!((o->code[passed * INSN_BYTES] == 0xb7 || o->code[passed * INSN_BYTES] == 0xb4) &&
                 (o->code[passed * INSN_BYTES + 1] & 15) == 1))
            passed--;
        uint32_t number = bytes_u32((struct bytes){o->code, (size_t)o->slots * INSN_BYTES},
                                    passed * INSN_BYTES + 4);
        const struct line *line = line_at(o, i);
        if (!line || line->number != number)
            fail_msg("%s: the call in slot %u is on line %u, not %u", way, i, number,
                     line ? line->number : 0);
        marks++;
    }
    return marks;
}

static void every_instruction_finds_its_line(void **state) {
    (void)state;
    for (unsigned w = 0; w < COMPILED_WAYS; w++) {
        struct account account;
        struct hooks hooks = account_hooks(&account);
        struct object_refusal why;
        struct object o;
        size_t len;
        uint8_t *file = read_compiled("marked", compiled_way[w], &len);
        assert_true(object_open(&o, &hooks, file, len, &why));
        assert_true(check_marks(&o, compiled_way[w]) >= 5);
        for (uint32_t i = 0; i < o.slots; i++) {
            const struct line *line = line_at(&o, i);
            assert_non_null(line);
            assert_true(line->number >= 3 && line->number <= 30);
            assert_non_null(strstr(line->file, "marked.bpf.c"));
            bool clang = compiled_way[w][0] == 'c';
            assert_int_equal(line->text != NULL, clang);
        }
        object_close(&o);
        free(file);
        assert_int_equal(account.live, 0);
    }
}

/* Objects made by hand: 16 slots in "prog", 4 in ".text", and line information to taste. */

static uint8_t made_code[16 * 8], made_text[4 * 8];
static const char made_strings[] = "\0prog_function";
static uint8_t made_symbols[4 * 24], made_relocs[8 * 16];
enum { IN_PROG = 1, IN_TEXT, IN_SYMTAB, IN_STRTAB, IN_DEBUG, IN_RELOCS, IN_TYPES, IN_EXT };

struct source {
    uint8_t debug[1024];
    size_t debug_len, relocs;
    uint8_t *types;
    size_t types_len;
    uint8_t ext[512];
    size_t ext_len;
    const char *debug_strings;
    size_t debug_strings_len;
};

static void make_lined(struct made *m, const struct source *s) {
    const struct part parts[] = {
        {"prog", 1, 6, 0, 0, 8, made_code, sizeof made_code, 0},
        {".text", 1, 6, 0, 0, 8, made_text, sizeof made_text, 0},
        {".symtab", 2, 0, IN_STRTAB, 1, 8, made_symbols, sizeof made_symbols, 0},
        {".strtab", 3, 0, 0, 0, 1, made_strings, sizeof made_strings, 0},
        {s->debug_len ? ".debug_line" : ".none1", 1, 0, 0, 0, 1, s->debug, s->debug_len, 0},
        {".rel.debug_line", 9, 0, IN_SYMTAB, IN_DEBUG, 8, made_relocs, s->relocs * 16, 0},
        {s->types ? ".BTF" : ".none2", 1, 0, 0, 0, 1, s->types, s->types ? s->types_len : 0, 0},
        {s->ext_len ? ".BTF.ext" : ".none3", 1, 0, 0, 0, 1, s->ext, s->ext_len, 0},
        {".debug_line_str", 1, 0, 0, 0, 1, s->debug_strings, s->debug_strings_len, 0},
    };
    static struct part kept[sizeof parts / sizeof *parts];
    for (unsigned i = 0; i < 16; i++)
        made_code[i * 8] = 0x95;
    for (unsigned i = 0; i < 4; i++)
        made_text[i * 8] = 0x95;
    uint8_t *y = made_symbols + 24; /* 1: section prog, 2: section .text, 3: prog_function */
    y[4] = 3, y[6] = IN_PROG;
    y[24 + 4] = 3, y[24 + 6] = IN_TEXT;
    put(y + 48, 4, 1);
    y[48 + 4] = 0x12, y[48 + 6] = IN_PROG;
    put(y + 48 + 8, 8, 64);
    put(y + 48 + 16, 8, 64);
    memcpy(kept, parts, sizeof parts);
    make_object(m, kept, sizeof parts / sizeof *parts, IN_STRTAB - 1);
}

static bool open_lined(struct made *m, struct object *o, struct hooks *hooks,
                       struct object_refusal *why) {
    return object_open(o, hooks, m->bytes, m->len, why);
}

/* DWARF. */

static void debug_byte(struct source *s, uint8_t byte) {
    s->debug[s->debug_len++] = byte;
}

static void debug_bytes(struct source *s, const void *bytes, size_t n) {
    memcpy(s->debug + s->debug_len, bytes, n);
    s->debug_len += n;
}

static void debug_number(struct source *s, unsigned width, uint64_t value) {
    put(s->debug + s->debug_len, width, value);
    s->debug_len += width;
}

static void debug_address(struct source *s, uint32_t symbol, uint64_t offset) {
    debug_bytes(s, "\0\011\002", 3);
    put(made_relocs + s->relocs * 16, 8, s->debug_len);
    put(made_relocs + s->relocs * 16 + 8, 4, 2);
    put(made_relocs + s->relocs++ * 16 + 12, 4, symbol);
    debug_number(s, 8, offset);
}

/* The tables of one unit: the files one.c and two.c, which are numbers 1 and 2. */
static void debug_tables(struct source *s, unsigned version) {
    if (version < 5) {
        debug_bytes(s, "dir\0", 5);
        debug_bytes(s, "one.c\0\001\200\001\003", 10);
        debug_bytes(s, "two.c\0\001\0\0", 9);
        debug_byte(s, 0);
        return;
    }
    debug_bytes(s, "\001\001\010\001dir\0", 8); /* directories: path as a string */
    debug_bytes(s, "\003\001\037\002\013\005\036\003",
                8); /* files: path in .debug_line_str, data1, data16 */
    for (unsigned i = 0; i < 3; i++) {
        debug_number(s, 4, i < 2 ? 1 : 7);
        debug_number(s, 1, 0);
        debug_number(s, 8, 0);
        debug_number(s, 8, 0);
    }
}

static void debug_unit(struct source *s, unsigned version) {
    *s = (struct source){.debug_strings = "\0one.c\0two.c", .debug_strings_len = 13};
    debug_number(s, 4, 0);
    debug_number(s, 2, version);
    if (version == 5)
        debug_bytes(s, "\010\0", 2);
    size_t header_len = s->debug_len;
    debug_number(s, 4, 0);
    debug_byte(s, 8); /* bytes of an instruction */
    if (version >= 4)
        debug_byte(s, 1);
    debug_bytes(s, "\001\375\171\015",
                4); /* statements; line base -3, range 121; 12 standard opcodes */
    debug_bytes(s, "\0\001\001\001\001\0\0\0\001\0\0\001", 12);
    debug_tables(s, version);
    put(s->debug + header_len, 4, s->debug_len - header_len - 4);

    debug_address(s, 1, 8);
    debug_bytes(s, "\003\011\005\007\001", 5); /* line += 9, column 7, copy: slot 1 is one.c:10:7 */
    debug_byte(s, 13 + 3 + 2 + 121);           /* special: pc += 1, line += 2 */
    debug_bytes(s, "\010\004\002\001", 4); /* const_add_pc: 2; file 2, copy: slot 4 is two.c:12 */
    debug_bytes(s, "\011\010\0\006\007\012\013\014\001\003\177\001",
                12); /* fixed pc + 8; five that do nothing; line - 1; copy: slot 5 is two.c:11 */
    debug_bytes(s, "\002\001", 2);       /* pc += 1 */
    debug_bytes(s, "\0\002\004\011", 4); /* set_discriminator: skipped */
    debug_bytes(s, "\0\001\001", 3);     /* the sequence ends at slot 6 */
    debug_address(s, 2, 16);
    debug_bytes(s, "\001\002\002\0\001\001", 6); /* .text slot 2 is one.c:1; ends at the end */
    debug_address(s, 3, 0);
    debug_bytes(s, "\003\343\0\001\002\002\0\001\001",
                9); /* prog_function, so slot 8, is one.c:100; ends at slot 10 */
    put(s->debug, 4, s->debug_len - 4);
}

static void expect_line(const struct object *o, uint32_t slot, const char *file, uint32_t number,
                        uint16_t column) {
    const struct line *line = line_at(o, slot);
    if (!file) {
        assert_null(line);
        return;
    }
    assert_non_null(line);
    assert_string_equal(line->file, file);
    assert_int_equal(line->number, number);
    assert_int_equal(line->column, column);
    assert_null(line->text);
}

static void reads_dwarf_of_each_version(void **state) {
    (void)state;
    for (unsigned version = 2; version <= 5; version++) {
        static struct made m;
        struct source s;
        struct account account;
        struct hooks hooks = account_hooks(&account);
        struct object_refusal why;
        struct object o;
        char text[256], place[PLACE_TEXT_MAX];
        debug_unit(&s, version);
        make_lined(&m, &s);
        if (!open_lined(&m, &o, &hooks, &why)) {
            object_refusal_text(&why, text, sizeof text);
            fail_msg("version %u: %s", version, text);
        }
        expect_line(&o, 0, NULL, 0, 0);
        expect_line(&o, 1, "one.c", 10, 7);
        expect_line(&o, 2, "one.c", 12, 7);
        expect_line(&o, 3, "one.c", 12, 7);
        expect_line(&o, 4, "two.c", 12, 7);
        expect_line(&o, 5, "two.c", 11, 7);
        expect_line(&o, 6, NULL, 0, 0);
        expect_line(&o, 7, NULL, 0, 0);
        expect_line(&o, 8, "one.c", 100, 0);
        expect_line(&o, 9, "one.c", 100, 0);
        expect_line(&o, 10, NULL, 0, 0);
        expect_line(&o, 17, NULL, 0, 0);
        expect_line(&o, 18, "one.c", 1, 0);
        expect_line(&o, 19, "one.c", 1, 0);
        assert_string_equal(place_text(&o, 1, place), "one.c:10:7 (in prog+1)");
        assert_string_equal(place_text(&o, 9, place), "one.c:100 (in prog_function+1)");
        assert_string_equal(place_text(&o, 10, place), "prog_function+2");
        assert_string_equal(place_text(&o, 17, place), ".text+1");
        object_close(&o);
        assert_int_equal(account.live, 0);
    }
}

/* .BTF.ext. */

enum {
    EXT_HEADER = 24,
    EXT_FIRST = EXT_HEADER + 4,
    EXT_RECORDS = EXT_FIRST + 8,
    EXT_SECOND = EXT_RECORDS + 48
};

static void make_ext(struct source *s) {
    static struct blob b;
    b = (struct blob){0};
    *s = (struct source){.debug_strings = "", .debug_strings_len = 1};
    blob_int(&b, "int", 4, 1);
    uint32_t file = blob_name(&b, "three.c"), prog = blob_name(&b, "prog"),
             text = blob_name(&b, ".text");
    uint32_t source = blob_name(&b, "    return 3;");
    s->types = blob_section(&b, &s->types_len);
    const uint32_t words[] = {0x1eb9f,
                              EXT_HEADER,
                              0,
                              0,
                              0,
                              4 + 8 + 48 + 8 + 16,
                              16,
                              prog,
                              3,
                              0,
                              file,
                              source,
                              7u << 10 | 5,
                              16,
                              file,
                              0,
                              8u << 10,
                              24,
                              file,
                              source,
                              0,
                              text,
                              1,
                              8,
                              file,
                              source,
                              1u << 10 | 1023};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        put(s->ext + 4 * i, 4, words[i]);
    s->ext_len = sizeof words;
}

static void reads_lines_beside_types(void **state) {
    static struct made m;
    struct source s;
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct object_refusal why;
    struct object o;
    char place[PLACE_TEXT_MAX];
    (void)state;
    make_ext(&s);
    make_lined(&m, &s);
    assert_true(open_lined(&m, &o, &hooks, &why));
    assert_string_equal(place_text(&o, 0, place), "three.c:7:5 (in prog+0)");
    assert_string_equal(line_at(&o, 1)->text, "    return 3;");
    assert_string_equal(place_text(&o, 2, place), "three.c:8 (in prog+2)");
    assert_null(line_at(&o, 2)->text);
    assert_null(line_at(&o, 3)); /* line 0: none */
    assert_null(line_at(&o, 16));
    assert_int_equal(line_at(&o, 19)->column, 1023);
    object_close(&o);
    free(s.types);
    assert_int_equal(account.live, 0);
}

/* An empty .BTF.ext, as bpf-gcc writes it, leaves the word to .debug_line. */
static void an_empty_table_leaves_the_word_to_the_other(void **state) {
    static struct made m;
    struct source types, s;
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct object_refusal why;
    struct object o;
    (void)state;
    make_ext(&types);
    debug_unit(&s, 5);
    s.types = types.types, s.types_len = types.types_len;
    memcpy(s.ext, types.ext, types.ext_len);
    s.ext_len = types.ext_len;
    make_lined(&m, &s);
    assert_true(open_lined(&m, &o, &hooks, &why));
    assert_string_equal(line_at(&o, 1)->file, "three.c");
    object_close(&o);
    put(s.ext + 20, 4, 0);
    make_lined(&m, &s);
    assert_true(open_lined(&m, &o, &hooks, &why));
    assert_string_equal(line_at(&o, 1)->file, "one.c");
    object_close(&o);
    free(types.types);
}

struct attack {
    bool ext; /* .BTF.ext, else .debug_line of DWARF `version` */
    unsigned version;
    uint32_t at;
    unsigned width;
    uint64_t value;
    enum object_rule rule;
    uint32_t said;
};
#define RULE(id) OBJECT_RULE_##id

static void refuse_one(const struct attack *a, bool *seen) {
    static struct made m;
    struct source s;
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct object_refusal why;
    struct object o;
    if (a->ext)
        make_ext(&s);
    else
        debug_unit(&s, a->version);
    put((a->ext ? s.ext : s.debug) + a->at, a->width, a->value);
    make_lined(&m, &s);
    if (open_lined(&m, &o, &hooks, &why))
        fail_msg("%s+0x%x is accepted, no %s", a->ext ? ".BTF.ext" : ".debug_line", a->at,
                 object_rule_name(a->rule));
    if (why.rule != a->rule || why.offset != a->said)
        fail_msg("%s+0x%x: %s at 0x%llx, not %s at 0x%x", a->ext ? ".BTF.ext" : ".debug_line",
                 a->at, object_rule_name(why.rule), (unsigned long long)why.offset,
                 object_rule_name(a->rule), a->said);
    assert_string_equal(why.section, a->ext ? ".BTF.ext" : ".debug_line");
    assert_int_equal(account.live, 0);
    seen[a->rule] = true;
    free(s.types);
}

/* The first place of some bytes in what debug_unit makes. */
static uint32_t place_of(unsigned version, const char *bytes, size_t n) {
    struct source s;
    debug_unit(&s, version);
    for (uint32_t i = 0; i + n <= s.debug_len; i++)
        if (!memcmp(s.debug + i, bytes, n))
            return i;
    fail_msg("no such bytes");
    return 0;
}

static void refuses_each_damage_by_its_rule_and_place(void **state) {
    bool seen[OBJECT_RULE_COUNT] = {false};
    (void)state;
    uint32_t formats = place_of(5, "\003\001\037", 3), dirs = place_of(5, "\001\001\010\001", 4);
    uint32_t files = formats + 8, old = place_of(4, "dir", 3);
    uint32_t program = place_of(5, "\0\011\002", 3),
             discriminator = place_of(5, "\0\002\004\011", 4);
    const struct attack attacks[] = {
        {true, 0, 0, 1, 0, RULE(EXT_HEADER), 0},
        {true, 0, 2, 1, 2, RULE(EXT_HEADER), 2},
        {true, 0, 3, 1, 1, RULE(EXT_HEADER), 2},
        {true, 0, 4, 4, 23, RULE(EXT_HEADER), 4},
        {true, 0, 4, 4, 1000, RULE(EXT_HEADER), 4},
        {true, 0, 16, 4, 0xfffffff0, RULE(EXT_HEADER), 16},
        {true, 0, 20, 4, 0xffffffff, RULE(EXT_HEADER), 16},
        {true, 0, 20, 4, 3, RULE(EXT_RECORD), EXT_HEADER},
        {true, 0, EXT_HEADER, 4, 12, RULE(EXT_RECORD), EXT_HEADER},
        {true, 0, EXT_HEADER, 4, 18, RULE(EXT_RECORD), EXT_HEADER},
        {true, 0, 20, 4, 4 + 7, RULE(EXT_RECORD), EXT_FIRST},
        {true, 0, EXT_FIRST + 4, 4, 0, RULE(EXT_RECORD), EXT_FIRST + 4},
        {true, 0, EXT_FIRST + 4, 4, 0xffffffff, RULE(EXT_RECORD), EXT_FIRST + 4},
        {true, 0, EXT_RECORDS + 4, 4, 100000, RULE(EXT_RECORD), EXT_RECORDS + 4},
        {true, 0, EXT_RECORDS + 8, 4, 100000, RULE(EXT_RECORD), EXT_RECORDS + 4},
        {true, 0, EXT_FIRST, 4, 1, RULE(EXT_PLACE), EXT_FIRST},
        {true, 0, EXT_FIRST, 4, 100000, RULE(EXT_PLACE), EXT_FIRST},
        {true, 0, EXT_RECORDS, 4, 4, RULE(EXT_PLACE), EXT_RECORDS},
        {true, 0, EXT_RECORDS, 4, 128, RULE(EXT_PLACE), EXT_RECORDS},
        {true, 0, EXT_RECORDS, 4, 120, RULE(EXT_PLACE), EXT_RECORDS + 16},
        {false, 5, 0, 4, 0xffffffff, RULE(LINE_HEADER), 0},
        {false, 5, 0, 4, 1000, RULE(LINE_HEADER), 0},
        {false, 5, 0, 4, 1, RULE(LINE_VERSION), 4},
        {false, 5, 4, 2, 1, RULE(LINE_VERSION), 4},
        {false, 5, 4, 2, 6, RULE(LINE_VERSION), 4},
        {false, 5, 6, 1, 4, RULE(LINE_HEADER), 4},
        {false, 5, 7, 1, 4, RULE(LINE_HEADER), 4},
        {false, 5, 0, 4, 12, RULE(LINE_HEADER), 4},
        {false, 5, 8, 4, 5000, RULE(LINE_HEADER), 4},
        {false, 4, 6, 4, 0xfffffff0, RULE(LINE_HEADER), 4},
        {false, 5, 13, 1, 2, RULE(LINE_HEADER), 4},
        {false, 5, 16, 1, 0, RULE(LINE_HEADER), 4},
        {false, 5, 17, 1, 0, RULE(LINE_HEADER), 4},
        {false, 5, 8, 4, 20, RULE(LINE_HEADER), dirs},
        {false, 4, 6, 4, 20, RULE(LINE_HEADER), old},
        {false, 5, dirs, 1, 0, RULE(LINE_HEADER), dirs},
        {false, 5, dirs + 3, 1, 127, RULE(LINE_HEADER), dirs},
        {false, 5, dirs + 2, 1, 0x33, RULE(LINE_FORM), dirs + 4},
        {false, 5, formats + 7, 1, 70, RULE(LINE_HEADER), formats},
        {false, 5, files, 4, 1000, RULE(LINE_FORM), files},
        {false, 5, formats + 1, 1, 2, RULE(LINE_PLACE), program + 15},
        {false, 5, formats + 7, 1, 1, RULE(LINE_PLACE), program + 15},
        {false, 5, program + 1, 1, 0, RULE(LINE_CUT), program},
        {false, 5, program + 1, 1, 8, RULE(LINE_CUT), program},
        {false, 5, program + 2, 1, 3, RULE(LINE_FORM), program},
        {false, 5, discriminator + 1, 1, 0x7f, RULE(LINE_CUT), discriminator},
        {false, 5, program + 3, 1, 9, RULE(LINE_PLACE), program + 15},
        {false, 5, program + 3, 1, 128, RULE(LINE_PLACE), program + 15},
        {false, 5, program + 2, 1, 9, RULE(LINE_PLACE), program + 15},
    };
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++)
        refuse_one(&attacks[i], seen);
    for (int rule = RULE(EXT_HEADER); rule <= RULE(LINE_PLACE); rule++)
        if (!seen[rule])
            fail_msg("no attack breaks %s", object_rule_name(rule));
}

static void an_address_needs_a_relocation_to_code(void **state) {
    static struct made m;
    (void)state;
    for (unsigned attack = 0; attack < 4; attack++) {
        struct source s;
        struct account account;
        struct hooks hooks = account_hooks(&account);
        struct object_refusal why;
        struct object o;
        debug_unit(&s, 5);
        uint64_t place = bytes_u64((struct bytes){made_relocs, 8}, 0);
        if (attack == 0)
            s.relocs = 0;
        else if (attack == 1)
            put(made_relocs, 8, place + 1);
        else if (attack == 2)
            put(made_relocs + 12, 4, 99);
        else
            put(made_relocs + 12, 4, 0);
        make_lined(&m, &s);
        assert_false(open_lined(&m, &o, &hooks, &why));
        assert_int_equal(why.rule, RULE(LINE_PLACE));
        assert_int_equal(why.offset, place);
    }
}

static void survives_every_byte_changed_and_every_cut(void **state) {
    static struct made m;
    (void)state;
    for (unsigned version = 1; version <= 5; version++) {
        struct source good;
        if (version == 1)
            make_ext(&good);
        else
            debug_unit(&good, version);
        size_t len = version == 1 ? good.ext_len : good.debug_len;
        for (size_t i = 0; i < len; i++)
            for (unsigned change = 0; change < 10; change++) {
                struct source s = good;
                struct account account;
                struct hooks hooks = account_hooks(&account);
                struct object_refusal why;
                struct object o;
                uint8_t *byte = version == 1 ? &s.ext[i] : &s.debug[i];
                if (change < 9)
                    *byte ^= change < 8 ? (uint8_t)(1u << change) : 0xff;
                else
                    *(version == 1 ? &s.ext_len : &s.debug_len) = i;
                make_lined(&m, &s);
                if (open_lined(&m, &o, &hooks, &why)) {
                    walk_object(&o, &hooks);
                    object_close(&o);
                }
                assert_int_equal(account.live, 0);
            }
        free(good.types);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instruction_finds_its_line),
        cmocka_unit_test(reads_dwarf_of_each_version),
        cmocka_unit_test(reads_lines_beside_types),
        cmocka_unit_test(an_empty_table_leaves_the_word_to_the_other),
        cmocka_unit_test(refuses_each_damage_by_its_rule_and_place),
        cmocka_unit_test(an_address_needs_a_relocation_to_code),
        cmocka_unit_test(survives_every_byte_changed_and_every_cut),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("engine lines", tests, NULL, NULL);
}
