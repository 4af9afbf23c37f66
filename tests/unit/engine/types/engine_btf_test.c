/* SPDX-License-Identifier: MIT */
/* engine_btf_test.c -- all kinds of types are read; damaged ones are refused by the right rule at
 * the right place. engine_btf_print_test.c prints them, engine_fingerprint_test.c compares them. */
#include "unit.h"
#include "engine/btf_print.h"
#include "engine_opened.h"
#include "engine_walk.h"

/* One type of each kind. The numbers are theirs. */
enum {
    T_INT = 1,
    T_LONG,
    T_PTR,
    T_ARRAY,
    T_STRUCT,
    T_UNION,
    T_ENUM,
    T_FWD,
    T_TYPEDEF,
    T_VOLATILE,
    T_CONST,
    T_RESTRICT,
    T_PROTO,
    T_FUNC,
    T_VAR,
    T_DATASEC,
    T_FLOAT,
    T_DECL_TAG,
    T_TYPE_TAG,
    T_ENUM64,
    T_BITS,
    T_LIST,
    T_LIST_PTR,
    T_HOLDER,
    T_COUNT = T_HOLDER
};
static uint32_t name_digit, name_words, name_long, name_odd;

static void make_all_kinds(struct blob *b) {
    static char long_name[BTF_NAME_MAX + 2];
    *b = (struct blob){0};
    blob_int(b, "int", 4, BTF_INT_SIGNED);
    blob_int(b, "unsigned long", 8, 0);
    blob_type(b, "", BTF_PTR, false, 0, T_INT);
    blob_array(b, T_INT, T_LONG, 3);
    blob_type(b, "s", BTF_STRUCT, false, 3, 32);
    blob_member(b, "a", T_INT, 0);
    blob_member(b, "p", T_PTR, 64);
    blob_member(b, "v", T_ARRAY, 128);
    blob_type(b, "u", BTF_UNION, false, 2, 8);
    blob_member(b, "i", T_INT, 0);
    blob_member(b, "l", T_LONG, 0);
    blob_type(b, "e", BTF_ENUM, true, 2, 4);
    blob_parameter(b, "A", 0);
    blob_parameter(b, "B", 0xffffffff);
    blob_type(b, "f", BTF_FWD, true, 0, 0);
    blob_type(b, "t", BTF_TYPEDEF, false, 0, T_STRUCT);
    blob_type(b, "", BTF_VOLATILE, false, 0, T_INT);
    blob_type(b, "", BTF_CONST, false, 0, T_INT);
    blob_type(b, "", BTF_RESTRICT, false, 0, T_PTR);
    blob_type(b, "", BTF_FUNC_PROTO, false, 2, T_INT);
    blob_parameter(b, "x", T_LIST_PTR);
    blob_parameter(b, "", 0);
    blob_type(b, "fn", BTF_FUNC, false, BTF_LINKAGE_GLOBAL, T_PROTO);
    blob_type(b, "var", BTF_VAR, false, 0, T_INT);
    blob_word(b, BTF_LINKAGE_EXTERN);
    blob_type(b, ".data", BTF_DATASEC, false, 1, 4);
    blob_member(b, "", T_VAR, 4); /* three words, of another meaning: type, offset, size */
    put(b->types + b->len - 12, 4, T_VAR);
    put(b->types + b->len - 8, 4, 0);
    blob_type(b, "double", BTF_FLOAT, false, 0, 8);
    blob_type(b, "tag of a declaration", BTF_DECL_TAG, false, 0, T_STRUCT);
    blob_word(b, 0xffffffff);
    blob_type(b, "user", BTF_TYPE_TAG, false, 0, T_INT);
    blob_type(b, "big", BTF_ENUM64, true, 1, 8);
    blob_member(b, "C", 5, 1); /* name, low and high half */
    blob_type(b, "bits", BTF_STRUCT, true, 3, 8);
    blob_member(b, "x", T_INT, 3u << 24);
    blob_member(b, "y", T_ENUM, 5u << 24 | 3);
    blob_member(b, "z", T_INT, 32);
    blob_type(b, "list", BTF_STRUCT, false, 1, 8);
    blob_member(b, "next", T_LIST_PTR, 0);
    blob_type(b, "", BTF_PTR, false, 0, T_LIST);
    blob_type(b, "holder", BTF_STRUCT, false, 1, 32);
    blob_member(b, "t", T_TYPEDEF, 0);
    name_digit = blob_name(b, "9lives");
    name_words = blob_name(b, "two words");
    name_odd = blob_name(b, "tab\tbed");
    memset(long_name, 'n', sizeof long_name - 1);
    name_long = blob_name(b, long_name);
}

static void reads_every_kind(void **state) {
    struct blob b;
    struct opened o;
    size_t len;
    char text[256];
    (void)state;
    make_all_kinds(&b);
    uint8_t *section = blob_section(&b, &len);
    assert_true(open_section(&o, section, len));
    const struct btf *btf = &o.btf;
    assert_int_equal(btf->count, T_COUNT);
    bool present[BTF_KIND_COUNT] = {true};
    for (uint32_t id = 1; id <= T_COUNT; id++)
        present[btf_type(btf, id).kind] = true;
    for (unsigned kind = 0; kind < BTF_KIND_COUNT; kind++)
        assert_true(present[kind]);

    static const struct {
        uint32_t id;
        const char *text;
    } printed[] = {
        {T_PTR, "int *"},
        {T_ARRAY, "int[3]"},
        {T_STRUCT, "struct s {\n    int a;\n    int *p;\n    int v[3];\n};\n"},
        {T_UNION, "union u {\n    int i;\n    unsigned long l;\n};\n"},
        {T_ENUM, "enum e {\n    A = 0,\n    B = -1,\n};\n"},
        {T_FWD, "union f;\n"},
        {T_TYPEDEF, "typedef struct s t;\n"},
        {T_VOLATILE, "volatile int"},
        {T_CONST, "const int"},
        {T_RESTRICT, "int * restrict"},
        {T_PROTO, "int(struct list *x, ...)"},
        {T_FUNC, "int fn(struct list *x, ...);\n"},
        {T_VAR, "extern int var;\n"},
        {T_DATASEC, ".data"},
        {T_FLOAT, "double"},
        {T_TYPE_TAG, "int"},
        {T_ENUM64, "enum big {\n    C = 4294967301,\n};\n"},
        {T_BITS, "struct bits {\n    int x : 3;\n    enum e y : 5;\n    int z;\n};\n"},
        {T_LIST, "struct list {\n    struct list *next;\n};\n"},
    };
    for (size_t i = 0; i < sizeof printed / sizeof *printed; i++) {
        assert_true(btf_print_definition(btf, printed[i].id, text, sizeof text));
        assert_string_equal(text, printed[i].text);
    }
    assert_true(btf_print_declaration(btf, T_PROTO, "f", text, sizeof text));
    assert_string_equal(text, "int f(struct list *x, ...)");

    assert_int_equal(btf->size[T_STRUCT], 32);
    assert_int_equal(btf->size[T_ARRAY], 12);
    assert_int_equal(btf->size[T_TYPEDEF], 32);
    assert_int_equal(btf->size[T_FWD], BTF_NO_SIZE);
    assert_int_equal(btf->size[0], BTF_NO_SIZE);
    assert_int_equal(btf->align[T_HOLDER], 8);
    assert_int_equal(btf_find(btf, BTF_STRUCT, "list"), T_LIST);
    assert_int_equal(btf_find(btf, BTF_UNION, "list"), 0);
    assert_int_equal(btf_find(btf, BTF_STRUCT, "zebra"), 0);
    struct btf_type variable = btf_type(btf, T_VAR), section_type = btf_type(btf, T_DATASEC);
    assert_int_equal(btf_linkage(btf, &variable), BTF_LINKAGE_EXTERN);
    assert_int_equal(btf_variable(btf, &section_type, 0).size, 4);
    close_section(&o);
}

/* An integer narrower than its bytes is how bitfields were once described. */
static void reads_bitfields_of_the_first_generation(void **state) {
    struct blob b = {0};
    struct opened o;
    size_t len;
    (void)state;
    blob_type(&b, "int", BTF_INT, false, 0, 4);
    blob_word(&b, 4u << 16 | 3);
    blob_type(&b, "s", BTF_STRUCT, false, 1, 4);
    blob_member(&b, "x", 1, 8);
    uint8_t *section = blob_section(&b, &len);
    assert_true(open_section(&o, section, len));
    struct btf_type type = btf_type(&o.btf, 2);
    struct btf_member m = btf_member(&o.btf, &type, 0);
    assert_int_equal(m.bits, 3);
    assert_int_equal(m.bit_offset, 12);
    close_section(&o);
}

struct attack {
    uint32_t id, field; /* id 0: field counts from the start of the section */
    uint64_t width;
    uint64_t value;
    enum rule rule;
    uint32_t said_id, said_field; /* where the refusal points; 0, 0 for the same place */
};
#define RULE(name) OBJECT_RULE_TYPE_##name
enum { NAME, INFO = 4, SIZE = 8, PART = 12 };
#define INFO_OF(kind, flag, len) ((uint64_t)(flag) << 31 | (uint64_t)BTF_##kind << 24 | (len))

static void refuses_each_damage_by_its_rule_and_place(void **state) {
    struct blob b;
    bool seen[OBJECT_RULE_COUNT] = {false};
    (void)state;
    make_all_kinds(&b);
    const struct attack attacks[] = {
        {0, 0, 1, 0, RULE(HEADER), 0, 0},
        {0, 2, 1, 2, RULE(HEADER), 0, 0},
        {0, 3, 1, 1, RULE(HEADER), 0, 2},
        {0, 4, 4, 20, RULE(HEADER), 0, 0},
        {0, 4, 4, 26, RULE(HEADER), 0, 0},
        {0, 4, 4, 1u << 30, RULE(HEADER), 0, 0},
        {0, 8, 4, 2, RULE(HEADER), 0, 0},
        {0, 8, 4, 0xfffffff0, RULE(HEADER), 0, 0},
        {0, 12, 4, 0xffffffff, RULE(HEADER), 0, 8},
        {0, 16, 4, 0xfffffff0, RULE(HEADER), 0, 0},
        {0, 20, 4, 0xffffffff, RULE(HEADER), 0, 16},
        {0, 16, 4, b.len - 4, RULE(HEADER), 0, 0},
        {0, 12, 4, b.len + 4, RULE(HEADER), 0, 16},
        {0, BLOB_HEADER + b.len, 1, 'x', RULE(STRINGS), 0, 0},
        {0, BLOB_HEADER + b.len + b.strings_len - 1, 1, 'x', RULE(STRINGS), 0, BLOB_HEADER + b.len},
        {0, 20, 4, 0, RULE(STRINGS), 0, BLOB_HEADER + b.len},
        {0, 12, 4, b.len - 4, RULE(CUT), T_HOLDER, 0},
        {0, 12, 4, b.len - 16, RULE(CUT), T_HOLDER, 0},
        {T_HOLDER, INFO, 4, INFO_OF(STRUCT, 0, 2), RULE(CUT), T_HOLDER, 0},
        {T_INT, INFO, 4, INFO_OF(VOID, 0, 0), RULE(KIND), 0, 0},
        {T_INT, INFO, 4, 20u << 24, RULE(KIND), 0, 0},
        {T_INT, INFO, 4, 31u << 24, RULE(KIND), 0, 0},
        {T_INT, INFO + 2, 1, 1, RULE(RESERVED), T_INT, INFO},
        {T_INT, INFO + 3, 1, 0x41, RULE(RESERVED), T_INT, INFO},
        {T_INT, INFO, 4, INFO_OF(INT, 1, 0), RULE(RESERVED), 0, 0},
        {T_INT, INFO, 4, INFO_OF(INT, 0, 1), RULE(RESERVED), 0, 0},
        {T_FUNC, INFO, 4, INFO_OF(FUNC, 0, 3), RULE(RESERVED), 0, 0},
        {T_VAR, PART, 4, 3, RULE(RESERVED), 0, 0},
        {T_INT, PART + 1, 1, 1, RULE(RESERVED), T_INT, PART},
        {T_INT, PART + 3, 1, 0x11, RULE(RESERVED), T_INT, PART},
        {T_INT, NAME, 4, 0, RULE(NAME), 0, 0},
        {T_INT, NAME, 4, b.strings_len, RULE(NAME), 0, 0},
        {T_PTR, NAME, 4, name_words, RULE(NAME), 0, 0},
        {T_STRUCT, NAME, 4, name_words, RULE(NAME), 0, 0},
        {T_STRUCT, NAME, 4, name_digit, RULE(NAME), 0, 0},
        {T_STRUCT, NAME, 4, name_long, RULE(NAME), 0, 0},
        {T_DATASEC, NAME, 4, name_odd, RULE(NAME), 0, 0},
        {T_TYPEDEF, NAME, 4, 0, RULE(NAME), 0, 0},
        {T_FWD, NAME, 4, 0, RULE(NAME), 0, 0},
        {T_STRUCT, PART, 4, name_words, RULE(NAME), 0, 0},
        {T_ENUM, PART, 4, 0, RULE(NAME), 0, 0},
        {T_PROTO, PART + 8, 4, name_long, RULE(NAME), 0, 0},
        {T_PTR, SIZE, 4, T_COUNT + 1, RULE(REFERENCE), 0, 0},
        {T_PTR, SIZE, 4, T_FUNC, RULE(REFERENCE), 0, 0},
        {T_PTR, SIZE, 4, T_VAR, RULE(REFERENCE), 0, 0},
        {T_CONST, SIZE, 4, T_DATASEC, RULE(REFERENCE), 0, 0},
        {T_FUNC, SIZE, 4, T_INT, RULE(REFERENCE), 0, 0},
        {T_VAR, SIZE, 4, T_PROTO, RULE(REFERENCE), 0, 0},
        {T_ARRAY, PART, 4, 0, RULE(REFERENCE), 0, 0},
        {T_ARRAY, PART, 4, T_FWD, RULE(REFERENCE), 0, 0},
        {T_ARRAY, PART + 4, 4, T_FUNC, RULE(REFERENCE), 0, 0},
        {T_STRUCT, PART + 4, 4, 0, RULE(REFERENCE), 0, 0},
        {T_STRUCT, PART + 4, 4, T_FUNC, RULE(REFERENCE), 0, 0},
        {T_TYPEDEF, SIZE, 4, T_PROTO, RULE(REFERENCE), T_HOLDER, PART + 4},
        {T_TYPEDEF, SIZE, 4, 0, RULE(REFERENCE), T_HOLDER, PART + 4},
        {T_TYPEDEF, SIZE, 4, T_FWD, RULE(REFERENCE), T_HOLDER, PART + 4},
        {T_PROTO, PART + 4, 4, 0, RULE(REFERENCE), 0, 0},
        {T_PROTO, PART + 4, 4, T_DECL_TAG, RULE(REFERENCE), 0, 0},
        {T_DATASEC, PART, 4, T_INT, RULE(REFERENCE), 0, 0},
        {T_DECL_TAG, SIZE, 4, T_INT, RULE(REFERENCE), 0, 0},
        {T_DECL_TAG, PART, 4, 0xfffffffe, RULE(REFERENCE), 0, 0},
        {T_INT, SIZE, 4, 3, RULE(SIZE), 0, 0},
        {T_INT, SIZE, 4, 0, RULE(SIZE), 0, 0},
        {T_INT, SIZE, 4, 32, RULE(SIZE), 0, 0},
        {T_INT, PART, 1, 0, RULE(SIZE), 0, 0},
        {T_INT, PART, 1, 33, RULE(SIZE), 0, 0},
        {T_INT, PART + 2, 1, 1, RULE(SIZE), T_INT, PART},
        {T_ENUM, SIZE, 4, 3, RULE(SIZE), 0, 0},
        {T_ENUM64, SIZE, 4, 16, RULE(SIZE), 0, 0},
        {T_FLOAT, SIZE, 4, 5, RULE(SIZE), 0, 0},
        {T_ARRAY, PART + 8, 4, 0x40000000, RULE(SIZE), 0, 0},
        {T_STRUCT, SIZE, 4, 0xffffffff, RULE(SIZE), 0, 0},
        {T_BITS, PART + 11, 1, 33, RULE(SIZE), T_BITS, PART + 8},
        {T_BITS, PART + 4, 4, T_PTR, RULE(SIZE), T_BITS, PART + 8},
        {T_STRUCT, SIZE, 4, 27, RULE(MEMBER), T_STRUCT, PART + 32},
        {T_STRUCT, PART + 20, 4, 24, RULE(MEMBER), 0, 0},
        {T_STRUCT, PART + 20, 4, 68, RULE(MEMBER), 0, 0},
        {T_STRUCT, PART + 8, 4, 0xfffffff8, RULE(MEMBER), 0, 0},
        {T_UNION, SIZE, 4, 7, RULE(MEMBER), T_UNION, PART + 20},
        {T_BITS, PART + 20, 1, 2, RULE(MEMBER), 0, 0},
        {T_BITS, PART + 32, 1, 33, RULE(MEMBER), 0, 0},
        {T_TYPEDEF, SIZE, 4, T_TYPEDEF, RULE(CYCLE), T_TYPEDEF, 0},
        {T_TYPEDEF, SIZE, 4, T_HOLDER, RULE(CYCLE), T_TYPEDEF, 0},
        {T_ARRAY, PART, 4, T_STRUCT, RULE(CYCLE), T_ARRAY, 0},
        {T_PTR, SIZE, 4, T_RESTRICT, RULE(CYCLE), T_PTR, 0},
        {T_STRUCT, PART + 4, 4, T_TYPEDEF, RULE(CYCLE), T_STRUCT, 0},
        {T_LIST, NAME, 4, 0, RULE(CYCLE), T_LIST_PTR, 0},
    };
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        const struct attack *a = &attacks[i];
        struct opened o;
        size_t len;
        uint8_t *section = blob_section(&b, &len);
        put(section + (a->id ? BLOB_HEADER + b.at[a->id] : 0) + a->field, (unsigned)a->width,
            a->value);
        assert_false(open_section(&o, section, len));
        if (o.why.rule != a->rule)
            fail_msg("attack %zu: %s at 0x%llx, not %s", i, rule_name(o.why.rule),
                     (unsigned long long)o.why.offset, rule_name(a->rule));
        bool same = !a->said_id && !a->said_field;
        uint32_t id = same ? a->id : a->said_id, field = same ? a->field : a->said_field;
        if (o.why.offset != (id ? BLOB_HEADER + b.at[id] : 0) + field)
            fail_msg("attack %zu: %s at 0x%llx", i, rule_name(o.why.rule),
                     (unsigned long long)o.why.offset);
        assert_true(report_is_at(&o.why, ".BTF"));
        seen[a->rule] = true;
        close_section(&o);
    }
    seen[RULE(COUNT)] = seen[RULE(DEPTH)] = true; /* tests of their own */
    for (int rule = RULE(HEADER); rule <= RULE(DEPTH); rule++)
        if (!seen[rule])
            fail_msg("no attack breaks %s", rule_name(rule));
}

/* Every byte at both places of a name of two, for the three sorts of names that there are. */
static void names_are_of_their_letters(void **state) {
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$"
#define DIGITS  "0123456789"
    static const char any[] = LETTERS DIGITS " !\"#%&'()*+,-./:;<=>?@[\\]^`{|}~";
    static const struct {
        uint32_t type;
        const char *first, *second;
    } sorts[] = {
        {1, LETTERS, LETTERS DIGITS ". "}, /* int */
        {2, LETTERS, LETTERS DIGITS "."},  /* struct */
        {3, any, any},                     /* tag of a declaration */
    };
    (void)state;
    for (unsigned i = 0; i < 3 * 2 * 255; i++) {
        unsigned sort = i % 3, place = i / 3 % 2, byte = i / 6 + 1;
        struct blob b = {0};
        struct opened o;
        size_t len;
        blob_int(&b, "aa", 4, BTF_INT_SIGNED);
        blob_type(&b, "bb", BTF_STRUCT, false, 0, 0);
        blob_type(&b, "cc", BTF_DECL_TAG, false, 0, 2);
        blob_word(&b, 0xffffffff);
        uint8_t *section = blob_section(&b, &len);
        section[BLOB_HEADER + b.len + 1 + 3 * sort + place] = (uint8_t)byte;
        bool fits = open_section(&o, section, len);
        if (fits != !!strchr(place ? sorts[sort].second : sorts[sort].first, (int)byte))
            fail_msg("byte %u at %u of a name of type %u", byte, place, sorts[sort].type);
        if (!fits) {
            assert_int_equal(o.why.rule, RULE(NAME));
            assert_int_equal(o.why.offset, BLOB_HEADER + b.at[sorts[sort].type]);
        }
        close_section(&o);
    }
}

static void accepts_the_greatest_depth_and_refuses_one_more(void **state) {
    (void)state;
    for (unsigned backwards = 0; backwards < 2; backwards++)
        for (uint32_t depth = BTF_HEIGHT_MAX; depth <= BTF_HEIGHT_MAX + 1; depth++) {
            struct blob b = {0};
            struct opened o;
            size_t len;
            /* Type 1 is the outermost pointer, or the innermost. */
            for (uint32_t i = 1; i <= depth; i++)
                blob_type(&b, "", BTF_PTR, false, 0, backwards ? i - 1 : i == depth ? 0 : i + 1);
            uint8_t *section = blob_section(&b, &len);
            bool fits = open_section(&o, section, len);
            assert_int_equal(fits, depth == BTF_HEIGHT_MAX);
            if (!fits)
                assert_int_equal(o.why.rule, RULE(DEPTH));
            else
                walk_types(&o.btf, &o.hooks);
            close_section(&o);
        }
}

static void accepts_many_types_but_not_any_number(void **state) {
    (void)state;
    for (uint32_t count = BTF_TYPES_MAX; count <= BTF_TYPES_MAX + 1; count++) {
        struct opened o;
        size_t len = BLOB_HEADER + 12 * (size_t)count + 1;
        uint8_t *section = calloc(1, len);
        put(section, 4, 0x1eb9f);
        put(section + 4, 4, BLOB_HEADER);
        put(section + 12, 4, 12 * count);
        put(section + 16, 4, 12 * count);
        put(section + 20, 4, 1);
        for (uint32_t i = 0; i < count; i++)
            put(section + BLOB_HEADER + 12 * (size_t)i + 4, 4, BTF_PTR << 24);
        bool fits = open_section(&o, section, len);
        assert_int_equal(fits, count == BTF_TYPES_MAX);
        if (!fits)
            assert_int_equal(o.why.rule, RULE(COUNT));
        close_section(&o);
    }
}

/* A typedef may name a type without a size, but an array may not be of it. */
static void refuses_an_array_of_what_has_no_size(void **state) {
    struct blob b = {0};
    struct opened o;
    size_t len;
    (void)state;
    blob_int(&b, "int", 4, 1);
    blob_type(&b, "f", BTF_FWD, false, 0, 0);
    blob_type(&b, "t", BTF_TYPEDEF, false, 0, 2);
    uint32_t array = blob_array(&b, 3, 1, 2);
    uint8_t *section = blob_section(&b, &len);
    assert_false(open_section(&o, section, len));
    assert_int_equal(o.why.rule, RULE(REFERENCE));
    assert_int_equal(o.why.offset, BLOB_HEADER + b.at[array] + PART);
    close_section(&o);
}

static void refuses_a_section_beyond_the_limit(void **state) {
    struct opened o;
    (void)state;
    assert_false(open_section(&o, calloc(1, BTF_BYTES_MAX + 1), BTF_BYTES_MAX + 1));
    assert_int_equal(o.why.rule, RULE(COUNT));
    close_section(&o);
}

static void gives_all_memory_back_whichever_allocation_fails(void **state) {
    struct blob b;
    (void)state;
    make_all_kinds(&b);
    for (long n = 0;; n++) {
        struct opened o = {0};
        size_t len;
        uint8_t *section = blob_section(&b, &len);
        o.hooks = account_hooks(&o.account);
        o.account.allowed = n;
        o.arena.hooks = &o.hooks;
        o.section = section;
        bool fits = btf_open(&o.btf, &o.arena, (struct bytes){section, len}, &o.why);
        if (!fits)
            assert_int_equal(o.why.rule, RULE_NO_MEMORY);
        close_section(&o);
        if (fits)
            break;
    }
}

static void survives_every_byte_changed_and_every_cut(void **state) {
    struct blob b;
    size_t len;
    (void)state;
    make_all_kinds(&b);
    uint8_t *good = blob_section(&b, &len);
    for (size_t i = 0; i < len; i++)
        for (unsigned change = 0; change < 10; change++) {
            struct opened o;
            size_t n = change == 9 ? i : len;
            uint8_t *copy = malloc(n ? n : 1);
            memcpy(copy, good, n);
            if (change < 9)
                copy[i] ^= change < 8 ? (uint8_t)(1u << change) : 0xff;
            if (open_section(&o, copy, n))
                walk_types(&o.btf, &o.hooks);
            else
                assert_int_not_equal(o.why.rule, RULE_NONE);
            close_section(&o);
        }
    free(good);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_kind),
        cmocka_unit_test(reads_bitfields_of_the_first_generation),
        cmocka_unit_test(refuses_each_damage_by_its_rule_and_place),
        cmocka_unit_test(names_are_of_their_letters),
        cmocka_unit_test(accepts_the_greatest_depth_and_refuses_one_more),
        cmocka_unit_test(accepts_many_types_but_not_any_number),
        cmocka_unit_test(refuses_an_array_of_what_has_no_size),
        cmocka_unit_test(refuses_a_section_beyond_the_limit),
        cmocka_unit_test(gives_all_memory_back_whichever_allocation_fails),
        cmocka_unit_test(survives_every_byte_changed_and_every_cut),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("engine btf", tests, NULL, NULL);
}
