/* SPDX-License-Identifier: MIT */
/* engine_native_name_test.c -- the names that native objects leave undefined: bound to what domains
 * export, by name and by type, or refused by the right rule with nothing left behind. */
#include "unit.h"
#include "engine/native/internal.h"
#include "engine_native_sample.h"

static int sample_level = 1000;

static int sample_service(long amount) {
    return (int)amount * 3 + 1;
}

static int another(long amount) {
    return (int)amount;
}

static struct host_hooks host;
static struct bytes sample, mistake, untyped; /* as compiled */
static struct types types;                    /* sample.o's own */
static struct domain *all_names;              /* that sample.o wants */

static struct bytes read_object(const char *path) {
    size_t len;
    uint8_t *bytes = read_whole(path, &len);
    return (struct bytes){bytes, len};
}

static int set_up(void **state) {
    struct report why;
    (void)state;
    host_hooks_init(&host);
    sample = read_object("build/tests/native/sample.o");
    mistake = read_object("build/tests/native/mistake.o");
    untyped = read_object("build/tests/native/untyped.o");
    assert_true(types_open(&types, &host.hooks, types_of(sample.at, sample.len), &why));
    all_names = sample_domain(&host.hooks, &types, sample_service, &sample_level);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    domain_release(all_names);
    types_close(&types);
    free((void *)(uintptr_t)sample.at);
    free((void *)(uintptr_t)mistake.at);
    free((void *)(uintptr_t)untyped.at);
    return host.allocated + host.code_bytes + host.data_bytes != 0;
}

static bool load(struct native *n, struct bytes object, struct domain *const *domain,
                 uint32_t domains, struct report *why) {
    const struct native_load with = {.hooks = &host.hooks, .domain = domain, .domains = domains};
    size_t allocated = host.allocated;
    *n = (struct native){.arena = {.hooks = &host.hooks}};
    bool good = native_open_object(n, &with, object, why);
    if (!good)
        assert_int_equal(host.allocated, allocated);
    return good;
}

static void expect(struct bytes object, struct domain *const *domain, uint32_t domains,
                   enum rule rule) {
    struct native n;
    struct report why;
    assert_false(load(&n, object, domain, domains, &why));
    if (why.rule != rule)
        fail_msg("wanted %s, found %s", rule_name(rule), why.text);
    for (uint32_t i = 0; i < domains; i++) { /* nothing stays bound */
        assert_true(domain_withdraw(domain[i]));
        domain_release(domain[i]);
    }
}

static struct domain *make(const void *service, const void *level) {
    return sample_domain(&host.hooks, &types, service, level);
}

static void a_domain_is_in_use_while_the_object_is_loaded(void **state) {
    struct domain *twice[] = {make(sample_service, &sample_level), make(sample_service, NULL)};
    struct report why;
    struct native n;
    (void)state;
    assert_true(load(&n, sample, twice, 2, &why)); /* both mean the same function */
    assert_false(domain_withdraw(twice[0]));
    assert_true(domain_withdraw(twice[1]));
    native_close(&n);
    assert_true(domain_withdraw(twice[0]));
    domain_release(twice[0]);
    domain_release(twice[1]);
}

static void a_name_that_no_domain_or_two_export_is_refused(void **state) {
    (void)state;
    expect(sample, (struct domain *[]){make(sample_service, NULL)}, 1, NATIVE_RULE_UNRESOLVED);
    expect(sample, NULL, 0, NATIVE_RULE_UNRESOLVED);
    expect(sample, (struct domain *[]){make(sample_service, &sample_level), make(another, NULL)}, 2,
           NATIVE_RULE_AMBIGUOUS);
}

/* Declared with another type than it is exported with; both are shown. */
static void another_type_is_refused(void **state) {
    struct native n;
    struct report why;
    (void)state;
    assert_false(load(&n, mistake, &all_names, 1, &why));
    assert_int_equal(why.rule, NATIVE_RULE_IMPORT_TYPE);
    assert_non_null(strstr(why.text, "sample_service: this name is exported with another type "
                                     "(import-type)\n"
                                     "  wanted: int sample_service(const char *)\n"
                                     "  found: int sample_service(long int)\nhint: "));
}

static void a_variable_is_no_function(void **state) {
    struct report why;
    const struct export as_variable = {
        .name = "sample_service",
        .address = &sample_level,
        .kind = EXPORT_VARIABLE,
        .bytes = 4,
        .type = btf_type(&types.btf, btf_find(&types.btf, BTF_VAR, "sample_level")).type_size};
    (void)state;
    struct domain *wrong = domain_create(&host.hooks, "wrong", &types, &as_variable, 1, &why);
    struct native n;
    assert_non_null(wrong);
    struct domain *both[] = {wrong, all_names};
    assert_true(load(&n, sample, both, 2, &why)); /* the next domain has the right one */
    native_close(&n);
    expect(sample, &wrong, 1, NATIVE_RULE_IMPORT_TYPE);
}

/* Without types the name decides. */
static void the_signer_answers_for_an_object_without_types(void **state) {
    struct native n;
    struct report why;
    (void)state;
    assert_true(load(&n, untyped, &all_names, 1, &why));
    assert_false(n.has_types);
    native_close(&n);
}

static void what_is_too_far_away_is_refused(void **state) {
    const void *far = (const void *)((uintptr_t)1 << 40);
    (void)state;
    expect(sample, (struct domain *[]){make(far, &sample_level)}, 1, NATIVE_RULE_RELOC_RANGE);
    expect(sample, (struct domain *[]){make(sample_service, far)}, 1, NATIVE_RULE_RELOC_RANGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_domain_is_in_use_while_the_object_is_loaded),
        cmocka_unit_test(a_name_that_no_domain_or_two_export_is_refused),
        cmocka_unit_test(another_type_is_refused),
        cmocka_unit_test(a_variable_is_no_function),
        cmocka_unit_test(the_signer_answers_for_an_object_without_types),
        cmocka_unit_test(what_is_too_far_away_is_refused),
    };
    return cmocka_run_group_tests_name("engine_native_name", tests, set_up, tear_down);
}
