/* SPDX-License-Identifier: MIT */
/* engine_lines_damage_test.c -- damaged line information is refused by the right rule at the right
 * place, or is safe to use. */
#include "unit.h"
#include "engine/lines.h"
#include "engine_lined.h"
#include "engine_object_opened.h"
#include "engine_walk.h"

struct attack {
    bool ext; /* .BTF.ext, else .debug_line of DWARF `version` */
    unsigned version;
    uint32_t at;
    unsigned width;
    uint64_t value;
    enum rule rule;
    uint32_t said;
};
#define RULE(id) OBJECT_RULE_##id

static void refuse_one(const struct attack *a, bool *seen) {
    struct source s;
    if (a->ext)
        make_ext(&s);
    else
        debug_unit(&s, a->version);
    put((a->ext ? s.ext : s.debug) + a->at, a->width, a->value);
    make_lined(&made, &s);
    if (open_file(made.bytes, made.len))
        fail_msg("%s+0x%x is accepted, no %s", a->ext ? ".BTF.ext" : ".debug_line", a->at,
                 rule_name(a->rule));
    if (refusal.rule != a->rule || refusal.offset != a->said)
        fail_msg("%s+0x%x: %s at 0x%llx, not %s at 0x%x", a->ext ? ".BTF.ext" : ".debug_line",
                 a->at, rule_name(refusal.rule), (unsigned long long)refusal.offset,
                 rule_name(a->rule), a->said);
    assert_true(report_is_at(&refusal, a->ext ? ".BTF.ext" : ".debug_line"));
    assert_int_equal(charged.live, 0);
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
    uint32_t formats = place_of(5, "\005\001\037", 3), dirs = place_of(5, "\001\001\010\001", 4);
    uint32_t files = formats + 12, old = place_of(4, "dir", 3);
    uint32_t program = place_of(5, "\0\011\002", 3),
             discriminator = place_of(5, "\0\002\004\011", 4);
    struct source whole;
    debug_unit(&whole, 5);
    uint32_t end = (uint32_t)whole.debug_len;
    const struct attack attacks[] = {
        {true, 0, 0, 1, 0, RULE(EXT_HEADER), 0},
        {true, 0, 2, 1, 2, RULE(EXT_HEADER), 2},
        {true, 0, 3, 1, 1, RULE(EXT_HEADER), 2},
        {true, 0, 4, 4, 23, RULE(EXT_HEADER), 4},
        {true, 0, 4, 4, 1000, RULE(EXT_HEADER), 4},
        {true, 0, 16, 4, 0xfffffff0, RULE(EXT_HEADER), 16},
        {true, 0, 20, 4, 0xffffffff, RULE(EXT_HEADER), 16},
        {true, 0, 20, 4, 3, RULE(EXT_RECORD), EXT_HEADER},
        {true, 0, 4, 4, 32, RULE(CORE_RELOCATION), 28},
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
        {false, 5, formats + 11, 1, 120, RULE(LINE_HEADER), formats},
        {false, 5, formats + 11, 1, 60, RULE(LINE_HEADER), formats},
        {false, 5, end - 3, 3, 0x818102, RULE(LINE_CUT), end - 3},
        {false, 5, files, 4, 1000, RULE(LINE_FORM), files},
        {false, 5, formats + 1, 1, 2, RULE(LINE_PLACE), program + 15},
        {false, 5, formats + 11, 1, 1, RULE(LINE_PLACE), program + 15},
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
            fail_msg("no attack breaks %s", rule_name(rule));
}

/* No lines at all; the size of a record alone; and a header that fills the section. */
static void a_table_may_be_empty(void **state) {
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct source s;
        make_ext(&s);
        put(s.ext + 20, 4, i == 1 ? 4 : 0);
        if (i == 2) {
            put(s.ext + 4, 4, s.ext_len);
            put(s.ext + 12, 4, 0); /* and functions */
            memset(s.ext + EXT_HEADER, 0, s.ext_len - EXT_HEADER);
        }
        make_lined(&made, &s);
        if (!open_file(made.bytes, made.len))
            fail_msg("%u: %s at 0x%llx", i, rule_name(refusal.rule),
                     (unsigned long long)refusal.offset);
        for (uint32_t slot = 0; slot < opened.slots; slot++)
            assert_null(line_at(&opened, slot));
        object_close(&opened);
        assert_int_equal(charged.live, 0);
        free(s.types);
    }
}

static void an_address_needs_a_relocation_to_code(void **state) {
    (void)state;
    for (unsigned attack = 0; attack < 4; attack++) {
        struct source s;
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
        make_lined(&made, &s);
        assert_false(open_file(made.bytes, made.len));
        assert_int_equal(refusal.rule, RULE(LINE_PLACE));
        assert_int_equal(refusal.offset, place);
    }
}

/* The relocations end the file, and none of them is of the place: nothing behind them is read. */
static void an_address_beyond_the_last_relocation_is_not_looked_for(void **state) {
    struct source s;
    (void)state;
    debug_unit(&s, 5);
    uint64_t place = bytes_u64((struct bytes){made_relocs, 8}, 0);
    put(made_relocs, 8, place - 1);
    s.relocs = 1;
    make_lined(&made, &s);
    size_t from = (made.len + 7) & ~7ul, len = from + 16;
    put(made.bytes + made_place(&made, "@.rel.debug_line", 24), 8, from);
    uint8_t *exact = calloc(1, len);
    memcpy(exact, made.bytes, made.len);
    memcpy(exact + from, made_relocs, 16);
    assert_false(open_file(exact, len));
    assert_int_equal(refusal.rule, RULE(LINE_PLACE));
    assert_int_equal(refusal.offset, place);
    assert_int_equal(charged.live, 0);
    free(exact);
}

static void survives_every_byte_changed_and_every_cut(void **state) {
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
                uint8_t *byte = version == 1 ? &s.ext[i] : &s.debug[i];
                if (change < 9)
                    *byte ^= change < 8 ? (uint8_t)(1u << change) : 0xff;
                else
                    *(version == 1 ? &s.ext_len : &s.debug_len) = i;
                make_lined(&made, &s);
                if (open_file(made.bytes, made.len)) {
                    walk_object(&opened, &charging);
                    object_close(&opened);
                }
                assert_int_equal(charged.live, 0);
            }
        free(good.types);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_each_damage_by_its_rule_and_place),
        cmocka_unit_test(a_table_may_be_empty),
        cmocka_unit_test(an_address_needs_a_relocation_to_code),
        cmocka_unit_test(an_address_beyond_the_last_relocation_is_not_looked_for),
        cmocka_unit_test(survives_every_byte_changed_and_every_cut),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("engine lines damage", tests, NULL, NULL);
}
