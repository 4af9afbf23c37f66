/* SPDX-License-Identifier: MIT */
/* spin_dispatch_change_test.c -- changes that cannot be made leave everything as it was, whichever
 * allocation fails; closures live as long as somebody may use them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dispatch_host.h"
#include "lib/error.h"
#include "spin/core/dispatch/change.h"

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
static const struct event event = {.name = "Test.Event",
                                   .cell = &cell,
                                   .intrinsic = intrinsic,
                                   .result_bytes = 0,
                                   .bindings = &bindings};

static void nobody(const struct event *e) {
    fail_msg("%s has no handler", e->name);
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
static int change_all(struct event_binding *b) {
    const struct handler_request request = {.handler = of((event_fn *)letter, "x"),
                                            .guard = of((event_fn *)always, ""),
                                            .post = of((event_fn *)always, "")};
    const struct procedure guard = of((event_fn *)always, ""), fold = of((event_fn *)always, "");
    struct change c;
    change_open(&c);
    change_install(&c, &event, &request, NULL);
    change_withdraw_intrinsic(&c, &event);
    change_order(&c, b, &(struct order){.place = ORDER_LAST});
    change_remove_guard(&c, container_of(b->guards.next, struct guard, link));
    change_add_guard(&c, b, &guard, true, NULL);
    change_result_handler(&c, &event, &fold, 5);
    change_default_handler(&c, &event, &fold);
    change_level(&c, &event, LEVEL_INTERPRETED);
    return change_commit(&c);
}

static void a_change_for_which_memory_lacks_comes_to_nothing(void **state) {
    (void)state;
    struct hooks short_of_memory;
    struct event_binding *b;
    struct change c;
    dispatch_host_begin(nobody);
    short_of_memory = host.hooks;
    short_of_memory.allocate = allocate;
    short_of_memory.code_map = code_map;
    host_dispatcher.hooks = &short_of_memory;
    allowed = 1000;
    const struct handler_request request = {.handler = of((event_fn *)letter, "y"),
                                            .guard = of((event_fn *)always, ""),
                                            .order = {.place = ORDER_FIRST}};
    change_open(&c);
    change_install(&c, &event, &request, &b);
    assert_int_equal(change_commit(&c), 0);
    plans_reclaim();
    raises("yi");
    size_t memory = host.allocated, code = host.code_bytes;
    unsigned fails = 0;
    for (int error = -1; error; fails++) {
        allowed = fails;
        error = change_all(b);
        if (error) {
            assert_int_equal(error, -E_NO_MEMORY);
            assert_int_equal(host.allocated, memory);
            assert_int_equal(host.code_bytes, code);
            raises("yi");
            assert_int_equal(bindings->count, 2);
        }
    }
    assert_true(fails > 10);
    allowed = 1000;
    raises("xy");
    dispatch_host_end(&event);
    dispatch_host_all_is_given_back();
}

/* --- Closures --- */

static void closures_are_released_when_no_raise_can_use_them(void **state) {
    (void)state;
    struct event_binding *b;
    struct change c;
    dispatch_host_begin(nobody);
    released = 0;
    const struct handler_request request = {.handler = of((event_fn *)letter, "y"),
                                            .guard = of((event_fn *)always, "")};
    change_open(&c);
    change_install(&c, &event, &request, &b);
    change_abandon(&c);
    assert_int_equal(released, 2); /* the dispatcher's once the step was not refused */
    change_open(&c);
    change_install(&c, &event, &request, &b);
    assert_int_equal(change_commit(&c), 0);
    raises("iy");
    change_open(&c);
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
    change_open(&c);
    change_uninstall(&c, own);
    assert_int_equal(change_commit(&c), 0);
    assert_int_equal(plans_reclaim(), 1); /* the raise that runs this */
    assert_int_equal(released, 0);
    cell();
}

static void a_raise_goes_on_by_the_list_that_it_began_with(void **state) {
    (void)state;
    struct change c;
    dispatch_host_begin(nobody);
    for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST; level++) {
        const struct handler_request leaves = {.handler = of((event_fn *)leave_and_raise, "")},
                                     stays = {.handler = of((event_fn *)letter, "s")};
        released = 0;
        change_open(&c);
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

static void a_change_of_too_many_steps_comes_to_nothing(void **state) {
    (void)state;
    struct change c;
    dispatch_host_begin(nobody);
    change_open(&c);
    for (unsigned i = 0; i < CHANGE_STEPS_MAX; i++)
        assert_int_equal(change_level(&c, &event, LEVEL_STUB), 0);
    assert_int_equal(change_level(&c, &event, LEVEL_STUB), -E_FULL);
    assert_int_equal(change_commit(&c), -E_FULL);
    dispatch_host_end(&event);
    dispatch_host_all_is_given_back();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_for_which_memory_lacks_comes_to_nothing),
        cmocka_unit_test(closures_are_released_when_no_raise_can_use_them),
        cmocka_unit_test(a_raise_goes_on_by_the_list_that_it_began_with),
        cmocka_unit_test(a_change_of_too_many_steps_comes_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
