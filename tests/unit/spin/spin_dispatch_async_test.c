/* SPDX-License-Identifier: MIT */
/* spin_dispatch_async_test.c -- asynchronous handlers and events: which there can be, how many runs
 * may be pending, and what becomes of those that are when their binding goes. What they mean beside
 * other handlers, at each level, is in spin_dispatch_levels_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dispatch_host.h"
#include "lib/error.h"
#include "spin/core/dispatch/authority.h"
#include "spin/services/events/introspect.h"

static uint64_t heard[8];
static unsigned times, released;
static uint64_t (*also)(void); /* what the handler does besides, or null */

static uint64_t hears(void *closure, uint64_t a) {
    (void)closure;
    assert_true(times < 8);
    heard[times++] = a;
    return also ? also() : a;
}

static uint64_t intrinsic(uint64_t a) {
    return a;
}

static bool holds(void) {
    return true;
}

static void release(void *closure) {
    (void)closure;
    released++;
}

static event_fn *cell;
static struct bindings *bindings;
static struct authorizer authorizer;
static struct event event = {.name = "Test.Async",
                             .module = &own_module,
                             .cell = &cell,
                             .intrinsic = (event_fn *)intrinsic,
                             .arguments = 1,
                             .bindings = &bindings,
                             .authorizer = &authorizer};
static struct module other = {.name = "Other"};

static const struct procedure handler = {
    .entry = (event_fn *)hears, .has_closure = true, .release = release};

static void exception(const struct event *e, enum raise_exception what) {
    fail_msg("%s: exception %d", e->name, what);
}

static int begin(void **state) {
    (void)state;
    dispatch_host_begin(exception);
    module_add(&other);
    event.has_addresses = false;
    event.result_bytes = 0;
    cell = event.intrinsic;
    times = released = 0;
    also = NULL;
    return 0;
}

static int end(void **state) {
    (void)state;
    dispatch_host_end(&event);
    module_remove(&other);
    dispatch_host_all_is_given_back();
    return 0;
}

static uint64_t raise(uint64_t a) {
    return ((uint64_t(*)(uint64_t))cell)(a);
}

static void settle(void) {
    while (dispatch_host_run(&event))
        ;
}

static int install_by(struct module *by, const struct handler_request *request,
                      struct event_binding **binding) {
    struct change c;
    change_open(&c, by, NULL);
    change_install(&c, &event, request, binding);
    return change_commit(&c);
}

static int install(uint8_t flags, uint32_t pending, struct event_binding **binding) {
    const struct handler_request request = {.handler = handler, .flags = flags, .pending = pending};
    return install_by(&own_module, &request, binding);
}

static int uninstall(struct event_binding *binding) {
    struct change c;
    change_open(&c, &own_module, NULL);
    change_uninstall(&c, binding);
    return change_commit(&c);
}

static int set_default(bool some) {
    const struct procedure none = {.entry = NULL}, adds = {.entry = (event_fn *)intrinsic};
    struct change c;
    change_open(&c, &own_module, NULL);
    change_default_handler(&c, &event, some ? &adds : &none);
    return change_commit(&c);
}

static int set_later(struct module *by, uint32_t pending) {
    struct change c;
    change_open(&c, by, NULL);
    change_asynchronous(&c, &event, pending);
    return change_commit(&c);
}

/* --- What there can be --- */

static const struct {
    bool has_addresses, has_result, has_default;
    uint8_t flags;
    bool has_post;
    int error;
} matrix[] = {
    {false, false, false, 0, false, 0},
    {false, false, true, 0, false, 0},
    {false, true, true, 0, false, 0},
    {false, true, false, 0, false, -E_INVALID},
    {true, false, false, 0, false, -E_INVALID},
    {true, false, true, 0, false, -E_INVALID},
    {true, true, true, 0, false, -E_INVALID},
    {false, false, false, BINDING_CANCEL, false, -E_INVALID},
    {false, false, false, BINDING_FILTER, false, -E_INVALID},
    {false, false, false, 0, true, -E_INVALID},
};

static void only_what_nobody_waits_for_is_asynchronous(void **state) {
    for (unsigned i = 0; i < sizeof matrix / sizeof matrix[0]; i++) {
        struct handler_request request = {.handler = handler,
                                          .flags = matrix[i].flags | BINDING_ASYNC};
        if (matrix[i].has_post)
            request.post = (struct procedure){.entry = (event_fn *)holds};
        event.has_addresses = matrix[i].has_addresses;
        event.result_bytes = matrix[i].has_result ? 8 : 0;
        assert_int_equal(set_default(matrix[i].has_default), 0);
        assert_int_equal(install_by(&own_module, &request, NULL), matrix[i].error);
        if (!matrix[i].flags && !matrix[i].has_post)
            assert_int_equal(set_later(&own_module, 1), matrix[i].error);
        assert_int_equal(released, 0);
        end(state);
        begin(state);
    }
    assert_int_equal(install(BINDING_ASYNC, ASYNC_PENDING_MAX + 1, NULL), -E_INVALID);
    assert_int_equal(set_later(&own_module, ASYNC_PENDING_MAX + 1), -E_INVALID);
}

static void the_default_handler_stays_while_something_is_asynchronous(void **state) {
    (void)state;
    struct event_binding *b;
    event.result_bytes = 8;
    assert_int_equal(set_default(true), 0);
    assert_int_equal(install(BINDING_ASYNC, 0, &b), 0);
    assert_int_equal(set_default(false), -E_INVALID);
    assert_int_equal(uninstall(b), 0);
    assert_int_equal(set_later(&own_module, 1), 0);
    assert_int_equal(set_default(false), -E_INVALID);
    assert_int_equal(raise(7), 7); /* the default handler's */
    assert_int_equal(set_later(&own_module, 0), 0);
    assert_int_equal(set_default(false), 0);
    settle();
}

/* --- Who says so --- */

static bool imposes(void *closure, struct change_request *r) {
    (void)closure;
    if (r->handler) {
        r->handler->flags |= BINDING_ASYNC;
        r->handler->pending = 1;
    }
    return true;
}

static void an_authorizer_makes_handlers_asynchronous(void **state) {
    (void)state;
    const struct authorizer a = {.allows = imposes};
    const struct handler_request request = {.handler = handler},
                                 cancels = {.handler = handler, .flags = BINDING_CANCEL};
    assert_int_equal(authorizer_of_event(&own_module, &event, &a), 0);
    assert_int_equal(install_by(&other, &request, NULL), 0);
    assert_int_equal(install_by(&other, &cancels, NULL), -E_INVALID); /* it would not be asked */
    assert_int_equal(set_later(&other, 1), -E_PERM);
    raise(5);
    assert_int_equal(times, 0);
    settle();
    assert_int_equal(times, 1);
    assert_int_equal(heard[0], 5);
    assert_int_equal(change_withdraw_all(&other), 0);
}

/* --- What is pending --- */

static void what_is_too_much_is_lost_and_counted(void **state) {
    (void)state;
    struct binding_report report;
    assert_int_equal(install(BINDING_ASYNC, 2, NULL), 0);
    for (unsigned i = 1; i <= 3; i++)
        raise(i);
    assert_true(binding_report(&event, 1, &report));
    assert_true(report.asynchronous && report.handler == handler.entry);
    assert_int_equal(report.pending, 2);
    assert_int_equal(report.lost, 1);
    settle();
    raise(4);
    settle();
    assert_int_equal(times, 3);
    assert_true(heard[0] == 1 && heard[1] == 2 && heard[2] == 4);
    assert_true(binding_report(&event, 1, &report));
    assert_true(report.pending == 0 && report.lost == 1 && report.runs == 3);
    assert_true(report.handler == handler.entry);
}

/* Three places, of which the number where 32 bits end is no multiple. */
static void no_number_of_runs_is_too_many(void **state) {
    (void)state;
    assert_int_equal(install(BINDING_ASYNC, 3, NULL), 0);
    struct async *a = container_of(workers.next, struct worker, link)->async;
    a->posted = a->taken = UINT32_MAX;
    for (unsigned i = 1; i <= 3; i++)
        raise(i);
    settle();
    raise(4);
    settle();
    assert_int_equal(times, 4);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(heard[i], i + 1);
}

static void what_is_pending_runs_though_its_binding_is_gone(void **state) {
    (void)state;
    struct event_binding *b;
    assert_int_equal(install(BINDING_ASYNC, 0, &b), 0);
    raise(1);
    raise(2);
    assert_int_equal(uninstall(b), 0);
    clear_stack_below();
    assert_int_equal(plans_reclaim(), 0);
    assert_int_equal(released, 0);
    raise(3);
    settle();
    assert_int_equal(times, 2);
    assert_int_equal(released, 1);
    assert_int_equal(host.code_bytes, 0); /* the intrinsic handler is called directly again */
}

static struct event_binding *own;

static uint64_t leaves(void) {
    if (times == 1)
        assert_int_equal(uninstall(own), 0);
    clear_stack_below();
    plans_reclaim();
    assert_int_equal(released, 0); /* it is under way */
    return 0;
}

static void a_handler_that_uninstalls_itself_comes_to_its_end(void **state) {
    (void)state;
    also = leaves;
    assert_int_equal(install(BINDING_ASYNC, 0, &own), 0);
    raise(1);
    raise(2);
    settle();
    clear_stack_below();
    assert_int_equal(plans_reclaim(), 0);
    assert_int_equal(times, 2);
    assert_int_equal(released, 1);
}

static void a_raise_that_is_pending_keeps_the_list_that_it_began_with(void **state) {
    (void)state;
    struct event_binding *b;
    struct event_report report;
    assert_int_equal(install(0, 0, &b), 0);
    assert_int_equal(set_later(&own_module, 2), 0);
    event_report(&event, &report);
    assert_true(report.asynchronous);
    raise(1);
    assert_int_equal(uninstall(b), 0);
    clear_stack_below();
    assert_int_equal(plans_reclaim(), 1);
    raise(2);
    raise(3); /* too much */
    assert_int_equal(times, 0);
    settle();
    assert_int_equal(times, 1);
    assert_int_equal(heard[0], 1);
    clear_stack_below();
    assert_int_equal(plans_reclaim(), 0);
    assert_int_equal(released, 1);
    assert_int_equal(set_later(&own_module, 0), 0);
    raise(3);
    assert_ptr_equal(cell, event.intrinsic);
}

/* --- Memory that lacks --- */

static unsigned allowed;

static void *allocate(void *owner, size_t bytes) {
    return allowed && allowed-- ? host.hooks.allocate(owner, bytes) : NULL;
}

static void without_memory_nothing_becomes_asynchronous(void **state) {
    (void)state;
    struct hooks short_of_memory = host.hooks;
    assert_int_equal(install(0, 0, NULL), 0);
    const size_t memory = host.allocated;
    short_of_memory.allocate = allocate;
    host_dispatcher.hooks = &short_of_memory;
    for (unsigned fails = 0;; fails++) {
        const struct handler_request request = {.handler = handler, .flags = BINDING_ASYNC};
        struct change c;
        allowed = fails;
        change_open(&c, &own_module, NULL);
        change_install(&c, &event, &request, NULL);
        change_asynchronous(&c, &event, 1);
        int error = change_commit(&c);
        if (!error) {
            assert_true(fails > 6);
            break;
        }
        assert_int_equal(error, -E_NO_MEMORY);
        assert_true(host.allocated <= memory);
    }
    host_dispatcher.hooks = &host.hooks;
    raise(1);
    settle();
    assert_int_equal(times, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(only_what_nobody_waits_for_is_asynchronous),
        TEST(the_default_handler_stays_while_something_is_asynchronous),
        TEST(an_authorizer_makes_handlers_asynchronous),
        TEST(what_is_too_much_is_lost_and_counted),
        TEST(no_number_of_runs_is_too_many),
        TEST(what_is_pending_runs_though_its_binding_is_gone),
        TEST(a_handler_that_uninstalls_itself_comes_to_its_end),
        TEST(a_raise_that_is_pending_keeps_the_list_that_it_began_with),
        TEST(without_memory_nothing_becomes_asynchronous),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
