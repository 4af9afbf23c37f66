/* SPDX-License-Identifier: MIT */
/* engine_typing_test.c -- from tests/engine/types/typed.c, as a compiler describes it, to fields
 * and signatures; and each way in which a description can contradict the types. */
#include "unit.h"
#include "engine/typing.h"
#include "engine_made.h"

struct side {
    uint8_t *file;
    struct types types;
};

static struct account account;
static struct hooks hooks;
static struct side own, other;
static struct report why;

static void open_side(struct side *side, const char *path) {
    size_t len;
    struct report refusal;
    side->file = read_whole(path, &len);
    if (!types_open(&side->types, &hooks, (struct bytes){side->file, len}, &refusal))
        fail_msg("%s: %s", path, rule_name(refusal.rule));
}

static int open_sides(void **state) {
    (void)state;
    hooks = account_hooks(&account);
    open_side(&own, "build/exports/tests/engine/types/typed.btf");
    open_side(&other, "build/exports/tests/engine/types/typed_other.btf");
    return 0;
}

static int close_sides(void **state) {
    (void)state;
    types_close(&own.types);
    types_close(&other.types);
    free(own.file);
    free(other.file);
    return account.live != 0;
}

static const struct typing_grant grants[] = {
    {.type = "thing", .may = MAY_READ_WRITE},
    {.type = "thing", .field = "frame", .may = MAY_READ},
    {.type = "thing", .field = "slot[1].tag", .may = MAY_READ},
    {.type = "thing", .field = "b"},
    {.type = "thing", .field = "high", .may = MAY_READ},
    {.type = "thing", .field = "heir", .may = OWNS},
    {.type = "thing", .field = "text", .may = MAY_READ, .shape = {.bytes = 8}},
    {.type = "plain", .may = MAY_READ, .shape = {.kind = SHAPE_MEMORY}},
};

static struct kind_description describe(const struct typing_grant *grant, uint32_t count,
                                        const char *prototype) {
    return (struct kind_description){.kind = {.name = "test"},
                                     .types = &own.types,
                                     .prototype = prototype,
                                     .grant = grant,
                                     .grants = count};
}

static const struct kind_description *whole(void) {
    static struct kind_description d;
    d = describe(grants, sizeof grants / sizeof *grants, "entry");
    return &d;
}

/* "NAME OFFSET+BYTES RIGHTS SHAPE" */
static void say_field(const struct field *f, char text[128]) {
    static const char *const shapes[] = {"closed", "number", "memory", "object"};
    snprintf(text, 128, "%s %u+%u %s%s %s%s", f->name, f->offset, f->bytes,
             f->may & MAY_READ ? "r" : "-", f->may & MAY_WRITE ? "w" : "-", shapes[f->shape.kind],
             f->shape.may & MAY_BE_NULL ? "?" : "");
}

static void test_fields_are_what_is_declared_and_granted(void **state) {
    static const char *const wanted[] = {
        "a 0+4 rw number",
        "b 4+2 -- number",
        "c 6+2 rw number",
        "frame.pc..frame.tag 8+8 r- number",
        "slot[0].pc..slot[1].pc 16+12 rw number",
        "slot[1].tag 28+4 r- number",
        "plain 32+4 rw number",
        "mixed 40+8 -- closed",
        "next 48+8 r- object?",
        "peek 56+8 r- object?",
        "opaque 64+8 -- closed",
        "call 72+8 -- closed",
        "low..high 80+2 r- number",
        "text 88+8 r- memory?",
        "heir 96+8 -- object",
        "last 104+8 rw number",
    };
    (void)state;
    struct typing typing;
    char text[128];
    if (!typing_open(&typing, &hooks, whole(), &why))
        fail_msg("%s", why.text);
    const struct object_type *thing = typing.kind.entry.parameter[0].object;
    assert_string_equal(thing->name, "thing");
    for (uint32_t i = 0; i < thing->field_count && i < 16; i++) {
        say_field(&thing->field[i], text);
        assert_string_equal(text, wanted[i]);
    }
    assert_int_equal(thing->field_count, 16);
    assert_ptr_equal(thing->field[8].shape.object, thing);
    assert_int_equal(thing->field[9].shape.may & MAY_WRITE, 0);
    assert_int_equal(typing.kind.entry.parameter[1].kind, SHAPE_MEMORY);
    assert_int_equal(typing.kind.entry.parameter[1].bytes, 32);
    assert_int_equal(typing.kind.entry.parameter[1].may, MAY_READ);
    typing_close(&typing);
}

/* What is said of this field of a thing, granted so. */
static void expect_field(const struct typing_grant *grant, uint32_t count, const char *wanted) {
    struct typing typing;
    char text[128];
    const struct kind_description d = describe(grant, count, "entry");
    if (!typing_open(&typing, &hooks, &d, &why))
        fail_msg("%s", why.text);
    const struct object_type *thing = typing.kind.entry.parameter[0].object;
    bool found = false;
    for (uint32_t i = 0; i < thing->field_count; i++) {
        say_field(&thing->field[i], text);
        found |= !strcmp(text, wanted);
    }
    if (!found)
        fail_msg("no field %s", wanted);
    typing_close(&typing);
}

/* The most exact one counts, in whatever order; what a type is granted bounds no number of it; and
 * an address that may not be read may not be written either. */
static void test_a_grant_is_of_its_own_field(void **state) {
    static const struct typing_grant exact[] = {
        {.type = "thing", .field = "frame", .may = MAY_READ},
        {.type = "thing", .field = "frame.tag", .may = MAY_READ_WRITE},
        {.type = "thing", .field = "frame", .may = MAY_READ}};
    static const struct typing_grant bounded = {
        .type = "thing", .may = MAY_READ_WRITE, .shape = {.kind = SHAPE_NUMBER, .max = 3}};
    static const struct typing_grant written = {.type = "thing", .field = "next", .may = MAY_WRITE};
    (void)state;
    expect_field(exact, 2, "frame.tag 12+4 rw number");
    expect_field(exact + 1, 2, "frame.tag 12+4 rw number");
    expect_field(&bounded, 1, "a..plain 0+36 rw number");
    expect_field(&written, 1, "next 48+8 -- closed");
}

/* The type behind a variable that points to a function. */
static uint32_t function_type(const struct types *types, const char *name) {
    uint32_t id = btf_find(&types->btf, BTF_VAR, name);
    assert_int_not_equal(id, 0);
    return btf_type(&types->btf, btf_type(&types->btf, id).type_size).type_size;
}

static void test_signatures_are_completed(void **state) {
    (void)state;
    struct typing typing;
    assert_true(typing_open(&typing, &hooks, whole(), &why));
    struct typing_scope scope = {.typing = &typing, .arena = {.hooks = &hooks}};
    struct signature s = {.parameter = {[1] = {.may = MAY_READ | LENGTH_FOLLOWS}}, .cost = 7};
    assert_true(typing_signature(&scope, &own.types, function_type(&own.types, "takes_bool"), "f",
                                 &s, &why));
    assert_int_equal(s.parameter[0].max, 1);
    assert_int_equal(s.parameter[1].kind, SHAPE_MEMORY);
    assert_int_equal(s.parameter[1].bytes, 0);
    assert_int_equal(s.parameter[2].kind, SHAPE_NUMBER);
    assert_int_equal(s.result.max, 0); /* any: only eight bits of it are the bool's */
    assert_int_equal(s.cost, 7);

    struct signature field = {.parameter = {{.kind = SHAPE_FIELD}}};
    assert_true(typing_signature(&scope, &own.types, function_type(&own.types, "takes_field"), "f",
                                 &field, &why));
    assert_int_equal(field.parameter[0].kind, SHAPE_FIELD);
    assert_ptr_equal(field.parameter[0].object, typing.kind.entry.parameter[0].object);

    static const struct signature says = {.facts = FUNCTIONAL, .cost = 5};
    struct signature caller = {
        .parameter = {{.kind = SHAPE_FUNCTION, .function = &says, .max = 9}}};
    assert_true(typing_signature(&scope, &own.types, function_type(&own.types, "calls_back"), "f",
                                 &caller, &why));
    const struct signature *called = caller.parameter[0].function;
    assert_ptr_equal(called->parameter[0].object, typing.kind.entry.parameter[0].object);
    assert_int_equal(called->parameter[1].kind, SHAPE_NUMBER);
    assert_int_equal(called->result.max, 1); /* the program's bool */
    assert_int_equal(called->facts, FUNCTIONAL);
    assert_int_equal(called->cost, 5);
    assert_int_equal(caller.parameter[0].max, 9);

    struct signature opaque = {0};
    assert_true(typing_signature(&scope, &own.types, function_type(&own.types, "takes_opaque"), "f",
                                 &opaque, &why));
    assert_int_equal(opaque.parameter[0].object->field_count, 0);
    assert_ptr_equal(opaque.parameter[1].object, typing.kind.entry.parameter[0].object);
    arena_release(&scope.arena);
    typing_close(&typing);
}

static void test_another_version_of_a_type_is_another_type(void **state) {
    (void)state;
    struct typing typing;
    assert_true(typing_open(&typing, &hooks, whole(), &why));
    struct typing_scope scope = {.typing = &typing, .arena = {.hooks = &hooks}};
    struct signature s = {0}, mine = {0};
    assert_true(typing_signature(&scope, &other.types, function_type(&other.types, "gives_nothing"),
                                 "f", &s, &why));
    assert_ptr_not_equal(s.parameter[0].object, typing.kind.entry.parameter[0].object);
    assert_int_equal(s.parameter[0].object->field_count, 0);
    assert_int_equal(s.result.kind, SHAPE_NONE);
    /* What agrees is the same, whoever describes it. */
    assert_true(typing_signature(&scope, &other.types, function_type(&other.types, "takes_opaque"),
                                 "f", &mine, &why));
    assert_ptr_equal(mine.parameter[1].object, s.parameter[0].object);
    arena_release(&scope.arena);
    typing_close(&typing);
}

/* long f(what *): the number of its type. */
static uint32_t blob_taker(struct blob *b, uint32_t what, uint32_t number) {
    uint32_t pointer = blob_type(b, "", BTF_PTR, false, 0, what);
    uint32_t id = blob_type(b, "", BTF_FUNC_PROTO, false, 1, number);
    blob_parameter(b, "p", pointer);
    return id;
}

static const struct object_type *taken(struct typing_scope *scope, const struct types *types,
                                       uint32_t function) {
    struct signature s = {0};
    if (!typing_signature(scope, types, function, "f", &s, &why))
        fail_msg("%s", why.text);
    return s.parameter[0].object;
}

/* Whoever declares a structure alone means the one of this name, and no union. */
static void test_what_is_only_declared_is_of_its_name_and_sort(void **state) {
    (void)state;
    struct typing typing;
    struct types types;
    struct report refusal;
    struct blob b = {0};
    size_t len;
    uint32_t number = blob_int(&b, "long", 8, BTF_INT_SIGNED);
    uint32_t structure = blob_taker(&b, blob_type(&b, "thing", BTF_FWD, false, 0, 0), number);
    uint32_t open_union = blob_taker(&b, blob_type(&b, "thing", BTF_FWD, true, 0, 0), number);
    uint32_t whole_union = blob_type(&b, "thing", BTF_UNION, false, 1, 8);
    blob_member(&b, "i", number, 0);
    whole_union = blob_taker(&b, whole_union, number);
    uint32_t stranger = blob_taker(&b, blob_type(&b, "thin", BTF_FWD, false, 0, 0), number);
    uint32_t unnamed[2];
    for (unsigned i = 0; i < 2; i++) {
        unnamed[i] = blob_type(&b, "", BTF_STRUCT, false, 1, 8);
        blob_member(&b, "i", number, 0);
        unnamed[i] = blob_taker(&b, unnamed[i], number);
    }
    uint8_t *section = blob_section(&b, &len);
    assert_true(types_open(&types, &hooks, (struct bytes){section, len}, &refusal));
    assert_true(typing_open(&typing, &hooks, whole(), &why));
    for (unsigned round = 0; round < 2; round++) {
        struct typing_scope scope = {.typing = &typing, .arena = {.hooks = &hooks}};
        const struct object_type *thing = typing.kind.entry.parameter[0].object;
        /* The complete union is met first, or the one that is declared. */
        const struct object_type *one = taken(&scope, &types, round ? whole_union : open_union);
        assert_ptr_not_equal(one, thing);
        assert_ptr_equal(taken(&scope, &types, round ? open_union : whole_union), one);
        assert_ptr_equal(taken(&scope, &types, structure), thing);
        assert_ptr_not_equal(taken(&scope, &types, stranger), thing);
        assert_ptr_not_equal(taken(&scope, &types, unnamed[0]), taken(&scope, &types, unnamed[1]));
        arena_release(&scope.arena);
    }
    typing_close(&typing);
    types_close(&types);
    free(section);
}

static void test_a_program_is_declared_as_its_kind(void **state) {
    (void)state;
    struct typing typing;
    struct kind kind;
    assert_true(typing_open(&typing, &hooks, whole(), &why));
    struct typing_scope scope = {.typing = &typing, .arena = {.hooks = &hooks}};
    uint32_t id = btf_find(&own.types.btf, BTF_FUNC, "program");
    assert_true(typing_program(&scope, &own.types, id, "program", &kind, &why));
    assert_false(typing_program(&scope, &own.types, 0, "program", &kind, &why));
    assert_string_equal(rule_name(why.rule), "untyped");
    id = btf_find(&other.types.btf, BTF_FUNC, "program");
    assert_false(typing_program(&scope, &other.types, id, "program", &kind, &why));
    assert_string_equal(rule_name(why.rule), "prototype");
    assert_non_null(strstr(why.text, "long int more;"));
    arena_release(&scope.arena);
    typing_close(&typing);
}

static void check_description(const struct typing_grant *grant, uint32_t count,
                              const char *prototype, const struct signature *says,
                              const char *rule) {
    struct typing typing;
    struct kind_description d = describe(grant, count, prototype);
    if (says)
        d.kind.entry = *says;
    why = (struct report){.rule = RULE_NONE};
    if (typing_open(&typing, &hooks, &d, &why))
        typing_close(&typing);
    assert_string_equal(rule_name(why.rule), rule);
}

static void test_what_contradicts_the_types_is_refused(void **state) {
    static const struct typing_grant no_type = {.type = "thin", .may = MAY_READ};
    static const struct typing_grant no_field = {.type = "thing", .field = "sideways"};
    static const struct typing_grant begins = {.type = "thing", .field = "la", .may = MAY_READ};
    static const struct typing_grant full = {.type = "full", .may = MAY_READ};
    static const struct typing_grant overfull = {.type = "overfull", .may = MAY_READ};
    static const struct typing_grant gaps = {
        .type = "gaps", .may = MAY_READ, .shape = {.kind = SHAPE_MEMORY}};
    static const struct typing_grant not_plain = {.type = "thing", .shape = {.kind = SHAPE_MEMORY}};
    static const struct typing_grant open = {.type = "thing", .field = "opaque", .may = MAY_READ};
    static const struct typing_grant owns_number = {.type = "thing", .field = "a", .may = OWNS};
    static const struct typing_grant owns_text = {.type = "thing", .field = "text", .may = OWNS};
    static const struct signature function = {.parameter = {{.kind = SHAPE_FUNCTION}}};
    static const struct signature field = {.parameter = {{.kind = SHAPE_FIELD}}};
    static const struct signature number = {.parameter = {{.kind = SHAPE_NUMBER}}};
    static const struct signature pointer = {.parameter = {{.kind = SHAPE_MEMORY, .bytes = 4}}};
    (void)state;
    check_description(NULL, 0, "entry", NULL, "none");
    check_description(&no_type, 1, "entry", NULL, "grant");
    check_description(&no_field, 1, "entry", NULL, "grant");
    check_description(&begins, 1, "entry", NULL, "grant");
    check_description(&full, 1, "entry", NULL, "none");
    check_description(&overfull, 1, "entry", NULL, "fields");
    check_description(&gaps, 1, "entry", NULL, "none");
    check_description(&not_plain, 1, "entry", NULL, "not-plain");
    check_description(&open, 1, "entry", NULL, "open-type");
    check_description(NULL, 0, "exit", NULL, "no-name");
    check_description(NULL, 0, "takes_void", NULL, "open-type");
    check_description(NULL, 0, "takes_function", NULL, "open-type");
    check_description(NULL, 0, "takes_nothing", NULL, "open-type");
    check_description(NULL, 0, "takes_wide", NULL, "parameters");
    check_description(NULL, 0, "takes_value", NULL, "parameters");
    check_description(NULL, 0, "takes_six", NULL, "parameters");
    check_description(NULL, 0, "takes_more", NULL, "parameters");
    check_description(NULL, 0, "entry", &number, "class");
    check_description(NULL, 0, "takes_bool", &pointer, "class");
    check_description(NULL, 0, "takes_opaque", &field, "class");
    check_description(NULL, 0, "takes_opaque", &function, "class");
    check_description(NULL, 0, "calls_back", NULL, "open-type");
    check_description(NULL, 0, "takes_field", NULL, "open-type");
    check_description(&owns_number, 1, "entry", NULL, "class");
    check_description(&owns_text, 1, "entry", NULL, "class");
}

static void test_memory_may_run_out_anywhere(void **state) {
    (void)state;
    size_t live = account.live;
    long n = 0;
    for (bool opened = false; !opened; n++) {
        struct typing typing;
        account.allowed = n;
        opened = typing_open(&typing, &hooks, whole(), &why);
        if (opened)
            typing_close(&typing);
        else
            assert_string_equal(rule_name(why.rule), "no-memory");
        assert_int_equal(account.live, live);
    }
    account.allowed = -1;
    assert_true(n > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_are_what_is_declared_and_granted),
        cmocka_unit_test(test_a_grant_is_of_its_own_field),
        cmocka_unit_test(test_signatures_are_completed),
        cmocka_unit_test(test_another_version_of_a_type_is_another_type),
        cmocka_unit_test(test_what_is_only_declared_is_of_its_name_and_sort),
        cmocka_unit_test(test_a_program_is_declared_as_its_kind),
        cmocka_unit_test(test_what_contradicts_the_types_is_refused),
        cmocka_unit_test(test_memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, open_sides, close_sides);
}
