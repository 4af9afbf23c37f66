/* SPDX-License-Identifier: MIT */
/* engine_fingerprint_test.c -- types are the same exactly when they should be: over compilers and
 * levels, over every single aspect of a type, and through any number of references. */
#include "unit.h"

#include <openssl/sha.h>

#include "engine/link/fingerprint.h"
#include "engine_made.h"
#include "lib/sha256.h"

/* A section of types, opened and fingerprinted. */
struct side {
    struct account account;
    struct hooks hooks;
    struct arena arena;
    uint8_t *section;
    struct btf btf;
    const struct fingerprint *all;
};

static void open_side(struct side *s, struct blob *b) {
    struct report why;
    size_t len;
    s->hooks = account_hooks(&s->account);
    s->arena = (struct arena){.hooks = &s->hooks};
    s->section = blob_section(b, &len);
    if (!btf_open(&s->btf, &s->arena, (struct bytes){s->section, len}, &why))
        fail_msg("%s at %llu", rule_name(why.rule), (unsigned long long)why.offset);
    s->all = fingerprint_all(&s->btf, &s->arena);
    assert_non_null(s->all);
}

static void close_side(struct side *s) {
    arena_release(&s->arena);
    assert_int_equal(s->account.live, 0);
    free(s->section);
}

static enum agreement agree(struct side *x, uint32_t in_x, struct side *y, uint32_t in_y) {
    struct typed a = {&x->btf, x->all, in_x}, b = {&y->btf, y->all, in_y};
    enum agreement one = types_agree(&a, &b, &x->hooks);
    a.type = in_x, b.type = in_y;
    assert_int_equal(types_agree(&b, &a, &y->hooks), one);
    return one;
}

static void hashes_as_the_standard_says(void **state) {
    uint8_t bytes[300], ours[SHA256_BYTES], theirs[SHA256_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37 + i / 7);
    for (size_t len = 0; len < sizeof bytes; len++)
        for (size_t cut = 0; cut <= len; cut += 1 + len / 5) {
            struct sha256 s;
            sha256_start(&s);
            sha256_update(&s, bytes, cut);
            sha256_update(&s, bytes + cut, len - cut);
            sha256_finish(&s, ours);
            SHA256(bytes, len, theirs);
            assert_memory_equal(ours, theirs, sizeof ours);
        }
}

/* What both compilers made of types.bpf.c. */

static bool is_comparable(struct btf_type t) {
    static const uint32_t kinds = 1u << BTF_STRUCT | 1u << BTF_UNION | 1u << BTF_ENUM |
                                  1u << BTF_TYPEDEF | 1u << BTF_FUNC | 1u << BTF_VAR |
                                  1u << BTF_FWD;
    return *t.name && kinds >> t.kind & 1;
}

/* How many named types x and y share; all of them must agree. */
static unsigned compare_objects(const struct object *x, const struct object *y,
                                const struct hooks *hooks, const char *way) {
    struct arena arena = {.hooks = hooks};
    const struct fingerprint *in_x = fingerprint_all(&x->btf, &arena),
                             *in_y = fingerprint_all(&y->btf, &arena);
    unsigned shared = 0;
    for (uint32_t id = 1; id <= x->btf.count; id++) {
        struct btf_type t = btf_type(&x->btf, id);
        uint32_t other = is_comparable(t) ? btf_find(&y->btf, t.kind, t.name) : 0;
        if (!other)
            continue;
        struct typed a = {&x->btf, in_x, id}, b = {&y->btf, in_y, other};
        if (!fingerprint_equal(&in_x[id], &in_y[other]) || types_agree(&a, &b, hooks) != AGREE)
            fail_msg("%s of clang-O2 and %s differ", t.name, way);
        shared++;
    }
    arena_release(&arena);
    return shared;
}

static void compilers_and_levels_agree(void **state) {
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct report why;
    struct object x, y;
    size_t len_x, len_y;
    (void)state;
    uint8_t *file_x = read_compiled("types", "clang-O2", &len_x);
    assert_true(object_open(&x, &hooks, file_x, len_x, &why));
    for (unsigned w = 0; w < COMPILED_WAYS; w++) {
        uint8_t *file_y = read_compiled("types", compiled_way[w], &len_y);
        assert_true(object_open(&y, &hooks, file_y, len_y, &why));
        unsigned shared = compare_objects(&x, &y, &hooks, compiled_way[w]);
        assert_true(shared >= (w == 0 ? 18 : 20)); /* clang-O0 does not describe extern functions */
        object_close(&y);
        free(file_y);
    }
    object_close(&x);
    free(file_x);
    assert_int_equal(account.live, 0);
}

/* One type that has a bit of everything; each aspect changes one thing about it. */

/* clang-format off */
#define DIFFERENT(X) \
    X(TAG) X(IS_UNION) X(SIZE) X(MEMBER_NAME) X(MEMBER_OFFSET) X(MEMBER_MISSING) X(MEMBER_SIGNED) \
    X(MEMBER_BOOL) X(MEMBER_WIDTH) X(MEMBER_FLOAT) X(MEMBER_HALF) X(BITFIELD_WIDTH) X(BITFIELD_OFFSET) \
    X(BITFIELD_NONE) X(ARRAY_ELEMENT) X(ARRAY_COUNT) X(ARRAY_CONST) X(POINTER_TWICE) X(POINTEE_CONST) \
    X(POINTEE_VOLATILE) X(POINTEE_TAG) X(POINTEE_UNION) X(POINTEE_VOID) X(MEMBER_CONST) \
    X(ENUM_TAG) X(ENUM_VALUE) X(ENUM_NAME) X(ENUM_MORE) X(ENUM_SIZE) X(RESULT) X(PARAMETER) \
    X(PARAMETER_MORE) X(PARAMETERS_OPEN) X(PARAMETER_POINTEE) X(NESTED_NAME)
#define SAME(X) \
    X(NOTHING) X(NUMBERS) X(INTEGER_NAME) X(INTEGER_CHAR) X(TYPEDEF) X(RESTRICT) X(PARAMETER_NAME) \
    X(PARAMETER_CONST) X(RESULT_CONST) X(TYPE_TAG) X(CONST_BEFORE_ARRAY) X(QUALIFIERS_SWAPPED) \
    X(POINTEE_DECLARED) X(ENUM_FLAG) X(DIMENSIONS) X(TWICE)
/* clang-format on */
enum aspect {
#define X(name) A_##name,
    SAME(X) A_FIRST_DIFFERENT,
    A_BEFORE_DIFFERENT = A_FIRST_DIFFERENT - 1,
    DIFFERENT(X)
#undef X
        A_COUNT
};
static const char *const aspect_name[A_COUNT] = {
#define X(name) [A_##name] = #name,
    SAME(X) DIFFERENT(X)
#undef X
};

static uint32_t make_integer(struct blob *b, enum aspect a) {
    uint32_t encoding = a == A_MEMBER_SIGNED  ? 0
                        : a == A_INTEGER_CHAR ? BTF_INT_SIGNED | BTF_INT_CHAR
                                              : BTF_INT_SIGNED;
    if (a == A_MEMBER_FLOAT || a == A_MEMBER_HALF)
        return blob_type(b, "float", BTF_FLOAT, false, 0, a == A_MEMBER_HALF ? 2 : 4);
    if (a == A_MEMBER_BOOL)
        return blob_int(b, "_Bool", 4, BTF_INT_BOOL);
    return blob_int(b, a == A_INTEGER_NAME ? "signed int" : "int", a == A_MEMBER_WIDTH ? 2 : 4,
                    encoding);
}

static uint32_t make_pointer(struct blob *b, enum aspect a) {
    uint32_t to = 0;
    if (a == A_POINTEE_DECLARED)
        to = blob_type(b, "other", BTF_FWD, false, 0, 0);
    else if (a != A_POINTEE_VOID)
        to = blob_type(b, a == A_POINTEE_TAG ? "another" : "other",
                       a == A_POINTEE_UNION ? BTF_UNION : BTF_STRUCT, false, 0, 0);
    if (a == A_POINTEE_CONST)
        to = blob_type(b, "", BTF_CONST, false, 0, to);
    if (a == A_POINTEE_VOLATILE)
        to = blob_type(b, "", BTF_VOLATILE, false, 0, to);
    to = blob_type(b, "", BTF_PTR, false, 0, to);
    return a == A_POINTER_TWICE ? blob_type(b, "", BTF_PTR, false, 0, to)
           : a == A_RESTRICT    ? blob_type(b, "", BTF_RESTRICT, false, 0, to)
                                : to;
}

static uint32_t make_enum(struct blob *b, enum aspect a) {
    uint32_t len = a == A_ENUM_MORE ? 3 : 2;
    uint32_t id = blob_type(b, a == A_ENUM_TAG ? "colour" : "color", BTF_ENUM, a == A_ENUM_FLAG,
                            len, a == A_ENUM_SIZE ? 1 : 4);
    blob_parameter(b, a == A_ENUM_NAME ? "ROT" : "RED", 0);
    blob_parameter(b, "GREEN", a == A_ENUM_VALUE ? 2 : 0xffffffff);
    if (len == 3)
        blob_parameter(b, "BLUE", 3);
    return id;
}

static uint32_t make_function(struct blob *b, enum aspect a, uint32_t integer, uint32_t pointer) {
    uint32_t first = integer, result = a == A_RESULT ? pointer : integer;
    if (a == A_PARAMETER_CONST)
        first = blob_type(b, "", BTF_CONST, false, 0, integer);
    if (a == A_RESULT_CONST)
        result = blob_type(b, "", BTF_CONST, false, 0, integer);
    if (a == A_PARAMETER_POINTEE)
        pointer =
            blob_type(b, "", BTF_PTR, false, 0, blob_type(b, "", BTF_CONST, false, 0, integer));
    uint32_t more = a == A_PARAMETER_MORE || a == A_PARAMETERS_OPEN;
    uint32_t proto = blob_type(b, "", BTF_FUNC_PROTO, false, 2 + more, result);
    blob_parameter(b, a == A_PARAMETER_NAME ? "x" : "", a == A_PARAMETER ? pointer : first);
    blob_parameter(b, "", pointer);
    if (more)
        blob_parameter(b, "", a == A_PARAMETER_MORE ? integer : 0);
    return blob_type(b, "", BTF_PTR, false, 0, proto);
}

/* const volatile int[2][3], in one of many ways. */
static uint32_t make_array(struct blob *b, enum aspect a) {
    uint32_t integer = blob_int(b, "long", 8, a == A_ARRAY_ELEMENT ? 0 : BTF_INT_SIGNED),
             index = blob_int(b, "index", 4, 0);
    bool swap = a == A_QUALIFIERS_SWAPPED;
    uint32_t element = integer;
    if (a != A_ARRAY_CONST && a != A_CONST_BEFORE_ARRAY)
        element = blob_type(b, "", swap ? BTF_VOLATILE : BTF_CONST, false, 0, element);
    element = blob_type(b, "", swap ? BTF_CONST : BTF_VOLATILE, false, 0, element);
    bool turned = a == A_DIMENSIONS;
    uint32_t inner = blob_array(b, element, index, turned ? 2 : 3);
    uint32_t outer = blob_array(b, inner, index, a == A_ARRAY_COUNT ? 4 : turned ? 3 : 2);
    return a == A_CONST_BEFORE_ARRAY ? blob_type(b, "", BTF_CONST, false, 0, outer) : outer;
}

/* The struct of which one aspect is changed; gives its number. */
static uint32_t make_aspect(struct blob *b, enum aspect a) {
    *b = (struct blob){0};
    for (unsigned i = 0; a == A_NUMBERS && i < 3; i++)
        blob_int(b, "padding", 1, 0);
    if (a == A_TWICE)
        make_pointer(b, A_NOTHING);
    uint32_t integer = make_integer(b, a), plain = blob_int(b, "int", 4, BTF_INT_SIGNED);
    uint32_t member = integer, pointer = make_pointer(b, a), color = make_enum(b, a),
             array = make_array(b, a);
    if (a == A_TYPEDEF)
        member = blob_type(b, "s32", BTF_TYPEDEF, false, 0,
                           blob_type(b, "i32", BTF_TYPEDEF, false, 0, integer));
    if (a == A_MEMBER_CONST)
        member = blob_type(b, "", BTF_CONST, false, 0, integer);
    if (a == A_TYPE_TAG)
        member = blob_type(b, "user", BTF_TYPE_TAG, false, 0, integer);
    uint32_t function = make_function(b, a, plain, pointer);
    uint32_t nested = blob_type(b, "", BTF_UNION, false, 1, 4);
    blob_member(b, a == A_NESTED_NAME ? "inner" : "within", plain, 0);
    bool is_union = a == A_IS_UNION;
    uint32_t id =
        blob_type(b, a == A_TAG ? "subjekt" : "subject", is_union ? BTF_UNION : BTF_STRUCT, true,
                  a == A_MEMBER_MISSING ? 7 : 8, a == A_SIZE ? 152 : 144);
    blob_member(b, a == A_MEMBER_NAME ? "first" : "one", member, 0);
    blob_member(b, "bits", plain,
                a == A_BITFIELD_NONE     ? 32
                : a == A_BITFIELD_WIDTH  ? 4u << 24 | 32
                : a == A_BITFIELD_OFFSET ? 3u << 24 | 33
                                         : 3u << 24 | 32);
    blob_member(b, "pointer", pointer, a == A_MEMBER_OFFSET ? 72 : 64);
    blob_member(b, "color", color, 160);
    blob_member(b, "array", array, 192);
    blob_member(b, "function", function, 1024);
    blob_member(b, "", nested, 1088);
    if (a != A_MEMBER_MISSING)
        blob_member(b, "last", plain, 1120);
    return id;
}

static void each_aspect_counts_or_does_not(void **state) {
    static struct blob b;
    struct side plain;
    (void)state;
    uint32_t id = make_aspect(&b, A_NOTHING);
    open_side(&plain, &b);
    for (enum aspect a = 0; a < A_COUNT; a++) {
        struct side changed;
        uint32_t other = make_aspect(&b, a);
        open_side(&changed, &b);
        bool same = fingerprint_equal(&plain.all[id], &changed.all[other]);
        if (same != (a < A_FIRST_DIFFERENT))
            fail_msg("%s: fingerprints are %s", aspect_name[a], same ? "equal" : "different");
        enum agreement found = agree(&plain, id, &changed, other);
        if (found != (same ? AGREE : DISAGREE))
            fail_msg("%s: agreement is %d", aspect_name[a], found);
        close_side(&changed);
    }
    close_side(&plain);
}

/* Every two aspects that differ from the plain type also differ from each other: nothing cancels
 * out. */
static void no_two_aspects_have_one_fingerprint(void **state) {
    static struct blob b;
    static struct fingerprint found[A_COUNT];
    (void)state;
    for (enum aspect a = A_FIRST_DIFFERENT; a < A_COUNT; a++) {
        struct side s;
        uint32_t id = make_aspect(&b, a);
        open_side(&s, &b);
        found[a] = s.all[id];
        for (enum aspect before = A_FIRST_DIFFERENT; before < a; before++)
            if (fingerprint_equal(&found[before], &found[a]))
                fail_msg("%s and %s", aspect_name[before], aspect_name[a]);
        close_side(&s);
    }
}

/* A function of a list of structs, each pointing to the next and back to the first; the last has a
 * member more if `odd`, or is declared only. */
enum { LINKS = 40 };
static uint32_t make_chain(struct blob *b, bool odd, bool declared) {
    *b = (struct blob){0};
    char name[16];
    blob_int(b, "int", 4, BTF_INT_SIGNED);
    uint32_t structs = 2, pointers = structs + LINKS;
    for (uint32_t i = 0; i < LINKS; i++) {
        snprintf(name, sizeof name, "link%u", i);
        bool last = i == LINKS - 1;
        if (last && declared) {
            blob_type(b, name, BTF_FWD, false, 0, 0);
            continue;
        }
        blob_type(b, name, BTF_STRUCT, false, 2, 16);
        blob_member(b, "next", pointers + (i + 1) % LINKS, 0);
        blob_member(b, last && odd ? "odd" : "even", 1, 64);
    }
    for (uint32_t i = 0; i < LINKS; i++)
        blob_type(b, "", BTF_PTR, false, 0, structs + i);
    uint32_t proto = blob_type(b, "", BTF_FUNC_PROTO, false, 1, 1);
    blob_parameter(b, "", pointers);
    return blob_type(b, "walk", BTF_FUNC, false, 0, proto);
}

static void differences_are_found_behind_references(void **state) {
    static struct blob even, odd, declared;
    struct side x, y, z;
    (void)state;
    uint32_t in_x = make_chain(&even, false, false), in_y = make_chain(&odd, true, false);
    uint32_t in_z = make_chain(&declared, false, true);
    open_side(&x, &even);
    open_side(&y, &odd);
    open_side(&z, &declared);
    assert_true(fingerprint_equal(&x.all[in_x], &y.all[in_y]));
    assert_int_equal(agree(&x, in_x, &x, in_x), AGREE);
    assert_int_equal(agree(&x, in_x, &y, in_y), DISAGREE);
    assert_int_equal(agree(&x, in_x, &z, in_z), AGREE);
    assert_int_equal(agree(&y, in_y, &z, in_z), AGREE);

    struct typed a = {&x.btf, x.all, in_x}, b = {&y.btf, y.all, in_y};
    assert_int_equal(types_agree(&a, &b, &x.hooks), DISAGREE);
    assert_string_equal(btf_type(&x.btf, a.type).name, "link39");
    assert_string_equal(btf_type(&y.btf, b.type).name, "link39");
    close_side(&x);
    close_side(&y);
    close_side(&z);
}

static void a_declaration_agrees_with_its_own_kind_only(void **state) {
    static struct blob b;
    struct side s;
    (void)state;
    b = (struct blob){0};
    uint32_t as_struct = blob_type(&b, "x", BTF_FWD, false, 0, 0),
             as_union = blob_type(&b, "x", BTF_FWD, true, 0, 0);
    uint32_t defined = blob_type(&b, "x", BTF_STRUCT, false, 0, 4),
             other = blob_type(&b, "y", BTF_STRUCT, false, 0, 4);
    uint32_t constant = blob_type(&b, "", BTF_CONST, false, 0, defined);
    uint32_t declared_other = blob_type(&b, "y", BTF_FWD, false, 0, 0);
    open_side(&s, &b);
    assert_int_equal(agree(&s, as_struct, &s, defined), AGREE);
    assert_int_equal(agree(&s, as_struct, &s, as_struct), AGREE);
    assert_int_equal(agree(&s, as_union, &s, defined), DISAGREE);
    assert_int_equal(agree(&s, as_union, &s, as_struct), DISAGREE);
    assert_int_equal(agree(&s, as_struct, &s, other), DISAGREE);
    assert_int_equal(agree(&s, as_struct, &s, declared_other), DISAGREE);
    assert_false(fingerprint_equal(&s.all[as_struct], &s.all[declared_other]));
    assert_false(fingerprint_equal(&s.all[as_struct], &s.all[as_union]));
    assert_int_equal(agree(&s, constant, &s, defined), DISAGREE);
    assert_int_equal(agree(&s, 0, &s, defined), DISAGREE);
    assert_int_equal(agree(&s, 0, &s, 0), AGREE);
    close_side(&s);
}

/* A function or variable counts as the type it has; a section of data is no type. */
static void only_types_agree(void **state) {
    static struct blob b;
    struct side s;
    (void)state;
    b = (struct blob){0};
    uint32_t integer = blob_int(&b, "int", 4, BTF_INT_SIGNED);
    uint32_t constant = blob_type(&b, "", BTF_CONST, false, 0, integer);
    uint32_t variable = blob_type(&b, "v", BTF_VAR, false, 0, constant);
    blob_word(&b, BTF_LINKAGE_GLOBAL);
    uint32_t proto = blob_type(&b, "", BTF_FUNC_PROTO, false, 0, integer);
    uint32_t function = blob_type(&b, "f", BTF_FUNC, false, BTF_LINKAGE_GLOBAL, proto);
    uint32_t section = blob_type(&b, ".data", BTF_DATASEC, false, 0, 0);
    uint32_t nothing = blob_type(&b, "nothing", BTF_TYPEDEF, false, 0, 0);
    uint32_t volatile_integer = blob_type(&b, "", BTF_VOLATILE, false, 0, integer);
    uint32_t constant_long =
        blob_type(&b, "", BTF_CONST, false, 0, blob_int(&b, "long", 8, BTF_INT_SIGNED));
    open_side(&s, &b);
    assert_int_equal(agree(&s, variable, &s, constant), AGREE);
    assert_int_equal(agree(&s, variable, &s, integer), DISAGREE);
    assert_int_equal(agree(&s, function, &s, proto), AGREE);
    assert_int_equal(agree(&s, function, &s, integer), DISAGREE);
    assert_int_equal(agree(&s, section, &s, section), DISAGREE);
    assert_int_equal(agree(&s, section, &s, 0), DISAGREE);
    assert_int_equal(agree(&s, nothing, &s, 0), AGREE);
    assert_true(fingerprint_equal(&s.all[variable], &s.all[constant]));
    assert_false(fingerprint_equal(&s.all[variable], &s.all[integer]));
    assert_false(fingerprint_equal(&s.all[variable], &s.all[volatile_integer]));
    assert_false(fingerprint_equal(&s.all[variable], &s.all[constant_long]));
    assert_true(fingerprint_equal(&s.all[function], &s.all[proto]));
    assert_false(fingerprint_equal(&s.all[function], &s.all[integer]));
    assert_true(fingerprint_equal(&s.all[nothing], &s.all[0]));
    close_side(&s);
}

/* Two structs of one tag point to each other; on the other side there is one. The walk must end. */
static void duplicates_end_in_a_verdict(void **state) {
    static struct blob once, twice;
    struct side x, y;
    (void)state;
    once = twice = (struct blob){0};
    uint32_t one = blob_type(&once, "x", BTF_STRUCT, false, 1, 8);
    blob_member(&once, "next", 2, 0);
    blob_type(&once, "", BTF_PTR, false, 0, one);
    for (uint32_t i = 0; i < 2; i++) {
        blob_type(&twice, "x", BTF_STRUCT, false, 1, 8);
        blob_member(&twice, "next", 3 + i, 0);
    }
    blob_type(&twice, "", BTF_PTR, false, 0, 2);
    blob_type(&twice, "", BTF_PTR, false, 0, 1);
    open_side(&x, &once);
    open_side(&y, &twice);
    struct typed a = {&x.btf, x.all, one}, b = {&y.btf, y.all, 1};
    enum agreement found = types_agree(&a, &b, &x.hooks);
    assert_true(found == AGREE || found == TOO_ALIKE);
    b.type = 1, a.type = one;
    assert_int_equal(types_agree(&b, &a, &x.hooks), AGREE);
    close_side(&x);
    close_side(&y);
}

static void comparing_gives_its_memory_back(void **state) {
    static struct blob b;
    struct side s;
    (void)state;
    uint32_t id = make_aspect(&b, A_NOTHING);
    open_side(&s, &b);
    size_t before = s.account.live;
    s.account.allowed = 0;
    assert_null(fingerprint_all(&s.btf, &s.arena));
    assert_null(arena_allocate(&s.arena, SIZE_MAX / 2, 3)); /* no such product */
    for (long n = 0; n < 2; n++) {
        struct typed a = {&s.btf, s.all, id}, same = a;
        s.account.allowed = n;
        assert_int_equal(types_agree(&a, &same, &s.hooks), NO_MEMORY);
        assert_int_equal(s.account.live, before);
    }
    close_side(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_as_the_standard_says),
        cmocka_unit_test(compilers_and_levels_agree),
        cmocka_unit_test(each_aspect_counts_or_does_not),
        cmocka_unit_test(no_two_aspects_have_one_fingerprint),
        cmocka_unit_test(differences_are_found_behind_references),
        cmocka_unit_test(a_declaration_agrees_with_its_own_kind_only),
        cmocka_unit_test(only_types_agree),
        cmocka_unit_test(duplicates_end_in_a_verdict),
        cmocka_unit_test(comparing_gives_its_memory_back),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("engine fingerprint", tests, NULL, NULL);
}
