/* SPDX-License-Identifier: MIT */
/* exo_xn_import_test.c -- templates go in whole and for ever, or not at all and it is said why. */
#include "xn_bodies.h"

#include "engine/native/signature.h"

#include <openssl/pem.h>

#include "exo/xn/type/shadow.h"

static struct made_body b;

static void begin_pointers(const char *object) {
    body_begin(&b, "pointers", 8, XN_BASE);
    body_windows(&b, 0, 64, 8, 8);
    body_object_add(&b, object, "clang");
}

static void refused(struct world *w, int error, const char *text) {
    size_t before = w->host.allocated;
    int result = world_import(w, &b);
    if (result != error || !strstr(w->why.text, text))
        fail_msg("%d, not %d: %s does not say %s", result, error, w->why.text, text);
    assert_int_equal(w->host.allocated, before);
}

static void functions_are_proven_by_both_compilers_and_run_both_ways(void **unused) {
    (void)unused;
    static const char *const way[] = {"clang", "gcc"};
    for (unsigned i = 0; i < 4; i++) {
        struct world *w = world_open(XN_UDF, i & 1 ? XN_COMPILED : XN_INTERPRETED, 512);
        body_begin(&b, "inode", 8, XN_BASE);
        body_windows(&b, 64, 64, 7, 8);
        body_object_add(&b, "inode", way[i / 2]);
        const struct xn_type *t = world_type(w, &b);
        assert_true(t->owns && t->acl && t->size_of && t->drop);
        assert_int_equal(t->partitions, 7);
        assert_int_equal(t->owns->reads[0][0], 0xff);
        assert_int_equal(t->acl->reads[1][0], 1); /* the owner's word only */
        uint64_t block[XN_BLOCK_BYTES / 8] = {0};
        struct xn_extent out[XN_OWNED_MAX], in[2] = {{9, 1, XN_BYTES, 0}, {20, 3, XN_BYTES, 0}};
        memcpy(&block[8 + 8 * 3 + 2], in, sizeof in);
        struct xn_site site = {t, (unsigned char *)block, 100};
        assert_int_equal(xn_owns(&w->types, &site, 2, out), 0);
        assert_int_equal(xn_owns(&w->types, &site, 3, out), 2);
        assert_memory_equal(out, in, sizeof in);
        assert_int_equal(xn_owns(&w->types, &site, 7, out), -E_INVALID);
        world_close(w);
    }
}

/* The object of the experiment metadata, signed. */
static void signed_functions_are_taken_by_their_signature(void **unused) {
    (void)unused;
    uint8_t key[SIGNATURE_KEY_BYTES];
    size_t key_bytes = sizeof key;
    FILE *f = fopen("tools/sign/keys/development.pem", "r");
    assert_non_null(f);
    EVP_PKEY *pair = PEM_read_PrivateKey(f, NULL, NULL, NULL);
    fclose(f);
    assert_int_equal(EVP_PKEY_get_raw_public_key(pair, key, &key_bytes), 1);
    EVP_PKEY_free(pair);
    struct world *w = world_open(XN_UDF, XN_COMPILED, 512);
    body_begin(&b, "pointers", 8, XN_BASE);
    body_windows(&b, 0, 64, 64, 8);
    body_file_add(&b, "build/guest/metadata/pointers_8.signed");
    refused(w, -E_INVALID, "signed objects are not taken here");
    w->types.key = key;
    const struct xn_type *t = world_type(w, &b);
    assert_true(t->owns && t->owns->entry && !t->owns->program);
    assert_int_equal(t->owns->reads[0][0], UINT64_MAX); /* all that it is handed */
    uint64_t block[XN_BLOCK_BYTES / 8] = {0};
    struct xn_extent out[XN_OWNED_MAX], in = {9, 1, XN_BYTES, 0};
    memcpy(&block[8 * 5 + 3], &in, sizeof in);
    struct xn_site site = {t, (unsigned char *)block, 100};
    assert_int_equal(xn_owns(&w->types, &site, 5, out), 1);
    assert_memory_equal(out, &in, sizeof in);
    assert_int_equal(xn_owns(&w->types, &site, 4, out), 0);
    world_close(w);
    /* A byte of it that is another one, or a key. */
    for (unsigned i = 0; i < 2; i++) {
        w = world_open(XN_UDF, XN_COMPILED, 512);
        w->types.key = key;
        key[0] ^= (uint8_t)(i == 0);
        b.byte[b.bytes - 100] ^= (uint8_t)(i == 1);
        refused(w, -E_INVALID, "signature");
        key[0] ^= (uint8_t)(i == 0);
        world_close(w);
    }
}

static void a_name_and_a_number_stand_for_one_body(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_UDF, XN_COMPILED, 512);
    begin_pointers("pointers");
    const struct xn_type *t = world_type(w, &b);
    assert_ptr_equal(world_type(w, &b), t);
    b.head.size = 4088;
    b.head.count = 7;
    refused(w, -E_EXISTS, "another body");
    b.head.number = 9;
    refused(w, -E_EXISTS, "another body");
    body_name(&b, "other");
    b.head.number = 8;
    refused(w, -E_EXISTS, "another body");
    b.head.number = 9;
    assert_int_equal(world_import(w, &b), 9);
    assert_int_equal(t->partitions, 8);
    world_close(w);
}

static void functions_that_could_harm_are_refused(void **unused) {
    (void)unused;
    static const struct {
        const char *object, *text;
    } bad[] = {
        {"not_nil", "owns: partition 1 of zeros owns"},
        {"endless", "budget"},
        {"remembers", "variable"},
        {"looks_back", "may only be written"},
        {"beyond", "bounds"},
        {"overfills", "bounds"},
        {"twice", "two of it"},
        {"tells_size", "no function owns"},
    };
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct world *w = world_open(XN_UDF, i & 1 ? XN_COMPILED : XN_INTERPRETED, 512);
        begin_pointers(bad[i].object);
        refused(w, -E_INVALID, bad[i].text);
        assert_null(w->types.type[8]);
        world_close(w);
    }
}

/* --- Bytes that are no body: field, value, and what is said. --- */

enum damage_class { OF_BASE, OF_STRUCT, OF_UNION };
#define AT(field) offsetof(struct xn_body, field), sizeof((struct xn_body *)0)->field
#define MEM(field)                                                                                 \
    sizeof(struct xn_body) + offsetof(struct xn_member, field), sizeof((struct xn_member *)0)->field
static const struct damage {
    enum damage_class class;
    size_t at, bytes;
    uint64_t value;
    const char *text;
} damages[] = {
    {OF_BASE, AT(magic), 1, "magic"},
    {OF_BASE, AT(bytes), 81, "header: bytes is 81"},
    {OF_BASE, AT(name[0]), 0, "the name"},
    {OF_BASE, AT(name[0]), ' ', "the name"},
    {OF_BASE, AT(name[14]), 'x', "the name"},
    {OF_BASE, AT(number), 7, "number is 7"},
    {OF_BASE, AT(number), 128, "number is 128"},
    {OF_BASE, AT(class), 0, "class is 0"},
    {OF_BASE, AT(class), 4, "class is 4"},
    {OF_BASE, AT(flags), 4, "flags are 0x4"},
    {OF_BASE, AT(zero), 1, "must be 0"},
    {OF_BASE, AT(members), 33, "members are 33"},
    {OF_BASE, AT(members), 1, "1 members and"},
    {OF_BASE, AT(raws), 9, "raw ranges are 9"},
    {OF_BASE, AT(raws), 1, "raw range 0"},
    {OF_BASE, AT(raw[0].bytes), 1, "raw range 0"},
    {OF_BASE, AT(size), 0, "size is 0"},
    {OF_BASE, AT(size), 4097, "size is 4097"},
    {OF_BASE, AT(size), 511, "not within 511"},
    {OF_BASE, AT(first), 4, "multiples of 8"},
    {OF_BASE, AT(stride), 60, "multiples of 8"},
    {OF_BASE, AT(stride), 0, "multiples of 8"},
    {OF_BASE, AT(stride), 72, "in two atoms of 512"},
    {OF_BASE, AT(count), 65, "not within 4096"},
    {OF_BASE, AT(count), 0, "no windows, but"},
    {OF_BASE, AT(most), 0, "up to 0 extents"},
    {OF_BASE, AT(most), 65, "up to 65 extents"},
    {OF_BASE, AT(most), 7, "bounds"}, /* the function would write an eighth */
    {OF_BASE, AT(choice), 1, "with a choice"},
    {OF_BASE, AT(width), 1, "with a choice"},
    {OF_BASE, AT(key), 8, "has no keys"},
    {OF_BASE, AT(object), 5, "bytes of an object"},
    {OF_STRUCT, AT(members), 0, "bytes of an object"},
    {OF_STRUCT, AT(count), 1, "windows of its own"},
    {OF_STRUCT, AT(width), 1, "with a choice"},
    {OF_STRUCT, MEM(at), 4, "not aligned"},
    {OF_STRUCT, MEM(at), 3592, "not within"},
    {OF_STRUCT, MEM(at), 512, "overlap"},
    {OF_STRUCT, MEM(at), 1032, "in two atoms"},
    {OF_STRUCT, MEM(type), 0, "0 is no type"},
    {OF_STRUCT, MEM(type), 128, "128 is no type"},
    {OF_STRUCT, MEM(type), 10, "no base type or struct"},
    {OF_STRUCT, MEM(type), XN_BYTES, "no base type or struct"},
    {OF_STRUCT, MEM(type), 21, "no base type or struct"}, /* a union */
    {OF_STRUCT, MEM(value), 1, "not as a struct's"},
    {OF_STRUCT, MEM(width), 4, "not as a struct's"},
    {OF_STRUCT, MEM(zero), 1, "not as a struct's"},
    {OF_UNION, AT(width), 3, "width is 3"},
    {OF_UNION, AT(width), 0, "width is 0"},
    {OF_UNION, AT(choice), 2, "is in a window"},
    {OF_UNION, AT(choice), 601, "not aligned"},
    {OF_UNION, AT(choice), 4096, "not aligned, or not within"},
    {OF_UNION, AT(size), 4000, "that of its arms"},
    {OF_UNION, MEM(value), 0, "not as a union's"},
    {OF_UNION, MEM(value), 2, "have one value"},
    {OF_UNION, MEM(value), 65536, "does not fit"},
    {OF_UNION, MEM(at), 8, "not as a union's"},
    {OF_UNION, MEM(type), 11, "no base type or struct"},
    {OF_UNION, MEM(type), 22, "are not where those"},
    {OF_UNION, MEM(type), 23, "are not where those"},
};

static void make_class(enum damage_class class) {
    if (class == OF_BASE) {
        begin_pointers("pointers");
        return;
    }
    body_begin(&b, "made", 30, class == OF_STRUCT ? XN_STRUCT : XN_UNION);
    if (class == OF_STRUCT) {
        body_member_add(&b, (struct xn_member){.type = 20, .at = 0});
        body_member_add(&b, (struct xn_member){.type = 20, .at = 512});
        return;
    }
    b.head.choice = 600;
    b.head.width = 2;
    body_member_add(&b, (struct xn_member){.type = 24, .value = 1});
    body_member_add(&b, (struct xn_member){.type = 25, .value = 2});
}

/* 20: windows in 512 bytes; 24, 25: two of 4,096 with the same windows; 21: their union; 22:
 * shorter; 23: other windows. */
static struct world *open_with_parts(void) {
    struct world *w = world_open(XN_UDF, XN_INTERPRETED, 512);
    static const struct {
        const char *name;
        unsigned number, size, count;
    } base[] = {{"small", 20, 512, 8},
                {"arm", 24, 4096, 2},
                {"arm2", 25, 4096, 2},
                {"short", 22, 512, 2},
                {"more", 23, 4096, 3}};
    for (unsigned i = 0; i < sizeof base / sizeof *base; i++) {
        begin_pointers("pointers");
        body_name(&b, base[i].name);
        b.head.number = (uint8_t)base[i].number;
        b.head.size = (uint16_t)base[i].size;
        b.head.count = (uint16_t)base[i].count;
        world_type(w, &b);
    }
    make_class(OF_UNION);
    b.head.number = 21;
    body_name(&b, "union");
    world_type(w, &b);
    return w;
}

static void what_is_no_body_is_refused_and_it_is_said_where(void **unused) {
    (void)unused;
    for (unsigned i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct world *w = open_with_parts();
        const struct damage *d = &damages[i];
        make_class(d->class);
        assert_int_equal(world_import(w, &b), b.head.number);
        b.head.number++; /* once more, damaged */
        b.head.name[0] = 'x';
        memcpy(b.byte + d->at, &d->value, d->bytes);
        refused(w, -E_INVALID, d->text);
        world_close(w);
    }
}

static void a_body_cut_anywhere_is_refused(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_UDF, XN_INTERPRETED, 512);
    begin_pointers("pointers");
    size_t whole = b.bytes;
    for (b.bytes = 0; b.bytes < whole; b.bytes += b.bytes < 100 ? 1 : 97)
        refused(w, -E_INVALID, "template:");
    for (b.bytes = 80; b.bytes < whole; b.bytes += 97) {
        b.head.bytes = (uint32_t)b.bytes;
        b.head.object = (uint32_t)(b.bytes - sizeof b.head);
        assert_true(world_import(w, &b) < 0);
    }
    world_close(w);
}

static void bytes_written_without_asking_tell_nothing(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_UDF, XN_COMPILED, 512);
    body_begin(&b, "counted", 8, XN_BASE);
    body_windows(&b, 0, 64, 8, 8);
    body_object_add(&b, "counted", "clang");
    b.head.raws = 1;
    b.head.raw[0] = (struct xn_range){3, 10};
    refused(w, -E_INVALID, "raw range 0: byte 3 tells what is owned");
    b.head.raw[0] = (struct xn_range){64 + 50, 7};
    refused(w, -E_INVALID, "raw range 0: byte 120 tells what is owned");
    b.head.raw[0] = (struct xn_range){64 + 4, 52}; /* between what is read */
    world_type(w, &b);
    body_begin(&b, "inode", 9, XN_BASE);
    body_windows(&b, 64, 64, 7, 8);
    body_object_add(&b, "inode", "gcc");
    b.head.raws = 1;
    b.head.raw[0] = (struct xn_range){9, 30};
    refused(w, -E_INVALID, "byte 9 tells the size");
    b.head.raw[0] = (struct xn_range){10, 30};
    world_type(w, &b);
    world_close(w);
}

static void structs_are_flattened(void **unused) {
    (void)unused;
    struct world *w = open_with_parts();
    make_class(OF_STRUCT);
    world_type(w, &b);
    body_begin(&b, "nested", 31, XN_STRUCT);
    body_member_add(&b, (struct xn_member){.type = 20, .at = 3072});
    body_member_add(&b, (struct xn_member){.type = 22, .at = 1024});
    const struct xn_type *t = world_type(w, &b);
    assert_int_equal(t->partitions, 10);
    uint64_t block[XN_BLOCK_BYTES / 8] = {0};
    struct xn_site site = {t, (unsigned char *)block, 100};
    struct xn_extent out[XN_OWNED_MAX], in = {9, 1, XN_BYTES, 0};
    memcpy(&block[(1024 + 64) / 8], &in, sizeof in);
    assert_int_equal(xn_owns(&w->types, &site, 9, out), 1);
    assert_memory_equal(out, &in, sizeof in);
    for (unsigned i = 0; i < 9; i++)
        assert_int_equal(xn_owns(&w->types, &site, i, out), 0);
    world_close(w);
}

/* Each allocation fails once: said so, and nothing is left. */
static void want_of_memory_leaves_nothing(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_UDF, XN_COMPILED, 512);
    begin_pointers("inode");
    b.head.first = 64;
    b.head.count = 7;
    size_t before = w->host.allocated;
    int result = -E_NO_MEMORY;
    for (size_t room = 0; result == -E_NO_MEMORY; room += 512) {
        w->host.limit = before + room;
        result = world_import(w, &b);
        if (result < 0) {
            assert_int_equal(result, -E_NO_MEMORY);
            assert_int_equal(w->host.allocated, before);
        }
    }
    assert_int_equal(result, 8);
    world_close(w);
}

static void a_block_is_asked_in_a_bounded_time(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_UDF, XN_COMPILED, 512);
    body_begin(&b, "full", 8, XN_BASE);
    body_windows(&b, 0, 512, 8, 64);
    body_object_add(&b, "sixty_four", "clang");
    const struct xn_type *t = world_type(w, &b);
    assert_in_range(t->owns->cost, 64, 1000);
    body_begin(&b, "bytewise", 9, XN_BASE);
    body_windows(&b, 0, 8, 512, 1);
    body_object_add(&b, "bytewise", "clang");
    refused(w, -E_INVALID, "more than 8000");
    b.head.count = 64;
    world_type(w, &b);
    world_close(w);
}

static void an_import_given_up_leaves_nothing(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_UDF, XN_COMPILED, 512);
    begin_pointers("pointers");
    size_t before = w->host.allocated;
    int result = -E_AGAIN;
    for (unsigned steps = 0; result == -E_AGAIN; steps++) {
        xn_import_begin(&w->importing, &w->types, b.byte, b.bytes, &w->why);
        for (unsigned i = 0; i < steps && result == -E_AGAIN; i++)
            result = xn_import_go(&w->importing, 20);
        if (result != -E_AGAIN)
            break;
        xn_import_give_up(&w->importing);
        assert_int_equal(w->host.allocated, before);
    }
    assert_int_equal(result, 8);
    world_close(w);
}

/* Changes are made between two steps: the shadow that partitions are tried on is theirs, too. And
 * another import may have taken the number. */
static void what_happens_between_two_steps_does_not_help(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_UDF, XN_COMPILED, 512);
    begin_pointers("not_nil");
    int result = -E_AGAIN;
    xn_import_begin(&w->importing, &w->types, b.byte, b.bytes, &w->why);
    while (result == -E_AGAIN) {
        memset(w->types.shadow, 0xff, sizeof *w->types.shadow);
        result = xn_import_go(&w->importing, 1);
    }
    assert_int_equal(result, -E_INVALID);
    static struct xn_importing other;
    begin_pointers("pointers");
    xn_import_begin(&other, &w->types, b.byte, b.bytes, &w->why);
    const struct xn_type *t = world_type(w, &b);
    while ((result = xn_import_go(&other, 1)) == -E_AGAIN)
        continue;
    assert_int_equal(result, -E_EXISTS);
    assert_ptr_equal(w->types.type[8], t);
    world_close(w);
}

static void each_design_has_its_own(void **unused) {
    (void)unused;
    struct world *w = world_open(XN_TEMPLATE, XN_INTERPRETED, 512);
    begin_pointers("pointers");
    refused(w, -E_INVALID, "has no functions");
    body_begin(&b, "fields", 8, XN_BASE);
    body_windows(&b, 0, 64, 8, 8);
    refused(w, -E_INVALID, "without fields");
    body_member_add(&b, (struct xn_member){.at = 0, .width = 8, .count = 7, .type = XN_BYTES});
    body_member_add(&b, (struct xn_member){.at = 52, .width = 4, .count = 1, .type = XN_BYTES});
    refused(w, -E_INVALID, "members 0 and 1 overlap");
    ((struct xn_member *)(b.byte + sizeof b.head))[1].at = 60;
    b.head.most = 7;
    refused(w, -E_INVALID, "has 8 fields");
    b.head.most = 8;
    b.head.raws = 1;
    b.head.raw[0] = (struct xn_range){63, 1};
    refused(w, -E_INVALID, "byte 63 tells");
    b.head.raw[0] = (struct xn_range){56, 4};
    world_type(w, &b);
    world_close(w);
    for (enum xn_design design = XN_CAPABILITY; design <= XN_SELF; design++) {
        w = world_open(design, XN_INTERPRETED, 512);
        body_begin(&b, "node", 8, XN_BASE);
        body_windows(&b, 64, 64, 8, 8);
        body_member_add(&b, (struct xn_member){.width = 8, .count = 8, .type = XN_BYTES});
        assert_false(world_type(w, &b)->leaf); /* whatever it declares */
        begin_pointers("pointers");
        b.head.number = 9;
        if (design == XN_SELF)
            refused(w, -E_INVALID, "has no functions");
        else
            assert_false(world_type(w, &b)->owns);
        world_close(w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_proven_by_both_compilers_and_run_both_ways),
        cmocka_unit_test(signed_functions_are_taken_by_their_signature),
        cmocka_unit_test(a_name_and_a_number_stand_for_one_body),
        cmocka_unit_test(functions_that_could_harm_are_refused),
        cmocka_unit_test(what_is_no_body_is_refused_and_it_is_said_where),
        cmocka_unit_test(a_body_cut_anywhere_is_refused),
        cmocka_unit_test(bytes_written_without_asking_tell_nothing),
        cmocka_unit_test(structs_are_flattened),
        cmocka_unit_test(want_of_memory_leaves_nothing),
        cmocka_unit_test(a_block_is_asked_in_a_bounded_time),
        cmocka_unit_test(an_import_given_up_leaves_nothing),
        cmocka_unit_test(what_happens_between_two_steps_does_not_help),
        cmocka_unit_test(each_design_has_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
