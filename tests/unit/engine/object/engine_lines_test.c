/* SPDX-License-Identifier: MIT */
/* engine_lines_test.c -- every instruction finds its line in the source, from both compilers and
 * from line information made by hand in every version. engine_lines_damage_test.c damages it. */
#include "unit.h"
#include "engine/lines.h"
#include "engine_lined.h"

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
        struct report why;
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

/* clang also writes .debug_line; it is read when .BTF.ext is not there. */
static void lines_of_clang_are_found_in_dwarf_too(void **state) {
    (void)state;
    for (unsigned w = 0; w < COMPILED_WAYS && compiled_way[w][0] == 'c'; w++) {
        struct account account;
        struct hooks hooks = account_hooks(&account);
        struct report why;
        struct object o;
        size_t len;
        uint8_t *file = read_compiled("marked", compiled_way[w], &len);
        for (size_t i = 0; i + 8 < len; i++)
            if (!memcmp(file + i, ".BTF.ext", 8))
                file[i + 1] = 'X';
        assert_true(object_open(&o, &hooks, file, len, &why));
        assert_true(check_marks(&o, compiled_way[w]) >= 5);
        assert_null(line_at(&o, 0)->text);
        assert_non_null(strstr(line_at(&o, 0)->file, "marked.bpf.c"));
        object_close(&o);
        free(file);
        assert_int_equal(account.live, 0);
    }
}

static bool open_lined(struct made *m, struct object *o, struct hooks *hooks, struct report *why) {
    return object_open(o, hooks, m->bytes, m->len, why);
}

static void expect_line(const struct object *o, uint32_t slot, const char *file, uint32_t number) {
    const struct line *line = line_at(o, slot);
    if (!file) {
        assert_null(line);
        return;
    }
    assert_non_null(line);
    assert_string_equal(line->file, file);
    assert_int_equal(line->number, number);
    assert_int_equal(line->column, 0);
    assert_null(line->text);
}

static void reads_dwarf_of_each_version(void **state) {
    (void)state;
    for (unsigned version = 2; version <= 5; version++) {
        static struct made m;
        struct source s;
        struct account account;
        struct hooks hooks = account_hooks(&account);
        struct report why;
        struct object o;
        char place[PLACE_TEXT_MAX];
        debug_unit(&s, version);
        make_lined(&m, &s);
        if (!open_lined(&m, &o, &hooks, &why))
            fail_msg("version %u: %s", version, why.text);
        expect_line(&o, 0, NULL, 0);
        expect_line(&o, 1, "one.c", 10);
        expect_line(&o, 2, "one.c", 12);
        expect_line(&o, 3, "one.c", 12);
        expect_line(&o, 4, "two.c", 12);
        expect_line(&o, 5, "two.c", 11);
        expect_line(&o, 6, NULL, 0);
        expect_line(&o, 7, NULL, 0);
        expect_line(&o, 8, "one.c", 100);
        expect_line(&o, 9, "one.c", 100);
        expect_line(&o, 10, NULL, 0);
        expect_line(&o, 17, NULL, 0);
        expect_line(&o, 18, "one.c", 1);
        expect_line(&o, 19, "one.c", 1);
        assert_string_equal(place_text(&o, 1, place), "one.c:10 (in prog+1)");
        assert_string_equal(place_text(&o, 9, place), "one.c:100 (in prog_function+1)");
        assert_string_equal(place_text(&o, 10, place), "prog_function+2");
        assert_string_equal(place_text(&o, 17, place), ".text+1");
        object_close(&o);
        assert_int_equal(account.live, 0);
    }
}

static void reads_lines_beside_types(void **state) {
    static struct made m;
    struct source s;
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct report why;
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
    struct report why;
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instruction_finds_its_line),
        cmocka_unit_test(lines_of_clang_are_found_in_dwarf_too),
        cmocka_unit_test(reads_dwarf_of_each_version),
        cmocka_unit_test(reads_lines_beside_types),
        cmocka_unit_test(an_empty_table_leaves_the_word_to_the_other),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("engine lines", tests, NULL, NULL);
}
