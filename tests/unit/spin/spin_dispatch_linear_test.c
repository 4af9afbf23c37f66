/* SPDX-License-Identifier: MIT */
/* spin_dispatch_linear_test.c -- a thousand events of one type: what is bound to one is bound to no
 * other, and nothing is left of one that goes. */
#include "unit.h"
#include "dispatch_host.h"
#include "lib/error.h"
#include "spin/services/events/linear.h"

#define EVENTS 1000

typedef uint64_t arrived_fn(uint64_t number);

static uint64_t intrinsic(uint64_t number) {
    return number;
}

static uint64_t add(void *closure, uint64_t number) {
    return *(const uint64_t *)closure + number;
}

static event_fn *cell = (event_fn *)intrinsic;
static struct bindings *bindings;
static struct authorizer authorizer;
static const struct event like = {.name = "Test.Arrived",
                                  .module = &own_module,
                                  .cell = &cell,
                                  .intrinsic = (event_fn *)intrinsic,
                                  .arguments = 1,
                                  .result_bytes = 8,
                                  .bindings = &bindings,
                                  .authorizer = &authorizer};
static struct module other = {.name = "Other"};
static struct linear_event *linear[EVENTS];
static uint64_t added[EVENTS];

static void exception(const struct event *e, enum raise_exception what) {
    fail_msg("%s: exception %d", e->name, what);
}

static int install(struct module *by, unsigned i, struct event_binding **binding) {
    const struct handler_request request = {
        .handler = {.entry = (event_fn *)add, .has_closure = true, .closure = &added[i]}};
    struct change c;
    added[i] = 1000000 * (uint64_t)i;
    change_open(&c, by, NULL);
    change_install(&c, &linear[i]->event, &request, binding);
    return change_commit(&c);
}

static void each_of_a_thousand_events_has_bindings_of_its_own(void **state) {
    (void)state;
    dispatch_host_begin(exception);
    module_add(&other);
    for (unsigned i = 0; i < EVENTS; i++)
        assert_int_equal(linear_create(&linear[i], &like, &own_module, "Test.Instance"), 0);
    for (unsigned i = 0; i < EVENTS; i += 2)
        assert_int_equal(install(&own_module, i, NULL), 0);
    for (unsigned i = 0; i < EVENTS; i++)
        assert_int_equal(LINEAR_RAISE(arrived, linear[i])(7), 7 + (i % 2 ? 0 : added[i]));
    assert_int_equal(((arrived_fn *)cell)(7), 7);
    assert_true(!bindings);
    for (unsigned i = 0; i < EVENTS; i++)
        linear_destroy(linear[i]);
    dispatch_host_all_is_given_back();
    module_remove(&other);
}

static void who_made_an_event_is_its_authority(void **state) {
    (void)state;
    struct module copy = own_module;
    dispatch_host_begin(exception);
    module_add(&other);
    assert_int_equal(linear_create(&linear[0], &like, &copy, "Test.Instance"), -E_PERM);
    assert_int_equal(linear_create(&linear[0], &like, &other, "Test.Instance"), 0);
    assert_int_equal(install(&own_module, 0, NULL), -E_PERM);
    assert_int_equal(install(&other, 0, NULL), 0);
    linear_destroy(linear[0]);
    assert_true(list_empty(&other.bindings));
    host.limit = host.allocated;
    assert_int_equal(linear_create(&linear[0], &like, &other, "Test.Instance"), -E_NO_MEMORY);
    dispatch_host_all_is_given_back();
    module_remove(&other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_a_thousand_events_has_bindings_of_its_own),
        cmocka_unit_test(who_made_an_event_is_its_authority),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
