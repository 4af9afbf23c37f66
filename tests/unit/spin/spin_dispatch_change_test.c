/* SPDX-License-Identifier: MIT */
/* spin_dispatch_change_test.c -- changes that cannot be made leave everything as it was, whichever
 * allocation fails; closures live as long as somebody may use them. */
#include "unit.h"

#include <string.h>

#include "dispatch_host.h"
#include "lib/error.h"
#include "spin/core/dispatch/change.h"
#include "spin/services/events/introspect.h"

static char ran[32];

static void run(char letter) {
    size_t length = strlen(ran);
    assert_true(length + 1 < sizeof ran);
    ran[length] = letter;
}

static void intrinsic(void) {
    run('i');
}

static void letter(void *closure) {
    run(*(const char *)closure);
}

static bool always(void *closure) {
    (void)closure;
    return true;
}

static unsigned released;

static void release(void *closure) {
    (void)closure;
    released++;
}

static event_fn *cell = intrinsic;
static struct bindings *bindings;
static struct authorizer own_authorizer;
static const struct event event = {.name = "Test.Event",
                                   .module = &own_module,
                                   .authorizer = &own_authorizer,
                                   .cell = &cell,
                                   .intrinsic = intrinsic,
                                   .result_bytes = 0,
                                   .bindings = &bindings};

static void exception(const struct event *e, enum raise_exception what) {
    fail_msg("%s: exception %d", e->name, what);
}

static struct procedure of(event_fn *entry, const char *closure) {
    return (struct procedure){
        .entry = entry, .has_closure = true, .closure = (void *)closure, .release = release};
}

static void raises(const char *expected) {
    memset(ran, 0, sizeof ran);
    cell();
    assert_string_equal(ran, expected);
}

/* --- Memory that lacks --- */

static unsigned allowed; /* allocations, of memory and of code */

static void *allocate(void *owner, size_t bytes) {
    return allowed && allowed-- ? host.hooks.allocate(owner, bytes) : NULL;
}

static bool code_map(void *owner, size_t bytes, struct code_memory *code) {
    return allowed && allowed-- && host.hooks.code_map(owner, bytes, code);
}

/* A change of every kind of step; 0 or the error. */
static int change_all(struct event_binding *b, struct event_binding *middle) {
    const struct handler_request request = {.handler = of((event_fn *)letter, "x"),
                                            .guard = of((event_fn *)always, ""),
                                            .post = of((event_fn *)always, "")};
    const struct procedure guard = of((event_fn *)always, ""), fold = of((event_fn *)always, "");
    struct change c;
    change_open(&c, &own_module, NULL);
    change_install(&c, &event, &request, NULL);
    change_withdraw_intrinsic(&c, &event);
    change_uninstall(&c, middle);
    change_order(&c, b, &(struct order){.place = ORDER_LAST});
    change_remove_guard(&c, container_of(b->guards.next, struct guard, link));
    change_add_guard(&c, b, &guard, true, NULL);
    change_result_handler(&c, &event, &fold, 5);
    change_default_handler(&c, &event, &fold);
    change_level(&c, &event, LEVEL_INTERPRETED);
    return change_commit(&c);
}

static void a_change_for_which_there_is_no_memory_comes_to_nothing(void **state) {
    (void)state;
    struct hooks short_of_memory;
    struct event_binding *b, *m;
    struct change c;
    dispatch_host_begin(exception);
    short_of_memory = host.hooks;
    short_of_memory.allocate = allocate;
    short_of_memory.code_map = code_map;
    host_dispatcher.hooks = &short_of_memory;
    allowed = 1000;
    const struct handler_request request = {.handler = of((event_fn *)letter, "y"),
                                            .guard = of((event_fn *)always, ""),
                                            .order = {.place = ORDER_FIRST}},
                                 middle = {.handler = of((event_fn *)letter, "m")},
                                 last = {.handler = of((event_fn *)letter, "z")};
    change_open(&c, &own_module, NULL);
    change_install(&c, &event, &request, &b);
    change_install(&c, &event, &middle, &m);
    change_install(&c, &event, &last, NULL);
    assert_int_equal(change_commit(&c), 0);
    plans_reclaim();
    raises("yimz");
    size_t memory = host.allocated, code = host.code_bytes;
    unsigned fails = 0;
    for (int error = -1; error; fails++) {
        allowed = fails;
        error = change_all(b, m);
        if (error) {
            assert_int_equal(error, -E_NO_MEMORY);
            assert_true(host.allocated <= memory); /* parts are made again when they are wanted */
            assert_int_equal(host.code_bytes, code);
            raises("yimz");
            assert_int_equal(bindings->count, 4);
            assert_ptr_equal(m->link.previous, &b->link);
            assert_int_equal(bindings->set.initial, 0);
        }
    }
    assert_true(fails > 10);
    allowed = 1000;
    raises("zxy");
    dispatch_host_end(&event);
    dispatch_host_all_is_given_back();
}

/* --- Closures --- */

static void closures_are_released_when_no_raise_can_use_them(void **state) {
    (void)state;
    struct event_binding *b;
    struct change c;
    dispatch_host_begin(exception);
    released = 0;
    const struct handler_request request = {.handler = of((event_fn *)letter, "y"),
                                            .guard = of((event_fn *)always, "")};
    change_open(&c, &own_module, NULL);
    change_install(&c, &event, &request, &b);
    change_abandon(&c);
    assert_int_equal(released, 2); /* the dispatcher's once the step was not refused */
    change_open(&c, &own_module, NULL);
    change_install(&c, &event, &request, &b);
    assert_int_equal(change_commit(&c), 0);
    raises("iy");
    change_open(&c, &own_module, NULL);
    change_uninstall(&c, b);
    assert_int_equal(change_commit(&c), 0);
    raises("i");
    assert_int_equal(plans_reclaim(), 0);
    assert_int_equal(released, 4);
    dispatch_host_end(&event);
    dispatch_host_all_is_given_back();
}

/* --- A handler that changes what is bound while it runs --- */

static struct event_binding *own;

static void leave_and_raise(void *closure) {
    struct change c;
    (void)closure;
    run('l');
    change_open(&c, &own_module, NULL);
    change_uninstall(&c, own);
    assert_int_equal(change_commit(&c), 0);
    clear_stack_below();
    assert_int_equal(plans_reclaim(), 1); /* the raise that runs this */
    assert_int_equal(released, 0);
    cell();
}

static void a_raise_goes_on_by_the_list_that_it_began_with(void **state) {
    (void)state;
    struct change c;
    dispatch_host_begin(exception);
    for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST; level++) {
        const struct handler_request leaves = {.handler = of((event_fn *)leave_and_raise, "")},
                                     stays = {.handler = of((event_fn *)letter, "s")};
        released = 0;
        change_open(&c, &own_module, NULL);
        change_level(&c, &event, level);
        change_install(&c, &event, &leaves, &own);
        change_install(&c, &event, &stays, NULL);
        assert_int_equal(change_commit(&c), 0);
        assert_int_equal(plans_reclaim(), 0);
        raises("iliss");
        assert_int_equal(plans_reclaim(), 0);
        assert_int_equal(released, 1);
        dispatch_host_end(&event);
    }
    dispatch_host_all_is_given_back();
}

static bool has_installed;

static void install_and_raise(void *closure) {
    const struct handler_request request = {.handler = of((event_fn *)letter, "n")};
    struct change c;
    (void)closure;
    run('h');
    if (has_installed)
        return;
    has_installed = true;
    change_open(&c, &own_module, NULL);
    change_install(&c, &event, &request, NULL);
    assert_int_equal(change_commit(&c), 0);
    cell();
}

static void what_a_handler_installs_runs_from_the_next_raise_on(void **state) {
    (void)state;
    const struct handler_request request = {.handler = of((event_fn *)install_and_raise, "")};
    struct change c;
    dispatch_host_begin(exception);
    for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST; level++) {
        has_installed = false;
        change_open(&c, &own_module, NULL);
        change_level(&c, &event, level);
        change_install(&c, &event, &request, NULL);
        assert_int_equal(change_commit(&c), 0);
        raises("ihihn"); /* the raise within has it, the one around it has not */
        raises("ihn");
        dispatch_host_end(&event);
    }
    dispatch_host_all_is_given_back();
}

/* Also where it is the last thing that the raise does. */
static void a_handlers_closure_is_there_until_it_has_ended(void **state) {
    (void)state;
    const struct handler_request leaves = {.handler = of((event_fn *)leave_and_raise, ""),
                                           .flags = BINDING_CANCEL};
    struct change c;
    dispatch_host_begin(exception);
    for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST; level++) {
        released = 0;
        change_open(&c, &own_module, NULL);
        change_level(&c, &event, level);
        change_withdraw_intrinsic(&c, &event);
        change_install(&c, &event, &leaves, &own);
        assert_int_equal(change_commit(&c), 0);
        clear_stack_below();
        raises("l");
        clear_stack_below();
        assert_int_equal(plans_reclaim(), 0);
        assert_int_equal(released, 1);
        dispatch_host_end(&event);
    }
    dispatch_host_all_is_given_back();
}

static void a_watched_events_handlers_are_counted_and_timed(void **state) {
    (void)state;
    const struct handler_request request = {.handler = of((event_fn *)letter, "x")};
    struct event_report e;
    struct binding_report r;
    struct change c;
    dispatch_host_begin(exception);
    change_open(&c, &own_module, NULL);
    change_watch(&c, &event, true);
    assert_int_equal(change_commit(&c), 0);
    raises("i");
    change_open(&c, &own_module, NULL);
    change_install(&c, &event, &request, NULL);
    assert_int_equal(change_commit(&c), 0);
    raises("ix");
    raises("ix");
    event_report(&event, &e);
    assert_true(e.level == LEVEL_INTERPRETED);
    assert_string_equal(e.why, "it is watched");
    assert_true(binding_report(&event, 0, &r) && r.runs == 3 && r.time == 3); /* a tick each */
    assert_true(binding_report(&event, 1, &r) && r.runs == 2 && r.time == 2);
    change_open(&c, &own_module, NULL);
    change_watch(&c, &event, false);
    assert_int_equal(change_commit(&c), 0);
    raises("ix");
    event_report(&event, &e);
    assert_true(e.level == LEVEL_STUB);
    assert_string_equal(e.why, "no guard and no handler can be placed in it");
    assert_true(binding_report(&event, 1, &r) && r.runs == 2);
    dispatch_host_end(&event);
    dispatch_host_all_is_given_back();
}

static void a_change_of_too_many_steps_comes_to_nothing(void **state) {
    (void)state;
    struct change c;
    dispatch_host_begin(exception);
    change_open(&c, &own_module, NULL);
    for (unsigned i = 0; i < CHANGE_STEPS_MAX; i++)
        assert_int_equal(change_level(&c, &event, LEVEL_STUB), 0);
    assert_int_equal(change_level(&c, &event, LEVEL_STUB), -E_FULL);
    assert_int_equal(change_commit(&c), -E_FULL);
    dispatch_host_end(&event);
    dispatch_host_all_is_given_back();
}

/* --- Several events --- */

static event_fn *second_cell = intrinsic;
static struct bindings *second_bindings;
static const struct event second = {.name = "Test.Second",
                                    .module = &own_module,
                                    .authorizer = &own_authorizer,
                                    .cell = &second_cell,
                                    .intrinsic = intrinsic,
                                    .bindings = &second_bindings};

static void a_change_that_one_event_cannot_have_comes_to_none(void **state) {
    (void)state;
    const struct handler_request request = {.handler = of((event_fn *)letter, "x")};
    struct change c;
    dispatch_host_begin(exception);
    change_open(&c, &own_module, NULL);
    change_level(&c, &second, LEVEL_BEST);
    assert_int_equal(change_commit(&c), 0);
    change_open(&c, &own_module, NULL);
    change_install(&c, &event, &request, NULL);
    change_order(&c, second_bindings->intrinsic,
                 &(struct order){.relation = {{.other = second_bindings->intrinsic}}});
    assert_int_equal(change_commit(&c), -E_EXISTS); /* it cannot come after itself */
    raises("i");
    assert_true(cell == intrinsic);
    dispatch_host_end(&event);
    dispatch_host_end(&second);
    dispatch_host_all_is_given_back();
}

/* --- The cell, and what is said of it --- */

static bool never_holds(void *closure, uint64_t result) {
    (void)closure;
    (void)result;
    return false;
}

static uint64_t other_result(void) {
    return 7;
}

static uint64_t default_result(void) {
    return 8;
}

static uint64_t is_terminated(uint64_t unused_1, uint64_t unused_2, uint64_t unused_3,
                              uint64_t unused_4, uint64_t unused_5, struct activation *in) {
    (void)unused_1, (void)unused_2, (void)unused_3, (void)unused_4, (void)unused_5;
    in->fault = FAULT_FUEL;
    return 0;
}

static void a_lone_handler_that_may_not_fire_is_not_called_directly(void **state) {
    (void)state;
    static event_fn *of_result = (event_fn *)other_result;
    static struct bindings *its_bindings;
    const struct event with_result = {.name = "Test.Result",
                                      .module = &own_module,
                                      .authorizer = &own_authorizer,
                                      .cell = &of_result,
                                      .intrinsic = (event_fn *)other_result,
                                      .result_bytes = 8,
                                      .bindings = &its_bindings};
    const struct procedure otherwise = {.entry = (event_fn *)default_result};
    struct net_handler net = {.image = NULL};
    const struct handler_request request[] = {
        {.handler = {.entry = (event_fn *)other_result},
         .post = {.entry = (event_fn *)never_holds, .has_closure = true}},
        {.handler = {.entry = (event_fn *)is_terminated}, .net = &net}};
    dispatch_host_begin(exception);
    for (unsigned i = 0; i < 2; i++) {
        struct change c;
        change_open(&c, &own_module, NULL);
        change_withdraw_intrinsic(&c, &with_result);
        change_install(&c, &with_result, &request[i], NULL);
        change_default_handler(&c, &with_result, &otherwise);
        assert_int_equal(change_commit(&c), 0);
        assert_int_equal(((uint64_t(*)(void))of_result)(), 8);
        dispatch_host_end(&with_result);
    }
    dispatch_host_all_is_given_back();
}

static void what_is_said_of_an_event_is_what_it_has(void **state) {
    (void)state;
    const struct handler_request request = {.handler = of((event_fn *)letter, "x"),
                                            .guard = of((event_fn *)always, ""),
                                            .order = {.place = ORDER_FIRST}};
    const struct procedure imposed = of((event_fn *)always, "");
    struct event_binding *b;
    struct event_report e;
    struct binding_report r;
    struct change c;
    dispatch_host_begin(exception);
    event_report(&event, &e);
    assert_true(e.level == LEVEL_DIRECT && e.bindings == 1 && e.intrinsic && e.bytes == 0);
    assert_true(binding_report(&event, 0, &r) && r.handler == intrinsic);
    assert_false(binding_report(&event, 1, &r));
    for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST; level++) {
        change_open(&c, &own_module, NULL);
        change_level(&c, &event, level);
        change_install(&c, &event, &request, &b);
        change_add_guard(&c, b, &imposed, true, NULL);
        assert_int_equal(change_commit(&c), 0);
        plans_reclaim();
        event_report(&event, &e);
        /* all of it is native */
        assert_true(e.level == (level > LEVEL_STUB ? LEVEL_STUB : level));
        assert_true(e.bindings == 2 && e.intrinsic && !e.has_result_handler);
        assert_true(e.bytes >= host.allocated); /* and the code */
        assert_true(binding_report(&event, 0, &r) && r.binding == b &&
                    r.handler == (event_fn *)letter);
        assert_string_equal(r.by, "Test");
        assert_true(r.guards == 2 && r.imposed == 1);
        assert_true(binding_report(&event, 1, &r) && r.handler == intrinsic && !r.guards);
        assert_false(binding_report(&event, 2, &r));
        dispatch_host_end(&event);
        assert_true(binding_report(&event, 0, &r) && r.handler == intrinsic);
        assert_false(binding_report(&event, 1, &r));
    }
    dispatch_host_all_is_given_back();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_for_which_there_is_no_memory_comes_to_nothing),
        cmocka_unit_test(closures_are_released_when_no_raise_can_use_them),
        cmocka_unit_test(a_raise_goes_on_by_the_list_that_it_began_with),
        cmocka_unit_test(what_a_handler_installs_runs_from_the_next_raise_on),
        cmocka_unit_test(a_change_that_one_event_cannot_have_comes_to_none),
        cmocka_unit_test(a_lone_handler_that_may_not_fire_is_not_called_directly),
        cmocka_unit_test(what_is_said_of_an_event_is_what_it_has),
        cmocka_unit_test(a_handlers_closure_is_there_until_it_has_ended),
        cmocka_unit_test(a_watched_events_handlers_are_counted_and_timed),
        cmocka_unit_test(a_change_of_too_many_steps_comes_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
