/* SPDX-License-Identifier: MIT */
/* engine_lines_test.c -- every instruction finds its line in the source, from both compilers and
 * from line information made by hand in every version. engine_lines_damage_test.c damages it. */
#include "unit.h"
#include "engine/lines.h"
#include "engine_lined.h"
#include "engine_object_opened.h"

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
        size_t len;
        uint8_t *file = read_compiled("marked", compiled_way[w], &len);
        assert_true(open_file(file, len));
        assert_true(check_marks(&opened, compiled_way[w]) >= 5);
        for (uint32_t i = 0; i < opened.slots; i++) {
            const struct line *line = line_at(&opened, i);
            assert_non_null(line);
            assert_true(line->number >= 3 && line->number <= 30);
            assert_non_null(strstr(line->file, "marked.bpf.c"));
            bool clang = compiled_way[w][0] == 'c';
            assert_int_equal(line->text != NULL, clang);
        }
        object_close(&opened);
        free(file);
        assert_int_equal(charged.live, 0);
    }
}

/* clang also writes .debug_line; it is read when .BTF.ext is not there. */
static void lines_of_clang_are_found_in_dwarf_too(void **state) {
    (void)state;
    for (unsigned w = 0; w < COMPILED_WAYS && compiled_way[w][0] == 'c'; w++) {
        size_t len;
        uint8_t *file = read_compiled("marked", compiled_way[w], &len);
        for (size_t i = 0; i + 8 < len; i++)
            if (!memcmp(file + i, ".BTF.ext", 8))
                file[i + 1] = 'X';
        assert_true(open_file(file, len));
        assert_true(check_marks(&opened, compiled_way[w]) >= 5);
        assert_null(line_at(&opened, 0)->text);
        assert_non_null(strstr(line_at(&opened, 0)->file, "marked.bpf.c"));
        object_close(&opened);
        free(file);
        assert_int_equal(charged.live, 0);
    }
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
        struct source s;
        char place[PLACE_TEXT_MAX];
        debug_unit(&s, version);
        make_lined(&made, &s);
        if (!open_file(made.bytes, made.len))
            fail_msg("version %u: %s", version, refusal.text);
        expect_line(&opened, 0, NULL, 0);
        expect_line(&opened, 1, "one.c", 10);
        expect_line(&opened, 2, "one.c", 12);
        expect_line(&opened, 3, "one.c", 12);
        expect_line(&opened, 4, "two.c", 12);
        expect_line(&opened, 5, "two.c", 11);
        expect_line(&opened, 6, NULL, 0);
        expect_line(&opened, 7, NULL, 0);
        expect_line(&opened, 8, "one.c", 100);
        expect_line(&opened, 9, "one.c", 100);
        expect_line(&opened, 10, NULL, 0);
        expect_line(&opened, 17, NULL, 0);
        expect_line(&opened, 18, "one.c", 1);
        expect_line(&opened, 19, "one.c", 1);
        assert_string_equal(place_text(&opened, 1, place), "one.c:10 (in prog+1)");
        assert_string_equal(place_text(&opened, 9, place), "one.c:100 (in prog_function+1)");
        assert_string_equal(place_text(&opened, 10, place), "prog_function+2");
        assert_string_equal(place_text(&opened, 17, place), ".text+1");
        object_close(&opened);
        assert_int_equal(charged.live, 0);
    }
}

static void reads_lines_beside_types(void **state) {
    struct source s;
    char place[PLACE_TEXT_MAX];
    (void)state;
    make_ext(&s);
    make_lined(&made, &s);
    assert_true(open_file(made.bytes, made.len));
    assert_string_equal(place_text(&opened, 0, place), "three.c:7:5 (in prog+0)");
    assert_string_equal(line_at(&opened, 1)->text, "    return 3;");
    assert_string_equal(place_text(&opened, 2, place), "three.c:8 (in prog+2)");
    assert_null(line_at(&opened, 2)->text);
    assert_null(line_at(&opened, 3)); /* line 0: none */
    assert_null(line_at(&opened, 16));
    assert_int_equal(line_at(&opened, 19)->column, 1023);
    object_close(&opened);
    free(s.types);
    assert_int_equal(charged.live, 0);
}

/* An empty .BTF.ext, as bpf-gcc writes it, leaves the word to .debug_line. */
static void an_empty_table_leaves_the_word_to_the_other(void **state) {
    struct source types, s;
    (void)state;
    make_ext(&types);
    debug_unit(&s, 5);
    s.types = types.types, s.types_len = types.types_len;
    memcpy(s.ext, types.ext, types.ext_len);
    s.ext_len = types.ext_len;
    make_lined(&made, &s);
    assert_true(open_file(made.bytes, made.len));
    assert_string_equal(line_at(&opened, 1)->file, "three.c");
    object_close(&opened);
    put(s.ext + 20, 4, 0);
    make_lined(&made, &s);
    assert_true(open_file(made.bytes, made.len));
    assert_string_equal(line_at(&opened, 1)->file, "one.c");
    object_close(&opened);
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
