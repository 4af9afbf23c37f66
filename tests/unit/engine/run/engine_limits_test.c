/* SPDX-License-Identifier: MIT */
/* engine_limits_test.c -- a field that programs may write and whose type has not every number takes
 * only numbers of its type: struct limited of tests/engine/types/typed.c, attacked. */
#include "unit.h"
#include "assemble.h"
#include "engine/typing.h"
#include "engine/verify.h"
#include "engine_made.h"

static struct account account;
static struct hooks hooks;
static uint8_t *file;
static struct types types;
static struct report why;

static int open_types(void **state) {
    struct report refusal;
    size_t len;
    (void)state;
    hooks = account_hooks(&account);
    file = read_whole("build/exports/tests/engine/types/typed.btf", &len);
    return !types_open(&types, &hooks, (struct bytes){file, len}, &refusal);
}

static int close_types(void **state) {
    (void)state;
    types_close(&types);
    free(file);
    return account.live != 0;
}

static bool open_kind(struct typing *typing, const struct typing_grant *grant, uint32_t grants) {
    static struct kind_description d;
    d = (struct kind_description){.kind = {.name = "test"},
                                  .types = &types,
                                  .prototype = "takes_limited",
                                  .grant = grant,
                                  .grants = grants};
    return typing_open(typing, &hooks, &d, &why);
}

static const struct typing_grant writable = {.type = "limited", .may = MAY_READ_WRITE};

static void test_fields_have_the_ranges_of_their_types(void **state) {
    static const char *const wanted[] = {
        "yes 0+1 rw 0..1",
        "no 1+1 rw 0..1",
        "row[0] 2+1 rw 0..1",
        "row[1] 3+1 rw 0..1",
        "choice 4+4 rw 2..5",
        "minus..either 8+12 r- 0..0",
        "choices[0] 20+4 rw 2..5",
        "choices[1] 24+4 rw 2..5",
        "bit..four 28+1 rw 0..0",
        "some 32+1 r- 0..0",
        "number..bytes 36+20 rw 0..0",
    };
    struct typing typing;
    char text[128];
    (void)state;
    if (!open_kind(&typing, &writable, 1))
        fail_msg("%s", why.text);
    const struct object_type *o = typing.kind.entry.parameter[0].object;
    for (uint32_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const struct field *f = &o->field[i];
        assert_in_range(i, 0, o->field_count - 1);
        snprintf(text, sizeof text, "%s %u+%u %s%s %llu..%llu", f->name, f->offset, f->bytes,
                 f->may & MAY_READ ? "r" : "-", f->may & MAY_WRITE ? "w" : "-",
                 (unsigned long long)f->shape.min, (unsigned long long)f->shape.max);
        assert_string_equal(text, wanted[i]);
    }
    assert_int_equal(o->field_count, sizeof wanted / sizeof *wanted);
    typing_close(&typing);
}

/* What nobody may write has no limits, for compilers read several at once: three fields, with
 * padding between them. */
static void test_fields_that_are_read_only_stay_together(void **state) {
    static const struct typing_grant readable = {.type = "limited", .may = MAY_READ};
    struct typing typing;
    (void)state;
    assert_true(open_kind(&typing, &readable, 1));
    assert_int_equal(typing.kind.entry.parameter[0].object->field_count, 3);
    typing_close(&typing);
}

/* Plain bytes are written without looking what they are part of. */
static void test_bytes_with_limits_are_not_granted_for_writing(void **state) {
    struct typing_grant grant = {
        .type = "limited_bytes", .may = MAY_READ_WRITE, .shape = {.kind = SHAPE_MEMORY}};
    struct typing typing;
    (void)state;
    assert_false(open_kind(&typing, &grant, 1));
    assert_string_equal(rule_name(why.rule), "not-plain");
    grant.may = MAY_READ;
    assert_true(open_kind(&typing, &grant, 1));
    typing_close(&typing);
}

static const char *rule_of(const struct kind *kind, const char *body) {
    static struct verdict verdict;
    static struct facts facts;
    uint8_t bytes[64 * INSN_BYTES];
    char text[512], error[128];
    struct program p = {.insn = NULL};
    struct report refusal;
    snprintf(text, sizeof text, "%s\nr0 = 0\nexit\n", body);
    int slots = assemble(text, bytes, sizeof bytes, error);
    if (slots < 0)
        fail_msg("%s: %s", body, error);
    assert_true(program_decode(&p, &hooks, bytes, (size_t)slots, &refusal));
    verify(&p, kind, &hooks, &facts, &verdict);
    program_release(&p, &hooks);
    return rule_name(verdict.rule);
}

static void test_only_numbers_of_the_type_are_stored(void **state) {
    static const struct {
        const char *rule, *body;
    } stores[] = {
        {"none", "*(u8 *)(r1 + 0) = 1"},
        {"none", "*(u8 *)(r1 + 1) = 0"},
        {"field-rights", "*(u8 *)(r1 + 0) = 2"},
        {"field-rights", "*(u8 *)(r1 + 3) = -1"},
        {"field-rights", "r2 = *(u8 *)(r1 + 40)\n*(u8 *)(r1 + 0) = w2"},
        {"none", "r2 = *(u8 *)(r1 + 40)\nr2 &= 1\n*(u8 *)(r1 + 0) = w2"},
        {"none", "r2 = *(u8 *)(r1 + 0)\nr2 ^= 1\n*(u8 *)(r1 + 1) = w2"},
        {"field-rights", "r2 = *(u8 *)(r1 + 0)\nr2 += 1\n*(u8 *)(r1 + 1) = w2"},
        {"none", "r2 = 0x101\n*(u8 *)(r1 + 0) = w2"},
        {"no-field", "*(u16 *)(r1 + 0) = 0x101"},
        {"no-field", "*(u32 *)(r1 + 1) = 0"},
        {"none", "*(u32 *)(r1 + 4) = 2"},
        {"none", "*(u32 *)(r1 + 4) = 5"},
        {"field-rights", "*(u32 *)(r1 + 4) = 1"},
        {"field-rights", "*(u32 *)(r1 + 4) = 6"},
        {"field-rights", "*(u8 *)(r1 + 4) = 2"},
        {"field-rights", "*(u16 *)(r1 + 6) = 0"},
        {"none",
         "r2 = *(u32 *)(r1 + 36)\nif r2 > 5 goto +2\nif r2 < 2 goto +1\n*(u32 *)(r1 + 24) = w2"},
        {"field-rights", "r2 = *(u32 *)(r1 + 36)\nif r2 > 5 goto +1\n*(u32 *)(r1 + 24) = w2"},
        {"field-rights", "r2 = 1\nlock *(u32 *)(r1 + 4) += w2"},
        {"field-rights", "r2 = 3\nw2 = xchg((u32 *)(r1 + 4), w2)"},
        {"field-rights", "*(u32 *)(r1 + 8) = 0"},
        {"field-rights", "*(u32 *)(r1 + 12) = 0"},
        {"field-rights", "*(u32 *)(r1 + 16) = 1"},
        {"none", "*(u8 *)(r1 + 28) = 255"},
        {"field-rights", "*(u8 *)(r1 + 32) = 0"},
        {"none", "*(u64 *)(r1 + 40) = -1"},
    };
    struct typing typing;
    (void)state;
    assert_true(open_kind(&typing, &writable, 1));
    for (size_t i = 0; i < sizeof stores / sizeof *stores; i++) {
        const char *rule = rule_of(&typing.kind, stores[i].body);
        if (strcmp(rule, stores[i].rule) != 0)
            fail_msg("%s: %s, and not %s", stores[i].body, rule, stores[i].rule);
    }
    typing_close(&typing);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_have_the_ranges_of_their_types),
        cmocka_unit_test(test_fields_that_are_read_only_stay_together),
        cmocka_unit_test(test_bytes_with_limits_are_not_granted_for_writing),
        cmocka_unit_test(test_only_numbers_of_the_type_are_stored),
    };
    return cmocka_run_group_tests_name("engine_limits", tests, open_types, close_types);
}
