/* SPDX-License-Identifier: MIT */
/* spin_dispatch_authority_test.c -- who may change what: the authority anything, others what its
 * authorizer allows, nobody what is somebody else's; and what is refused leaves all as it was. */
#include "unit.h"

#include <string.h>

#include "dispatch_host.h"
#include "dispatch_verified.h"
#include "lib/error.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch/change.h"

/* Two events of own_module's, and two other modules. */

static char ran[32];

static void run(char letter) {
    size_t length = strlen(ran);
    assert_true(length + 1 < sizeof ran);
    ran[length] = letter;
}

static void intrinsic(void) {
    run('i');
}

static void x(void) {
    run('x');
}

static void y(void) {
    run('y');
}

static bool always(void) {
    return true;
}

static bool never(void) {
    return false;
}

static event_fn *cell[2] = {intrinsic, intrinsic};
static struct bindings *bindings[2];
static struct authorizer authorizer[2];
static uint64_t budget;
static const struct event event[2] = {{.name = "Test.First",
                                       .module = &own_module,
                                       .cell = &cell[0],
                                       .intrinsic = intrinsic,
                                       .bindings = &bindings[0],
                                       .budget = &budget,
                                       .authorizer = &authorizer[0]},
                                      {.name = "Test.Second",
                                       .module = &own_module,
                                       .cell = &cell[1],
                                       .intrinsic = intrinsic,
                                       .bindings = &bindings[1],
                                       .authorizer = &authorizer[1]}};
static struct module other = {.name = "Other"}, third = {.name = "Third"};

static void exception(const struct event *e, enum raise_exception what) {
    fail_msg("%s: exception %d", e->name, what);
}

static int begin(void **state) {
    (void)state;
    dispatch_host_begin(exception);
    module_add(&other);
    module_add(&third);
    return 0;
}

static int end(void **state) {
    const struct authorizer none = {0};
    (void)state;
    for (unsigned i = 0; i < 2; i++)
        dispatch_host_end(&event[i]);
    authorizer_of_module(&own_module, &none);
    module_remove(&other);
    module_remove(&third);
    dispatch_host_all_is_given_back();
    return 0;
}

static void raises(unsigned n, const char *expected) {
    memset(ran, 0, sizeof ran);
    cell[n]();
    assert_string_equal(ran, expected);
}

static int install(unsigned n, struct module *by, event_fn *fn, struct event_binding **binding) {
    const struct handler_request request = {.handler = {.entry = fn}};
    struct change c;
    change_open(&c, by, "credentials");
    change_install(&c, &event[n], &request, binding);
    return change_commit(&c);
}

static int uninstall(struct module *by, struct event_binding *binding) {
    struct change c;
    change_open(&c, by, "credentials");
    change_uninstall(&c, binding);
    return change_commit(&c);
}

/* --- Authorizers --- */

static char asked[256];
static unsigned times; /* that it says yes */

static bool allow_some(void *closure, struct change_request *r) {
    assert_ptr_equal(closure, asked);
    assert_ptr_equal(r->by, &other);
    assert_string_equal(r->credentials, "credentials");
    strcat(asked, r->what);
    strcat(asked, r->binding ? "+ " : " ");
    return times && times--;
}

static void allow(unsigned so_often) {
    const struct authorizer a = {.allows = allow_some, .closure = asked};
    assert_int_equal(authorizer_of_event(&own_module, &event[0], &a), 0);
    memset(asked, 0, sizeof asked);
    times = so_often;
}

static bool allow_all(void *closure, struct change_request *r) {
    (void)closure;
    (void)r;
    return true;
}

static void without_an_authorizer_only_the_authority_may_change(void **state) {
    (void)state;
    assert_int_equal(install(0, &other, x, NULL), -E_PERM);
    assert_int_equal(install(0, &own_module, y, NULL), 0);
    raises(0, "iy");
}

static void a_module_that_was_copied_or_guessed_is_none(void **state) {
    (void)state;
    const struct authorizer a = {.allows = allow_all};
    struct module copy = own_module;
    assert_int_equal(authorizer_of_event(&own_module, &event[0], &a), 0); /* of all modules */
    assert_int_equal(install(0, &copy, x, NULL), -E_PERM);
    assert_int_equal(install(0, (struct module *)((uintptr_t)&own_module + 8), x, NULL), -E_PERM);
    assert_int_equal(install(0, NULL, x, NULL), -E_PERM);
    assert_int_equal(authorizer_of_module(&copy, &a), -E_PERM);
    assert_int_equal(authorizer_of_event(&copy, &event[0], &a), -E_PERM);
    assert_int_equal(authorizer_of_event(&other, &event[0], &a), -E_PERM);
    raises(0, "i");
}

/* All that somebody else may ask for. */
static int change_all(struct event_binding *b) {
    const struct procedure guard = {.entry = (event_fn *)always}, fold = {.entry = x};
    const struct handler_request request = {.handler = {.entry = x}};
    struct change c;
    struct guard *added = NULL;
    change_open(&c, &other, "credentials");
    change_install(&c, &event[0], &request, NULL);
    change_order(&c, b, &(struct order){.place = ORDER_FIRST});
    if (change_add_guard(&c, b, &guard, false, &added) == 0)
        change_remove_guard(&c, added);
    change_default_handler(&c, &event[0], &fold);
    change_result_handler(&c, &event[0], &(struct procedure){0}, 0);
    change_uninstall(&c, b);
    return change_commit(&c);
}

#define ALL "install order+ add_guard+ remove_guard+ default_handler result_handler uninstall+ "

static void the_authorizer_is_asked_for_every_step_and_a_denial_changes_nothing(void **state) {
    (void)state;
    struct event_binding *b;
    allow(1);
    assert_int_equal(install(0, &other, y, &b), 0);
    for (unsigned yes = 0; yes < 7; yes++) {
        allow(yes);
        assert_int_equal(change_all(b), -E_PERM);
        assert_memory_equal(asked, ALL, strlen(asked)); /* to the first denial */
        assert_int_equal(bindings[0]->count, 2);
        assert_int_equal(b->order.place, ORDER_ANYWHERE);
        assert_true(list_empty(&b->guards) && !bindings[0]->otherwise);
        raises(0, "iy");
    }
    allow(7);
    assert_int_equal(change_all(b), 0);
    assert_string_equal(asked, ALL);
    raises(0, "ix");
}

static void what_is_the_authoritys_alone_is_not_even_asked_for(void **state) {
    (void)state;
    const struct procedure guard = {.entry = (event_fn *)always};
    struct event_binding *b;
    struct guard *imposed;
    struct change c;
    allow(100);
    assert_int_equal(install(0, &other, x, &b), 0);
    change_open(&c, &own_module, NULL);
    change_add_guard(&c, b, &guard, true, &imposed);
    assert_int_equal(change_commit(&c), 0);
    memset(asked, 0, sizeof asked);
    for (unsigned i = 0; i < 9; i++) {
        change_open(&c, &other, "credentials");
        if (i == 0)
            change_withdraw_intrinsic(&c, &event[0]);
        else if (i == 1)
            change_restore_intrinsic(&c, &event[0]);
        else if (i == 2)
            change_level(&c, &event[0], LEVEL_INTERPRETED);
        else if (i == 3)
            change_limit(&c, &event[0], 5000);
        else if (i == 4)
            change_watch(&c, &event[0], true);
        else if (i == 5)
            change_asynchronous(&c, &event[0], 1);
        else if (i == 6)
            change_bound(&c, &event[0], 1000);
        else if (i == 7)
            change_add_guard(&c, b, &guard, true, NULL);
        else
            change_remove_guard(&c, imposed);
        assert_int_equal(change_commit(&c), -E_PERM);
    }
    assert_string_equal(asked, "");
    raises(0, "ix");
}

static void nobody_but_installer_and_authority_touches_a_binding(void **state) {
    (void)state;
    const struct authorizer a = {.allows = allow_all};
    struct event_binding *b, *of_authority;
    struct change c;
    assert_int_equal(authorizer_of_event(&own_module, &event[0], &a), 0);
    assert_int_equal(install(0, &other, x, &b), 0);
    assert_int_equal(install(0, &own_module, y, &of_authority), 0);
    assert_int_equal(uninstall(&third, b), -E_PERM);
    assert_int_equal(uninstall(&other, of_authority), -E_PERM);
    change_open(&c, &third, NULL);
    change_order(&c, b, &(struct order){.place = ORDER_LAST});
    assert_int_equal(change_commit(&c), -E_PERM);
    raises(0, "ixy");
    assert_int_equal(uninstall(&own_module, b), 0);
    raises(0, "iy");
}

static bool impose(void *closure, struct change_request *r) {
    (void)closure;
    if (strcmp(r->what, "install") != 0)
        return false;
    r->imposed_guard.entry = (event_fn *)never;
    r->handler->order.place = ORDER_FIRST;
    return true;
}

static void an_authorizer_imposes_guard_and_order_on_what_it_allows(void **state) {
    (void)state;
    const struct authorizer a = {.allows = impose};
    struct event_binding *b;
    struct change c;
    assert_int_equal(authorizer_of_event(&own_module, &event[0], &a), 0);
    assert_int_equal(install(0, &other, x, &b), 0);
    raises(0, "i");
    struct guard *guard = container_of(b->guards.next, struct guard, link);
    assert_true(guard->imposed);
    change_open(&c, &own_module, NULL);
    change_remove_guard(&c, guard);
    assert_int_equal(change_commit(&c), 0);
    raises(0, "xi");
}

static void one_authorizer_covers_all_events_of_a_module_that_have_none_of_their_own(void **state) {
    (void)state;
    const struct authorizer a = {.allows = allow_all};
    assert_int_equal(authorizer_of_module(&own_module, &a), 0);
    assert_int_equal(install(0, &other, x, NULL), 0);
    assert_int_equal(install(1, &other, x, NULL), 0);
    allow(0);
    assert_int_equal(install(0, &other, x, NULL), -E_PERM);
    assert_int_equal(install(1, &other, x, NULL), 0);
    raises(0, "ix");
    raises(1, "ixx");
}

static void no_event_has_more_bindings_than_its_authority_allows(void **state) {
    (void)state;
    struct change c;
    change_open(&c, &own_module, NULL);
    change_limit(&c, &event[0], 3);
    assert_int_equal(change_commit(&c), 0);
    assert_int_equal(install(0, &own_module, x, NULL), 0);
    assert_int_equal(install(0, &own_module, x, NULL), 0);
    assert_int_equal(install(0, &own_module, x, NULL), -E_FULL);
    raises(0, "ixx");
}

/* --- Bounds --- */

static int install_verified(struct module *by, const char *text) {
    const struct image *image = verified_image(text, false, 0, false);
    const struct handler_request request = {
        .handler = {.entry = (event_fn *)image->code.entry, .image = image}};
    struct change c;
    change_open(&c, by, NULL);
    change_install(&c, &event[0], &request, NULL);
    return change_commit(&c);
}

static void bound(uint64_t instructions) {
    struct change c;
    change_open(&c, &own_module, NULL);
    change_bound(&c, &event[0], instructions);
    assert_int_equal(change_commit(&c), 0);
}

static const char two_long[] = "r0 = 1\nexit\n", three_long[] = "r0 = 1\nr0 += 1\nexit\n";

/* Its handlers and its own guards count, those that the authority imposes are the authority's. */
static void nobody_has_more_handlers_and_guards_than_its_quota(void **state) {
    (void)state;
    const struct authorizer a = {.allows = allow_all};
    const struct procedure guard = {.entry = (event_fn *)always};
    const struct handler_request guarded = {.handler = {.entry = x}, .guard = guard};
    struct event_binding *b;
    struct guard *added;
    struct change c;
    authorizer_of_module(&own_module, &a);
    other.account.quota[RESOURCE_BINDINGS] = 3;
    assert_int_equal(install(0, &other, x, &b), 0);
    change_open(&c, &other, NULL);
    change_add_guard(&c, b, &guard, false, &added);
    assert_int_equal(change_commit(&c), 0);
    change_open(&c, &other, NULL);
    assert_int_equal(change_install(&c, &event[1], &guarded, NULL), -E_QUOTA);
    assert_int_equal(change_commit(&c), -E_QUOTA);
    change_open(&c, &own_module, NULL);
    change_add_guard(&c, b, &guard, true, NULL);
    assert_int_equal(change_commit(&c), 0);
    assert_int_equal(other.account.used[RESOURCE_BINDINGS], 2);
    assert_int_equal(install(1, &other, x, NULL), 0);
    assert_int_equal(install(1, &other, x, NULL), -E_QUOTA);
    assert_int_equal(install(1, &third, y, NULL), 0);
    change_open(&c, &other, NULL);
    change_remove_guard(&c, added);
    assert_int_equal(change_commit(&c), 0);
    assert_int_equal(install(1, &other, x, NULL), 0);
    assert_int_equal(other.account.refused[RESOURCE_BINDINGS], 2);
    assert_int_equal(change_withdraw_all(&other), 0);
    assert_int_equal(other.account.used[RESOURCE_BINDINGS], 0);
    assert_int_equal(change_withdraw_all(&third), 0);
}

static void others_handlers_stay_below_the_authoritys_bound_or_are_refused(void **state) {
    (void)state;
    const struct authorizer a = {.allows = allow_all};
    assert_int_equal(authorizer_of_module(&own_module, &a), 0);
    bound(2);
    assert_int_equal(install(0, &other, x, NULL), -E_PERM); /* native: nobody knows */
    assert_int_equal(install_verified(&other, three_long), -E_PERM);
    assert_int_equal(install_verified(&other, two_long), 0);
    assert_int_equal(install(0, &own_module, x, NULL), 0);
    raises(0, "ix");
    bound(0);
    assert_int_equal(install_verified(&other, three_long), 0);
    assert_int_equal(install(0, &other, y, NULL), 0);
    raises(0, "ixy");
}

static bool allow_two(void *closure, struct change_request *request) {
    (void)closure;
    request->bound = 2;
    return true;
}

static void an_authorizer_imposes_a_bound(void **state) {
    (void)state;
    const struct authorizer a = {.allows = allow_two};
    assert_int_equal(authorizer_of_module(&own_module, &a), 0);
    assert_int_equal(install_verified(&other, three_long), -E_PERM);
    assert_int_equal(install_verified(&other, two_long), 0);
    bound(1); /* the lower one counts */
    assert_int_equal(install_verified(&other, two_long), -E_PERM);
}

static void nobody_else_sets_a_bound(void **state) {
    (void)state;
    const struct authorizer a = {.allows = allow_all};
    struct change c;
    assert_int_equal(authorizer_of_module(&own_module, &a), 0);
    change_open(&c, &other, NULL);
    change_bound(&c, &event[0], 0);
    assert_int_equal(change_commit(&c), -E_PERM);
}

/* Whoever binds it, one more than there is room for is refused, however it would come. */
static void what_is_bound_stays_within_what_raisers_were_told(void **state) {
    (void)state;
    const struct image *image = verified_image(three_long, false, 0, false);
    const struct procedure three = {.entry = (event_fn *)image->code.entry, .image = image};
    struct change c;
    budget = 3 * 100 + 2 * 3 + 2; /* a hundred for each binding, the intrinsic one too */
    assert_int_equal(install_verified(&own_module, three_long), 0);
    assert_int_equal(install_verified(&own_module, three_long), 0);
    assert_int_equal(install_verified(&own_module, two_long), -E_COST);
    struct event_binding *b =
        container_of(bindings[0]->installed.previous, struct event_binding, link);
    change_open(&c, &own_module, NULL);
    change_add_guard(&c, b, &three, false, NULL);
    assert_int_equal(change_commit(&c), -E_COST);
    change_open(&c, &own_module, NULL);
    change_default_handler(&c, &event[0], &three);
    assert_int_equal(change_commit(&c), -E_COST);
    change_open(&c, &own_module, NULL);
    change_result_handler(&c, &event[0], &three, 0); /* called for each */
    assert_int_equal(change_commit(&c), -E_COST);
    change_open(&c, &own_module, NULL);
    change_uninstall(&c, b);
    change_install(&c, &event[0], &(struct handler_request){.handler = three}, &b);
    assert_int_equal(change_commit(&c), 0);
    assert_int_equal(bindings[0]->count, 3);
    budget = 0;
    assert_int_equal(install_verified(&own_module, three_long), 0);
}

static void what_a_module_installed_goes_with_it(void **state) {
    (void)state;
    const struct authorizer a = {.allows = allow_all};
    assert_int_equal(authorizer_of_module(&own_module, &a), 0);
    for (unsigned i = 0; i < 3 * CHANGE_STEPS_MAX; i++) {
        assert_int_equal(install(i % 2, &other, x, NULL), 0);
        if (i % 16 == 0)
            assert_int_equal(install(i % 2, &third, y, NULL), 0);
    }
    allow(0); /* it is not asked */
    assert_int_equal(change_withdraw_all(&other), 0);
    assert_true(list_empty(&other.bindings));
    raises(0, "iyyy");
    raises(1, "i");
    assert_int_equal(change_withdraw_all(&third), 0);
    assert_true(cell[0] == intrinsic && cell[1] == intrinsic);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(without_an_authorizer_only_the_authority_may_change),
        TEST(a_module_that_was_copied_or_guessed_is_none),
        TEST(the_authorizer_is_asked_for_every_step_and_a_denial_changes_nothing),
        TEST(what_is_the_authoritys_alone_is_not_even_asked_for),
        TEST(nobody_but_installer_and_authority_touches_a_binding),
        TEST(an_authorizer_imposes_guard_and_order_on_what_it_allows),
        TEST(one_authorizer_covers_all_events_of_a_module_that_have_none_of_their_own),
        TEST(no_event_has_more_bindings_than_its_authority_allows),
        TEST(nobody_has_more_handlers_and_guards_than_its_quota),
        TEST(others_handlers_stay_below_the_authoritys_bound_or_are_refused),
        TEST(an_authorizer_imposes_a_bound),
        TEST(nobody_else_sets_a_bound),
        TEST(what_is_bound_stays_within_what_raisers_were_told),
        TEST(what_a_module_installed_goes_with_it),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    verified_release_all();
    return failed;
}
