/* SPDX-License-Identifier: MIT */
/* loader_kinds.c -- what an extension's source can ask of the dispatcher, each kind once; objects
 * of both compilers. */
#include "loading.h"

#include "lib/error.h"
#include "spin/services/console.h"

static void check_orders(struct check *c) {
    struct extension *keys = loading_load(c, "keys"), *orders = loading_load(c, "orders");
    if (c->failed)
        return;
    CHECK_THAT(c, console_key('\n') == '\n' && loading_call(c, orders, "orders_trace") == 1234);
    CHECK_THAT(c, loading_call(c, keys, "keys_lines") == 1);
    CHECK_THAT(c, loader_unload(orders) == 0 && loader_unload(keys) == 0);
    loading_expect_refused(c, "orders", -E_NOT_FOUND, "cannot be bound: three"); /* after nobody */
}

static void check_state(struct check *c) {
    struct extension *e = loading_load(c, "stateful");
    if (c->failed)
        return;
    CHECK_THAT(c, console_key('a') == 'b');
    CHECK_THAT(c, console_key('a') == 'a' && console_key('x') == 'y');
    CHECK_THAT(c, console_key('a') == 'b' && loader_unload(e) == 0 && console_key('b') == 'b');
}

static void check_post(struct check *c) {
    struct extension *e = loading_load(c, "counted");
    if (c->failed)
        return;
    CHECK_THAT(c, console_key(50) == 150 && console_key(100) == 200 && console_key(101) == 101);
    CHECK_THAT(c, loader_unload(e) == 0 && console_key(50) == 50);
}

/* The intrinsic handler goes: then nobody handles the event, but by default. */
static int intrinsic(int (*change_it)(struct change *, const struct event *)) {
    struct change change;
    change_open(&change, event_console_key.module, NULL);
    change_it(&change, &event_console_key);
    return change_commit(&change);
}

static void check_default(struct check *c) {
    struct extension *e = loading_load(c, "otherwise");
    if (c->failed)
        return;
    CHECK_THAT(c, console_key('a') == 'a' && intrinsic(change_withdraw_intrinsic) == 0);
    CHECK_THAT(c, console_key('a') == 'a' + 1000 && loader_unload(e) == 0);
    CHECK_THAT(c, console_key('a') == 0 && intrinsic(change_restore_intrinsic) == 0);
}

static void each_compiler(struct check *c, void (*check)(struct check *)) {
    static const char *const compilers[] = {"clang", "gcc"};
    loading_begin();
    for (unsigned i = 0; i < 2 && !c->failed; i++) {
        loader_compiler(compilers[i]);
        check(c);
    }
    loader_compiler("clang");
    loading_end(c);
}

CHECK(loader_orders, "loader/handlers_come_first_last_before_and_after_others_as_they_ask") {
    each_compiler(c, check_orders);
}

CHECK(loader_state, "loader/guard_and_handler_of_a_file_share_its_state") {
    each_compiler(c, check_state);
}

CHECK(loader_post, "loader/a_handler_whose_post_guard_does_not_hold_has_not_fired") {
    each_compiler(c, check_post);
}

CHECK(loader_default,
      "loader/a_default_handler_runs_where_no_other_does_and_goes_with_its_extension") {
    each_compiler(c, check_default);
}

CHECK(loader_not_there, "loader/what_no_event_has_is_refused_by_the_section_that_asks_for_it") {
    loading_begin();
    loading_expect_refused(c, "writes", -E_NOT_FOUND,
                           "there is nothing to extend by default.console_write");
    loading_expect_refused(c, "misplaced", -E_INVALID, "cannot be bound: soonest");
    loading_expect_refused(c, "guarded", -E_EXISTS, "cannot be bound: key");
    loading_end(c);
}
