/* SPDX-License-Identifier: MIT */
/* spin_domain_reference_test.c -- what a holder of a reference may do, who is asked before a name
 * is bound, and what is kept of it. */
#include "unit.h"

#include <string.h>

#include "dispatch_host.h"
#include "lib/error.h"
#include "spin/core/domain/link_authority.h"

static struct module other = {.name = "Other"};
static struct types types;
static struct domain *made[DOMAIN_ADDED_MAX + 2];
static struct domain_reference *r[DOMAIN_ADDED_MAX + 2];

static void exception(const struct event *e, enum raise_exception what) {
    fail_msg("%s: exception %d", e->name, what);
}

/* N domains without exports: what is in them is the engine's business. */
static void begin(unsigned n) {
    static const char *const names[] = {"console", "strand", "machine"};
    struct report why;
    dispatch_host_begin(exception);
    for (unsigned i = 0; i < n; i++) {
        made[i] = domain_create(&host.hooks, names[i < 3 ? i : 2], &types, NULL, 0, &why);
        assert_int_equal(reference_create(&r[i], made[i], &own_module), 0);
    }
}

static void end(unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        reference_release(r[i]);
        domain_release(made[i]);
    }
    dispatch_host_all_is_given_back();
}

static bool imports(struct domain_reference *from, const struct domain *part) {
    struct domain *d;
    if (reference_import(from, &d))
        return false;
    bool there = domain_contains(d, part);
    domain_release(d);
    return there;
}

static void a_reference_gives_no_right_that_it_has_not(void **state) {
    struct domain_reference *import, *modify, *none, *more;
    const struct link_authorizer anybody = {0};
    struct domain *d;
    (void)state;
    begin(2);
    assert_int_equal(reference_restrict(&import, r[0], DOMAIN_IMPORT), 0);
    assert_int_equal(reference_restrict(&modify, r[0], DOMAIN_MODIFY), 0);
    assert_int_equal(reference_restrict(&none, import, 0), 0);
    assert_int_equal(reference_restrict(&more, import, DOMAIN_ALL), -E_PERM);
    assert_int_equal(reference_restrict(&more, modify, DOMAIN_IMPORT), -E_PERM);
    assert_int_equal(reference_restrict(&more, r[0], 4), -E_PERM);
    assert_int_equal(reference_rights(import), DOMAIN_IMPORT);

    assert_true(imports(import, made[0]));
    assert_int_equal(reference_import(modify, &d), -E_PERM);
    assert_int_equal(reference_import(none, &d), -E_PERM);

    assert_int_equal(reference_add(import, r[1]), -E_PERM);
    assert_int_equal(reference_add(r[1], modify), -E_PERM);
    assert_int_equal(reference_authorize(import, &anybody), -E_PERM);
    assert_int_equal(reference_revoke(import), -E_PERM);
    assert_int_equal(reference_add(modify, r[1]), 0);
    assert_int_equal(reference_remove(import, r[1]), -E_PERM);
    assert_true(imports(import, made[1])); /* seen by all references to the domain */
    assert_int_equal(reference_remove(modify, r[1]), 0);
    assert_false(imports(import, made[1]));

    reference_release(import);
    reference_release(modify);
    reference_release(none);
    end(2);
}

static void only_a_module_exports(void **state) {
    struct module copy;
    struct domain_reference *bad;
    (void)state;
    begin(1);
    copy = own_module;
    assert_int_equal(reference_create(&bad, made[0], &copy), -E_PERM);
    assert_int_equal(reference_create(&bad, made[0], NULL), -E_PERM);
    end(1);
}

static void aggregates_are_changed_and_do_not_nest(void **state) {
    const unsigned last = DOMAIN_ADDED_MAX + 1;
    (void)state;
    begin(last + 1);
    assert_int_equal(reference_add(r[0], r[0]), -E_EXISTS);
    assert_int_equal(reference_remove(r[0], r[1]), -E_NOT_FOUND);
    for (unsigned i = 1; i < last; i++)
        assert_int_equal(reference_add(r[0], r[i]), 0);
    assert_int_equal(reference_add(r[0], r[1]), -E_EXISTS);
    assert_int_equal(reference_add(r[0], r[last]), -E_FULL);
    assert_int_equal(reference_add(r[1], r[last]), -E_INVALID); /* is inside */
    assert_int_equal(reference_add(r[1], r[0]), -E_INVALID);    /* a circle */
    assert_int_equal(reference_add(r[last], r[0]), -E_INVALID); /* has some itself */
    for (unsigned i = 0; i < last; i++)
        assert_true(imports(r[0], made[i]));
    assert_int_equal(reference_remove(r[0], r[3]), 0);
    assert_false(imports(r[0], made[3]));
    assert_int_equal(reference_add(r[0], r[last]), 0);
    end(last + 1); /* with all that is added */
}

static void a_revoked_domain_is_imported_by_nobody(void **state) {
    struct domain_reference *import;
    struct domain *d;
    (void)state;
    begin(3);
    assert_int_equal(reference_restrict(&import, r[0], DOMAIN_IMPORT), 0);
    assert_int_equal(reference_add(r[1], import), 0);
    assert_true(imports(r[1], made[0]));
    assert_int_equal(reference_revoke(r[0]), 0);
    assert_int_equal(reference_import(import, &d), -E_DEAD);
    assert_true(imports(r[1], made[1]) && !imports(r[1], made[0]));
    assert_int_equal(reference_add(r[2], import), -E_DEAD);
    assert_int_equal(reference_add(r[0], r[2]), -E_DEAD);
    reference_release(import);
    end(3);
}

/* --- Which authorizer is asked --- */

static bool not_secret(void *closure, const struct link_request *q) {
    ++*(unsigned *)closure;
    return q->by != &other || strcmp(q->export->name, "secret") != 0;
}

static bool nobody(void *closure, const struct link_request *q) {
    (void)q;
    ++*(unsigned *)closure;
    return false;
}

static bool asks(const struct domain_reference *by, const struct domain *part,
                 const struct module *who, const char *name) {
    const struct export e = {.name = name};
    const struct link_request q = {who, &e, &types};
    return reference_allows(by, part, &q);
}

static void the_exporter_is_asked_for_each_name_and_who_asks_is_not_an_argument_of_his(void **s) {
    unsigned asked = 0;
    (void)s;
    begin(1);
    module_add(&other);
    assert_true(asks(r[0], made[0], &other, "secret")); /* nobody wants to be asked */
    const struct link_authorizer a = {not_secret, &asked};
    assert_int_equal(reference_authorize(r[0], &a), 0);
    assert_true(asks(r[0], made[0], &other, "open"));
    assert_false(asks(r[0], made[0], &other, "secret"));
    assert_true(asks(r[0], made[0], &own_module, "secret"));
    assert_int_equal(asked, 3);
    assert_int_equal(reference_revoke(r[0]), 0);
    assert_false(asks(r[0], made[0], &own_module, "open"));
    module_remove(&other);
    end(1);
}

static void an_aggregate_asks_both_its_own_authorizer_and_the_exporters(void **state) {
    unsigned asked = 0, denied = 0;
    (void)state;
    begin(3);
    module_add(&other);
    const struct link_authorizer some = {not_secret, &asked}, none = {nobody, &denied};
    assert_int_equal(reference_add(r[0], r[1]), 0);
    assert_int_equal(reference_authorize(r[1], &some), 0);
    assert_true(asks(r[0], made[1], &other, "open"));
    assert_false(asks(r[0], made[1], &other, "secret"));
    assert_true(asks(r[0], made[0], &other, "secret")); /* is not what r[1] exports */
    assert_false(asks(r[0], made[2], &other, "open"));  /* is not reached */
    assert_int_equal(reference_authorize(r[0], &none), 0);
    assert_false(asks(r[0], made[1], &other, "open"));
    assert_true(asks(r[1], made[1], &other, "open"));
    assert_int_equal(asked, 3);
    assert_int_equal(denied, 1);
    module_remove(&other);
    end(3);
}

static void the_last_answers_are_kept(void **state) {
    unsigned asked = 0;
    (void)state;
    begin(1);
    module_add(&other);
    const struct link_authorizer a = {not_secret, &asked};
    assert_int_equal(reference_authorize(r[0], &a), 0);
    asks(r[0], made[0], &other, "a_name_that_is_longer_than_what_is_kept_of_one");
    asks(r[0], made[0], &other, "secret");
    assert_string_equal(link_audit(0)->by, "Other");
    assert_string_equal(link_audit(0)->domain, "console");
    assert_string_equal(link_audit(0)->name, "secret");
    assert_false(link_audit(0)->allowed);
    assert_string_equal(link_audit(1)->name, "a_name_that_is_longer_than_what");
    assert_true(link_audit(1)->allowed);
    for (unsigned i = 0; i < LINK_AUDIT_MAX - 1; i++)
        asks(r[0], made[0], &other, "open");
    assert_string_equal(link_audit(LINK_AUDIT_MAX - 1)->name, "secret");
    assert_null(link_audit(LINK_AUDIT_MAX));
    module_remove(&other);
    end(1);
}

static void memory_may_run_out_anywhere(void **state) {
    struct domain_reference *less = NULL, *again = NULL;
    struct domain *d = NULL;
    (void)state;
    begin(2);
    assert_int_equal(reference_add(r[0], r[1]), 0);
    for (size_t more = 0; !d; more += 8) {
        size_t before = host.allocated;
        host.limit = before + more;
        int error = reference_create(&again, made[0], &own_module);
        if (!error && !(error = reference_restrict(&less, again, DOMAIN_IMPORT))) {
            error = reference_import(r[0], &d);
            reference_release(less);
        }
        host.limit = SIZE_MAX;
        if (again)
            reference_release(again);
        if (d)
            domain_release(d);
        assert_true(!error || error == -E_NO_MEMORY);
        assert_int_equal(host.allocated, before);
    }
    end(2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reference_gives_no_right_that_it_has_not),
        cmocka_unit_test(only_a_module_exports),
        cmocka_unit_test(aggregates_are_changed_and_do_not_nest),
        cmocka_unit_test(a_revoked_domain_is_imported_by_nobody),
        cmocka_unit_test(
            the_exporter_is_asked_for_each_name_and_who_asks_is_not_an_argument_of_his),
        cmocka_unit_test(an_aggregate_asks_both_its_own_authorizer_and_the_exporters),
        cmocka_unit_test(the_last_answers_are_kept),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests_name("spin_domain_reference", tests, NULL, NULL);
}
