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

/* --- Raises that have not ended --- */

static unsigned heard;

static uint64_t hears(uint64_t number) {
    heard++;
    return number;
}

static uint64_t destroys(uint64_t number) {
    linear_destroy(linear[0]);
    return number;
}

/* A raise folds its results behind the last handler. */
static uint64_t adds_up(uint64_t running, uint64_t result) {
    return running + result;
}

static int bind(event_fn *handler, enum level level, bool later) {
    const struct procedure otherwise = {.entry = (event_fn *)intrinsic},
                           sum = {.entry = (event_fn *)adds_up};
    const struct handler_request request = {.handler = {.entry = handler}};
    const struct event *event = &linear[0]->event;
    struct change c;
    change_open(&c, &own_module, NULL);
    change_level(&c, event, level);
    change_default_handler(&c, event, &otherwise);
    change_result_handler(&c, event, &sum, 100);
    change_install(&c, event, &request, NULL);
    change_install(&c, event, &request, NULL);
    change_asynchronous(&c, event, later ? 2 : 0);
    return change_commit(&c);
}

/* The event's memory is gone then, which the sanitizer sees to. */
static void raises_of_one_that_is_destroyed_come_to_their_end(void **state) {
    (void)state;
    for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST; level++) {
        dispatch_host_begin(exception);
        heard = 0;
        assert_int_equal(linear_create(&linear[0], &like, &own_module, "Test.Instance"), 0);
        assert_int_equal(bind((event_fn *)hears, level, true), 0);
        const struct event *event = &linear[0]->event;
        assert_int_equal(LINEAR_RAISE(arrived, linear[0])(7), 7);
        assert_int_equal(LINEAR_RAISE(arrived, linear[0])(8), 8);
        linear_destroy(linear[0]);
        assert_int_equal(own_module.account.used[RESOURCE_EVENTS], 0);
        while (dispatch_host_run(event))
            ;
        assert_int_equal(heard, 4);
        clear_stack_below();
        dispatch_host_all_is_given_back();
    }
}

static uint64_t destroys_once(uint64_t number) {
    return heard++ ? number : destroys(number);
}

static void one_is_destroyed_by_its_own_handler(void **state) {
    (void)state;
    for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST; level++) {
        dispatch_host_begin(exception);
        heard = 0;
        assert_int_equal(linear_create(&linear[0], &like, &own_module, "Test.Instance"), 0);
        assert_int_equal(bind((event_fn *)destroys_once, level, false), 0);
        assert_int_equal(LINEAR_RAISE(arrived, linear[0])(7), 100 + 7 + 7 + 7);
        clear_stack_below();
        dispatch_host_all_is_given_back();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_a_thousand_events_has_bindings_of_its_own),
        cmocka_unit_test(who_made_an_event_is_its_authority),
        cmocka_unit_test(raises_of_one_that_is_destroyed_come_to_their_end),
        cmocka_unit_test(one_is_destroyed_by_its_own_handler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
