/* SPDX-License-Identifier: MIT */
/* engine_native_test.c -- signed native objects: what the build's key signed runs as the compiler
 * meant it; everything else is refused by the right rule, and nothing is left behind. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "engine/native.h"
#include "engine/native_envelope.h"
#include "engine_native_sample.h"
#include "sign.h"

#define KIND "guard"

/* The object under test as the host's compiler makes it, and the services that it asks for. */
#include "../../../native/sample.c" // NOLINT(bugprone-suspicious-include)

int sample_level = 1000;

int sample_service(long amount) {
    return (int)amount * 3 + 1;
}

static struct host_hooks host;
static EVP_PKEY *key, *foreign_key;
static uint8_t public_key[SIGNATURE_KEY_BYTES];
static uint8_t *sample, *untyped; /* as compiled */
static size_t sample_len, untyped_len;
static struct types types;       /* sample.o's own */
static struct domain *all_names; /* that sample.o wants */

static int set_up(void **state) {
    struct report why;
    size_t len = sizeof public_key;
    (void)state;
    host_hooks_init(&host);
    FILE *f = fopen("tools/sign/keys/development.pem", "r");
    assert_non_null(f);
    key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
    fclose(f);
    assert_non_null(key);
    assert_int_equal(EVP_PKEY_get_raw_public_key(key, public_key, &len), 1);
    foreign_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    sample = read_whole("build/tests/native/sample.o", &sample_len);
    untyped = read_whole("build/tests/native/untyped.o", &untyped_len);
    assert_true(types_open(&types, &host.hooks, types_of(sample, sample_len), &why));
    all_names = sample_domain(&host.hooks, &types, sample_service, &sample_level);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    domain_release(all_names);
    types_close(&types);
    free(sample);
    free(untyped);
    EVP_PKEY_free(key);
    EVP_PKEY_free(foreign_key);
    return host.allocated + host.code_bytes + host.data_bytes != 0;
}

/* An object signed with the build's key. */
static uint8_t *signed_by(EVP_PKEY *by, const void *object, size_t len, size_t *signed_len) {
    uint8_t *file = sign_object(by, KIND, object, len, signed_len);
    assert_non_null(file);
    return file;
}

static struct native_load with_all(void) {
    return (struct native_load){&host.hooks, public_key, KIND, &all_names, 1};
}

/* Loads; whatever comes of it, a refusal leaves nothing behind. */
static bool load(struct native *n, const struct native_load *with, const uint8_t *file, size_t len,
                 struct report *why) {
    size_t allocated = host.allocated, code = host.code_bytes, data = host.data_bytes;
    bool good = native_open(n, with, file, len, why);
    if (!good) {
        assert_int_not_equal(why->rule, RULE_NONE);
        assert_int_equal(host.allocated, allocated);
        assert_int_equal(host.code_bytes, code);
        assert_int_equal(host.data_bytes, data);
        assert_null(n->code.run);
    }
    return good;
}

static void expect_with(const struct native_load *with, const uint8_t *file, size_t len,
                        const char *rule) {
    struct native n;
    struct report why;
    if (load(&n, with, file, len, &why)) {
        native_close(&n);
        fail_msg("loaded, and not refused: %s", rule);
    }
    if (strcmp(rule_name(why.rule), rule) != 0)
        fail_msg("wanted %s, found %s", rule, why.text);
    assert_non_null(strstr(why.text, rule));
}

static void expect(const uint8_t *file, size_t len, const char *rule) {
    struct native_load with = with_all();
    expect_with(&with, file, len, rule);
}

/* The object with `width` bytes at `at` replaced, well signed. */
static void expect_patched(uint64_t at, unsigned width, uint64_t value, const char *rule) {
    size_t len;
    uint8_t *copy = malloc(sample_len);
    memcpy(copy, sample, sample_len);
    put(copy + at, width, value);
    uint8_t *file = signed_by(key, copy, sample_len, &len);
    expect(file, len, rule);
    free(file);
    free(copy);
}

static uintptr_t address_of(const struct native *n, const char *name) {
    const struct native_function *f = native_function_named(n, name);
    assert_non_null(f);
    return f->address;
}

static void what_the_key_signed_computes_what_the_source_says(void **state) {
    (void)state;
    struct native n;
    struct report why;
    struct native_load with = with_all();
    size_t len;
    uint8_t *file = signed_by(key, sample, sample_len, &len), bytes[200];
    assert_true(load(&n, &with, file, len, &why));
    u64 (*entry)(const u8 *, u64) = (u64(*)(const u8 *, u64))address_of(&n, "sample_entry");
    int (*choice)(int) = (int (*)(int))address_of(&n, "sample_choice");
    int (*indirect)(long) = (int (*)(long))address_of(&n, "sample_indirect");
    srand(1);
    for (unsigned i = 0; i < 1000; i++) {
        size_t count = (size_t)rand() % sizeof bytes;
        for (size_t j = 0; j < count; j++)
            bytes[j] = (uint8_t)rand();
        assert_int_equal(entry(bytes, count), sample_entry(bytes, count));
        int which = rand() % 9;
        assert_int_equal(choice(which), sample_choice(which));
        assert_int_equal(indirect(which), sample_indirect(which));
    }
    assert_null(native_function_named(&n, "weigh")); /* static */
    native_close(&n);
    free(file);
}

static void every_changed_byte_is_refused(void **state) {
    (void)state;
    size_t len;
    uint8_t *file = signed_by(key, sample, sample_len, &len);
    for (size_t i = 0; i < len; i++) {
        file[i] ^= (uint8_t)(1 << i % 8);
        expect(file, len,
               i < IN_ENVELOPE_VERSION  ? "not-signed"
               : i < IN_ENVELOPE_LENGTH ? "signed-version"
               : i < IN_ENVELOPE_KIND   ? "signed-length"
                                        : "signature");
        file[i] ^= (uint8_t)(1 << i % 8);
    }
    free(file);
}

static void every_cut_and_every_addition_is_refused(void **state) {
    (void)state;
    size_t len;
    uint8_t *file = signed_by(key, sample, sample_len, &len);
    for (size_t cut = 0; cut < len; cut++) {
        uint8_t *part = malloc(cut ? cut : 1); /* of exactly its size, for the sanitizer */
        memcpy(part, file, cut);
        expect(part, cut,
               cut < ENVELOPE_HEADER_BYTES + SIGNATURE_BYTES ? "not-signed" : "signed-length");
        free(part);
    }
    uint8_t *more = calloc(1, len + 1);
    memcpy(more, file, len);
    expect(more, len + 1, "signed-length");
    free(more);
    free(file);
}

static void unsigned_foreign_and_other_kinds_are_refused(void **state) {
    (void)state;
    size_t len;
    expect(sample, sample_len, "not-signed");
    uint8_t *file = signed_by(foreign_key, sample, sample_len, &len);
    expect(file, len, "signature");
    free(file);
    /* A good signature of one object does not make another one good. */
    file = signed_by(key, sample, sample_len, &len);
    uint8_t *other = signed_by(key, untyped, untyped_len, &len);
    memcpy(other + len - SIGNATURE_BYTES, file + ENVELOPE_HEADER_BYTES + sample_len,
           SIGNATURE_BYTES);
    expect(other, len, "signature");
    free(other);
    free(file);
    struct native_load with = with_all();
    file = signed_by(key, sample, sample_len, &len);
    with.kind = "handler";
    expect_with(&with, file, len, "signed-kind");
    with.kind = "guar";
    expect_with(&with, file, len, "signed-kind");
    with.kind = "a name that no envelope has room for";
    expect_with(&with, file, len, "signed-kind");
    free(file);
    file = signed_by(key, "no ELF", 6, &len);
    expect(file, len, "not-elf");
    free(file);
    file = calloc(1, ENVELOPE_BYTES_MAX + 1);
    expect(file, ENVELOPE_BYTES_MAX + 1, "file-size");
    free(file);
}

/* The rights of the mapping that holds an address, as /proc says. */
static void rights_at(const void *address, char rights[5]) {
    char line[512];
    FILE *f = fopen("/proc/self/maps", "r");
    assert_non_null(f);
    memcpy(rights, "none", 5);
    while (fgets(line, sizeof line, f)) { /* LOW-HIGH RIGHTS ... */
        char *end;
        unsigned long low = strtoul(line, &end, 16), high = strtoul(end + 1, &end, 16);
        if (low <= (uintptr_t)address && (uintptr_t)address < high)
            memcpy(rights, end + 1, 4);
    }
    fclose(f);
}

static void code_is_not_writable_and_variables_are_not_executable(void **state) {
    (void)state;
    size_t len;
    char rights[5];
    struct native n;
    struct report why;
    struct native_load with = with_all();
    uint8_t *file = signed_by(key, sample, sample_len, &len);
    assert_true(load(&n, &with, file, len, &why));
    assert_null(n.code.write);
    rights_at(n.code.run, rights);
    assert_string_equal(rights, "r-xs");
    rights_at(n.data, rights);
    assert_string_equal(rights, "rw-s");
    native_close(&n);
    free(file);
}

static bool no_code(void *owner, size_t bytes, struct code_memory *code) {
    (void)owner, (void)bytes, (void)code;
    return false;
}

static void *no_data(void *owner, size_t bytes) {
    (void)owner, (void)bytes;
    return NULL;
}

struct counted {
    struct host_hooks *host;
    long left;
};

static void *counted_allocate(void *owner, size_t bytes) {
    struct counted *c = owner;
    return c->left-- > 0 ? c->host->hooks.allocate(c->host, bytes) : NULL;
}

static void counted_release(void *owner, void *memory, size_t bytes) {
    struct counted *c = owner;
    c->host->hooks.release(c->host, memory, bytes);
}

static bool counted_code_map(void *owner, size_t bytes, struct code_memory *code) {
    struct counted *c = owner;
    return c->left-- > 0 && c->host->hooks.code_map(c->host, bytes, code);
}

static void counted_code_seal(void *owner, struct code_memory *code) {
    struct counted *c = owner;
    c->host->hooks.code_seal(c->host, code);
}

static void counted_code_unmap(void *owner, struct code_memory *code) {
    struct counted *c = owner;
    c->host->hooks.code_unmap(c->host, code);
}

static void *counted_data_map(void *owner, size_t bytes) {
    struct counted *c = owner;
    return c->left-- > 0 ? c->host->hooks.data_map(c->host, bytes) : NULL;
}

static void counted_data_unmap(void *owner, void *memory, size_t bytes) {
    struct counted *c = owner;
    c->host->hooks.data_unmap(c->host, memory, bytes);
}

static void memory_that_runs_out_at_any_point_is_refused(void **state) {
    (void)state;
    size_t len;
    struct counted c = {&host, 0};
    struct hooks hooks = {&c,
                          counted_allocate,
                          counted_release,
                          counted_code_map,
                          counted_code_seal,
                          counted_code_unmap,
                          host.hooks.code_low,
                          host.hooks.code_high,
                          counted_data_map,
                          counted_data_unmap};
    struct native n;
    struct report why;
    struct native_load with = with_all();
    uint8_t *file = signed_by(key, sample, sample_len, &len);
    with.hooks = &hooks;
    long allowed = 0;
    for (;; allowed++) {
        c.left = allowed;
        if (load(&n, &with, file, len, &why))
            break;
        assert_string_equal(rule_name(why.rule), "no-memory");
    }
    native_close(&n);
    assert_true(allowed > 8);
    hooks = host.hooks;
    hooks.code_map = no_code;
    expect_with(&with, file, len, "no-memory");
    hooks = host.hooks;
    hooks.data_map = no_data;
    expect_with(&with, file, len, "no-memory");
    hooks.data_map = NULL;
    expect_with(&with, file, len, "no-variables");
    free(file);
}

/* Where things are in sample.o. */
static uint64_t header_at(const char *name) {
    struct bytes f = {sample, sample_len};
    uint64_t table = bytes_u64(f, 40);
    uint64_t names_at = bytes_u64(f, table + 64u * bytes_u16(f, 62) + 24);
    for (unsigned i = 0; i < bytes_u16(f, 60); i++)
        if (!strcmp((const char *)sample + names_at + bytes_u32(f, table + 64u * i), name))
            return table + 64u * i;
    fail_msg("no section %s", name);
    return 0;
}

static uint64_t contents_at(const char *name) {
    return bytes_u64((struct bytes){sample, sample_len}, header_at(name) + 24);
}

enum { TYPE = 4, FLAGS = 8, OFFSET = 24, SIZE = 32, LINK = 40, INFO = 44, ALIGN = 48 };

static void a_damaged_object_is_refused_even_if_signed(void **state) {
    (void)state;
    const struct bytes f = {sample, sample_len};
    uint64_t symbols = contents_at(".symtab"), relocations = contents_at(".rela.text.weigh");
    uint64_t sections = bytes_u16(f, 60), names = bytes_u64(f, header_at(".symtab") + SIZE) / 24,
             weigh = bytes_u64(f, header_at(".text.weigh") + SIZE);
    const struct {
        uint64_t at;
        unsigned width;
        uint64_t value;
        const char *rule;
    } damage[] = {
        {0, 1, 0x7e, "not-elf"},
        {4, 1, 1, "not-elf"},
        {16, 2, 2, "not-object"},
        {18, 2, 247, "not-native"},
        {40, 8, sample_len, "section-table"},
        {40, 8, UINT64_MAX - 63, "section-table"},
        {58, 2, 63, "section-table"},
        {60, 2, 0, "section-table"},
        {60, 2, 1025, "section-table"},
        {62, 2, 500, "section-table"},
        {62, 2, sections, "section-table"},
        {40, 8, sample_len - sections * 64 + 1, "section-table"},
        {62, 2, 0, "name"},
        {header_at(".text.weigh"), 4, 0xffffff, "name"},
        {header_at(".text.weigh") + OFFSET, 8, sample_len, "section-bounds"},
        {header_at(".text.weigh") + OFFSET, 8, sample_len - weigh + 1, "section-bounds"},
        {header_at(".text.weigh") + SIZE, 8, UINT64_MAX, "section-bounds"},
        {header_at(".bss") + SIZE, 8, UINT64_MAX, "size"},
        {header_at(".bss") + SIZE, 8, (16u << 20) + 1, "size"},
        {header_at(".text.weigh") + ALIGN, 8, 3, "section-align"},
        {header_at(".text.weigh") + ALIGN, 8, 8192, "section-align"},
        {header_at(".text.weigh") + FLAGS, 8, 7, "section-flags"},
        {header_at(".data") + FLAGS, 8, 0x403, "section-flags"},
        {header_at(".rodata") + FLAGS, 8, 0x802, "section-flags"},
        {header_at(".data") + TYPE, 4, 14, "section-kind"},
        {header_at(".rodata") + TYPE, 4, 8, "section-kind"},
        {header_at(".symtab") + TYPE, 4, 1, "symbol-table"},
        {header_at(".symtab") + SIZE, 8, 25, "symbol-table"},
        {header_at(".symtab") + LINK, 4, 0, "symbol-table"},
        {header_at(".symtab") + LINK, 4, 5000, "symbol-table"},
        {header_at(".symtab") + LINK, 4, sections, "symbol-table"},
        {header_at(".strtab") + TYPE, 4, 2, "symbol-table"},
        {symbols + 24, 4, 0xfffffff, "name"},
        {symbols + 3 * 24 + 4, 1, 6, "symbol-kind"},
        {symbols + 3 * 24 + 6, 2, 0xfff2, "symbol-kind"},
        {symbols + 3 * 24 + 6, 2, 0xfff1, "symbol-kind"},
        {symbols + 3 * 24 + 6, 2, 900, "symbol-bounds"},
        {symbols + 3 * 24 + 6, 2, sections, "symbol-bounds"},
        {symbols + 3 * 24 + 8, 8, UINT64_MAX, "symbol-bounds"},
        {symbols + 3 * 24 + 16, 8, UINT64_MAX, "symbol-bounds"},
        {header_at(".rela.text.weigh") + TYPE, 4, 9, "reloc-table"},
        {header_at(".rela.text.weigh") + LINK, 4, 1, "reloc-table"},
        {header_at(".rela.text.weigh") + SIZE, 8, 23, "reloc-table"},
        {relocations, 8, UINT64_MAX, "reloc-place"},
        {relocations, 8, 0x38 - 3, "reloc-place"},
        {relocations + 8, 4, 9, "reloc-kind"},
        {relocations + 8, 4, 0, "reloc-kind"},
        {relocations + 12, 4, 0, "reloc-symbol"},
        {relocations + 12, 4, 9999, "reloc-symbol"},
        {relocations + 12, 4, names, "reloc-symbol"},
        {relocations + 12, 4, 1, "reloc-symbol"}, /* the file's name */
        {relocations + 16, 8, 0x7fffffff, "reloc-range"},
        {contents_at(".BTF") + 2, 1, 9, "types"},
    };
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++)
        expect_patched(damage[i].at, damage[i].width, damage[i].value, damage[i].rule);
}

static void an_object_of_static_functions_only_is_refused(void **state) {
    (void)state;
    size_t len;
    uint8_t *copy = malloc(sample_len);
    memcpy(copy, sample, sample_len);
    for (uint8_t *y = copy + contents_at(".symtab"), *end = copy + contents_at(".strtab"); y < end;
         y += 24)
        if (y[4] == 0x12) /* a global function */
            y[4] = 0x02;
    uint8_t *file = signed_by(key, copy, sample_len, &len);
    expect(file, len, "no-function");
    free(file);
    free(copy);
}

static void r_x86_64_32_is_an_unsigned_address(void **state) {
    (void)state;
    struct native n;
    struct report why;
    struct native_load with = with_all();
    size_t len;
    uint8_t *copy = malloc(sample_len), bytes[3] = {1, 2, 3};
    memcpy(copy, sample, sample_len);
    put(copy + contents_at(".rela.text.weigh") + 8, 4, 10);
    uint8_t *file = signed_by(key, copy, sample_len, &len);
    assert_true(load(&n, &with, file, len, &why));
    u64 (*entry)(const u8 *, u64) = (u64(*)(const u8 *, u64))address_of(&n, "sample_entry");
    u64 first = entry(bytes, 3);
    assert_int_equal(entry(bytes, 3), first + 2); /* it counts its calls twice */
    native_close(&n);
    free(file);
    free(copy);
}

/* Any bytes at all, well signed, are loaded or refused. They are not run. */
static void arbitrary_signed_bytes_end_in_a_verdict(void **state) {
    (void)state;
    struct native n;
    struct report why;
    struct native_load with = with_all();
    srand(4);
    unsigned loaded = 0;
    for (unsigned i = 0; i < 2000; i++) {
        size_t len;
        uint8_t *copy = malloc(sample_len);
        memcpy(copy, sample, sample_len);
        for (unsigned j = 0; j < 1 + i % 8; j++)
            copy[(size_t)rand() % sample_len] = (uint8_t)(rand() >> 7);
        uint8_t *file = signed_by(key, copy, sample_len, &len);
        if (load(&n, &with, file, len, &why)) {
            native_close(&n);
            loaded++;
        }
        free(file);
        free(copy);
    }
    assert_true(loaded > 100 && loaded < 1990);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_key_signed_computes_what_the_source_says),
        cmocka_unit_test(every_changed_byte_is_refused),
        cmocka_unit_test(every_cut_and_every_addition_is_refused),
        cmocka_unit_test(unsigned_foreign_and_other_kinds_are_refused),
        cmocka_unit_test(code_is_not_writable_and_variables_are_not_executable),
        cmocka_unit_test(memory_that_runs_out_at_any_point_is_refused),
        cmocka_unit_test(a_damaged_object_is_refused_even_if_signed),
        cmocka_unit_test(an_object_of_static_functions_only_is_refused),
        cmocka_unit_test(r_x86_64_32_is_an_unsigned_address),
        cmocka_unit_test(arbitrary_signed_bytes_end_in_a_verdict),
    };
    return cmocka_run_group_tests_name("engine_native", tests, set_up, tear_down);
}
