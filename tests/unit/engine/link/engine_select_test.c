/* SPDX-License-Identifier: MIT */
/* engine_select_test.c -- a selection of what a domain exports: an interface, for those who shall
 * not see the rest. Being bound to it is being bound to what it was selected from. */
#include "unit.h"
#include "engine_linked.h"

static const struct kind number_kind = {
    .name = "number",
    .entry = {.parameter = {{.kind = SHAPE_NUMBER}}, .result = {.kind = SHAPE_NUMBER}}};

static struct report why;

static struct domain *pick(struct world *w, struct domain *from, const char *first,
                           const char *second) {
    const char *const names[] = {first, second};
    return domain_select(&w->host.hooks, "some", from, names, second ? 2 : 1, &why);
}

static bool exports(struct domain *d, const char *name) {
    for (uint32_t i = 0; i < domain_parts(d); i++)
        if (domain_find(domain_part(d, i), name))
            return true;
    return false;
}

static void a_name_that_was_not_selected_is_not_there(void **state) {
    struct world w;
    struct loaded library;
    (void)state;
    open_world(&w);
    load(&w, &library, "library", "clang-O2");
    struct domain *level = pick(&w, w.services, "service_level", "service_count");
    assert_true(exports(level, "service_level") && exports(level, "service_count"));
    assert_false(exports(level, "service_add"));
    assert_false(link_resolve(&library.link, &level, 1, &why)); /* wants service_add */
    assert_int_equal(why.rule, LINK_RULE_UNKNOWN_NAME);
    struct domain *add = pick(&w, w.services, "service_add", NULL);
    resolve(&library, &add, 1);
    domain_release(add);
    domain_release(level);
    unload(&library);
    close_world(&w);
}

static void what_is_not_exported_cannot_be_selected(void **state) {
    struct world w;
    (void)state;
    open_world(&w);
    assert_null(pick(&w, w.services, "service_level", "secret"));
    assert_string_equal(why.text, "secret: no domain in the list exports this name (unknown-name)\n"
                                  "hint: link against a domain that exports it: a name that no "
                                  "domain exports does not exist\n");
    struct domain *level = pick(&w, w.services, "service_level", NULL);
    assert_null(pick(&w, level, "service_add", NULL));
    domain_release(level);
    close_world(&w);
}

/* caller, linked to selections of library's domain, of two of them in a row. */
static void who_is_bound_to_a_selection_is_bound_to_all_that_it_comes_from(void **state) {
    struct world w;
    struct loaded library, caller;
    struct image weigh, image;
    (void)state;
    open_world(&w);
    load(&w, &library, "library", "clang-O2");
    load(&w, &caller, "caller", "clang-O2");
    resolve(&library, &w.services, 1);
    make(&library, &weigh, "weigh", &number_kind, "clang-O2");
    struct domain *both = pick(&w, link_export(&library.link, &why), "weigh", "library_calls");
    struct domain *again = pick(&w, both, "weigh", "library_calls");
    struct domain *const from[] = {w.services, again};
    resolve(&caller, from, 2);
    make(&caller, &image, "caller", &number_kind, "clang-O2");
    assert_false(domain_withdraw(domain_part(both, 0)));
    assert_false(link_close(&library.link));
    assert_true(link_unresolve(&caller.link, library.link.exported));
    assert_int_equal(caller.link.undefined, 2);
    assert_false(image_is_runnable(&image));
    assert_true(link_withdraw(&library.link)); /* nobody is bound any more */
    assert_false(exports(again, "weigh") || exports(both, "weigh"));
    domain_release(again);
    domain_release(both);
    unload(&caller);
    unload(&library);
    close_world(&w);
}

static void of_a_combined_domain_one_selects_by_name_too(void **state) {
    struct world w;
    (void)state;
    open_world(&w);
    struct export other = {.name = "other", .kind = EXPORT_VARIABLE, .bytes = 8};
    other.type = domain_described_type(&w.types.btf, "service_level");
    struct domain *made = domain_create(&w.host.hooks, "made", &w.types, &other, 1, &why);
    struct domain *const two[] = {w.services, made};
    struct domain *all = domain_combine(&w.host.hooks, "all", two, 2);
    struct domain *some = pick(&w, all, "other", "service_level");
    assert_true(exports(some, "other") && exports(some, "service_level"));
    assert_false(exports(some, "service_add"));
    assert_true(domain_contains(all, domain_part(some, 0)));
    assert_true(domain_contains(w.services, domain_part(some, 0)));
    assert_false(domain_contains(w.services, domain_part(some, 1)));
    assert_true(domain_withdraw(made));
    assert_false(exports(some, "other"));
    domain_release(some);
    domain_release(all);
    domain_release(made);
    close_world(&w);
}

static void memory_may_run_out_anywhere(void **state) {
    struct world w;
    (void)state;
    open_world(&w);
    struct domain *d = NULL;
    for (size_t more = 0; !d; more += 24) {
        size_t before = w.host.allocated;
        w.host.limit = before + more;
        d = pick(&w, w.services, "service_level", "service_add");
        w.host.limit = SIZE_MAX;
        if (!d) {
            assert_int_equal(why.rule, RULE_NO_MEMORY);
            assert_int_equal(w.host.allocated, before);
        }
    }
    domain_release(d);
    close_world(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_was_not_selected_is_not_there),
        cmocka_unit_test(what_is_not_exported_cannot_be_selected),
        cmocka_unit_test(who_is_bound_to_a_selection_is_bound_to_all_that_it_comes_from),
        cmocka_unit_test(of_a_combined_domain_one_selects_by_name_too),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests_name("engine_select", tests, NULL, NULL);
}
