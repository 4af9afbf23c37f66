/* SPDX-License-Identifier: MIT */
/* dispatch_authority.c -- who may change what in the running kernel, what is told of it, and events
 * that are made at run time. All that may be asked for is tried on the host
 * (spin_dispatch_authority_test.c); here between real modules, by real cells. */
#include "../replace.h"

#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/events/introspect.h"
#include "spin/services/events/linear.h"

MODULE("Test");

EVENT_DECLARE(test_owned, long, (long n));
EVENT_DECLARE(test_owned_too, long, (long n));

EVENT(test_owned, "Test.Owned", long, (long n)) {
    return n;
}

EVENT(test_owned_too, "Test.OwnedToo", long, (long n)) {
    return n;
}

static long add(void *closure, long n) {
    return n + *(const long *)closure;
}

static bool is_even(long n) {
    return n % 2 == 0;
}

static long sum(long running, long result, bool last, const uint64_t *argument) {
    (void)last, (void)argument;
    return running + result;
}

static struct module guest = {.name = "Guest"}, third = {.name = "Third"};
static struct change change;

static int install(struct module *by, const struct event *event, const long *number,
                   struct event_binding **b) {
    const struct handler_request request = {
        .handler = EVENT_HANDLER_WITH(test_owned, add, (void *)(uintptr_t)number)};
    change_open(&change, by, "pass");
    change_install(&change, event, &request, b);
    return change_commit(&change);
}

static int uninstall(struct module *by, struct event_binding *b) {
    change_open(&change, by, "pass");
    change_uninstall(&change, b);
    return change_commit(&change);
}

static void end(void) {
    static const struct authorizer nobody;
    restore_event(&event_test_owned);
    restore_event(&event_test_owned_too);
    authorizer_of_module(THIS_MODULE, &nobody);
    module_remove(&guest);
    module_remove(&third);
}

static void between_modules(struct check *c, void (*check)(struct check *c)) {
    size_t heap = heap_used();
    module_add(THIS_MODULE);
    module_add(&guest);
    module_add(&third);
    check(c);
    end();
    CHECK_THAT(c, c->failed || heap_is_back(heap));
}

/* --- S-AUT2, S-AUT3 --- */

static char log[128];
static unsigned allowed; /* so many more steps */

static bool log_and_allow(void *closure, struct change_request *r) {
    const char *at = r->what;
    size_t length = strlen(log);
    (void)closure;
    if (r->by != &guest || strcmp(r->credentials, "pass") != 0)
        return false;
    while (*at && length + 2 < sizeof log)
        log[length++] = *at++;
    log[length++] = ' ';
    log[length] = '\0';
    return allowed && allowed--;
}

static int change_all(struct event_binding *b) {
    static const long two = 2;
    const struct procedure guard = EVENT_GUARD(test_owned, is_even), none = {0};
    const struct handler_request request = {
        .handler = EVENT_HANDLER_WITH(test_owned, add, (void *)(uintptr_t)&two)};
    struct guard *added = NULL;
    change_open(&change, &guest, "pass");
    change_install(&change, &event_test_owned, &request, NULL);
    change_order(&change, b, &(struct order){.place = ORDER_FIRST});
    if (change_add_guard(&change, b, &guard, false, &added) == 0)
        change_remove_guard(&change, added);
    change_default_handler(&change, &event_test_owned, &none);
    change_result_handler(&change, &event_test_owned, &none, 0);
    change_uninstall(&change, b);
    return change_commit(&change);
}

static void asked(struct check *c) {
    static const char all[] =
        "install order add_guard remove_guard default_handler result_handler uninstall ";
    static const long one = 1;
    const struct authorizer logs = {.allows = log_and_allow};
    struct event_binding *b;
    CHECK_THAT(c, install(&guest, &event_test_owned, &one, &b) == -E_PERM); /* there is none */
    CHECK_THAT(c, authorizer_of_event(&guest, &event_test_owned, &logs) == -E_PERM);
    CHECK_THAT(c, authorizer_of_event(THIS_MODULE, &event_test_owned, &logs) == 0);
    allowed = 1;
    CHECK_THAT(c, install(&guest, &event_test_owned, &one, &b) == 0 && test_owned(5) == 6);
    for (unsigned steps = 0; steps <= 7; steps++) {
        memset(log, 0, sizeof log);
        allowed = steps;
        CHECK_THAT(c, change_all(b) == (steps < 7 ? -E_PERM : 0));
        CHECK_THAT(c, memcmp(log, all, strlen(log)) == 0 &&
                          (strlen(log) < strlen(all)) == (steps < 6));
        CHECK_THAT(c, test_owned(5) == (steps < 7 ? 6 : 7));
    }
}

CHECK(authority_asked,
      "authority/each_step_is_asked_for_with_credentials_and_a_denial_undoes_all") {
    between_modules(c, asked);
}

/* --- S-AUT4, S-AUT5, S-AUT7, S-AUT8, S-DIS21 --- */

static bool allow(void *closure, struct change_request *r) {
    (void)closure, (void)r;
    return true;
}

static bool impose(void *closure, struct change_request *r) {
    (void)closure;
    if (strcmp(r->what, "install") == 0) {
        r->imposed_guard = (struct procedure)EVENT_GUARD(test_owned, is_even);
        r->handler->order.place = ORDER_FIRST;
    }
    return true;
}

static void imposed(struct check *c) {
    static const long one = 1;
    const struct authorizer imposes = {.allows = impose}, of_all = {.allows = allow};
    struct binding_report r;
    struct event_binding *b, *too;
    CHECK_THAT(c, authorizer_of_module(THIS_MODULE, &of_all) == 0);
    CHECK_THAT(c, authorizer_of_event(THIS_MODULE, &event_test_owned, &imposes) == 0);
    CHECK_THAT(c, install(&guest, &event_test_owned_too, &one, &too) == 0); /* by the module's */
    CHECK_THAT(c, test_owned_too(3) == 4);
    CHECK_THAT(c, install(&guest, &event_test_owned, &one, &b) == 0);
    CHECK_THAT(c, binding_report(&event_test_owned, 0, &r) && r.binding == b && r.imposed == 1);
    change_open(&change, THIS_MODULE, NULL);
    change_withdraw_intrinsic(&change, &event_test_owned);
    change_limit(&change, &event_test_owned, 2);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, test_owned(4) == 5 && test_owned(3) == 0);
    CHECK_THAT(c, raise_exception_take(NULL) == RAISE_NO_HANDLER);
    CHECK_THAT(c, uninstall(&third, b) == -E_PERM && test_owned(4) == 5);
    CHECK_THAT(c, install(&third, &event_test_owned, &one, NULL) == 0);
    CHECK_THAT(c, install(&third, &event_test_owned, &one, NULL) == -E_FULL);
    CHECK_THAT(c, uninstall(&guest, too) == 0 && uninstall(THIS_MODULE, b) == 0);
    CHECK_THAT(c, test_owned(4) == 5 && test_owned_too(3) == 3);
}

CHECK(authority_imposed, "authority/what_is_imposed_holds_and_nobody_else_touches_a_binding") {
    between_modules(c, imposed);
}

/* --- S-DIS18, S-GEN4: beyond 64 handlers, with a result handler and an imposed guard --- */

#define MANY 65

static void many(struct check *c) {
    static const enum level levels[] = {LEVEL_INTERPRETED, LEVEL_STUB, LEVEL_MERGED};
    static long number[MANY];
    const struct procedure fold = {.entry = (event_fn *)sum},
                           guard = EVENT_GUARD(test_owned, is_even);
    for (unsigned l = 0; l < sizeof levels / sizeof levels[0]; l++) {
        struct event_binding *b[MANY];
        struct event_report e;
        struct binding_report r;
        change_open(&change, THIS_MODULE, NULL);
        change_level(&change, &event_test_owned, levels[l]);
        change_withdraw_intrinsic(&change, &event_test_owned);
        change_result_handler(&change, &event_test_owned, &fold, 1000);
        CHECK_THAT(c, change_commit(&change) == 0);
        for (unsigned i = 0; i < MANY; i++) {
            number[i] = 1 + i;
            CHECK_THAT(c, install(THIS_MODULE, &event_test_owned, &number[i], &b[i]) == 0);
        }
        change_open(&change, THIS_MODULE, NULL);
        change_add_guard(&change, b[MANY - 1], &guard, true, NULL);
        CHECK_THAT(c, change_commit(&change) == 0);
        CHECK_THAT(c, test_owned(0) == 1000 + MANY * (MANY + 1) / 2);
        CHECK_THAT(c, test_owned(1) == 1000 + MANY * (MANY + 1) / 2 + MANY - 1 - MANY);
        event_report(&event_test_owned, &e);
        CHECK_THAT(c, e.bindings == MANY && !e.intrinsic && e.has_result_handler && e.why);
        CHECK_THAT(c, e.level == (levels[l] > LEVEL_STUB ? LEVEL_STUB : levels[l])); /* native */
        for (unsigned i = 0; i < MANY; i++)
            CHECK_THAT(c, binding_report(&event_test_owned, i, &r) && r.binding == b[i] &&
                              r.imposed == (i == MANY - 1));
        CHECK_THAT(c, !binding_report(&event_test_owned, MANY, &r));
        restore_event(&event_test_owned);
    }
}

CHECK(authority_many,
      "authority/sixty_five_handlers_give_one_result_at_each_level_and_are_told_of") {
    between_modules(c, many);
}

/* --- S-DIS20 --- */

#define EVENTS 1000

static void made(struct check *c) {
    static struct linear_event *made_events[EVENTS];
    static long number[EVENTS];
    unsigned count = 0;
    while (count < EVENTS &&
           linear_create(&made_events[count], &event_test_owned, THIS_MODULE, "Test.Made") == 0)
        count++;
    for (unsigned i = 0; i < count && !c->failed; i++) {
        number[i] = i;
        if (i % 2 && install(THIS_MODULE, &made_events[i]->event, &number[i], NULL) != 0)
            check_fail(c, "event %u has no handler", i);
    }
    for (unsigned i = 0; i < count && !c->failed; i++)
        if (LINEAR_RAISE(test_owned, made_events[i])(7) != 7 + (i % 2 ? (long)i : 0))
            check_fail(c, "event %u has another's handler", i);
    CHECK_THAT(c, test_owned(7) == 7);
    for (unsigned i = 0; i < count; i++)
        linear_destroy(made_events[i]);
    CHECK_THAT(c, count == EVENTS);
}

CHECK(authority_made, "authority/a_thousand_events_made_at_run_time_have_handlers_of_their_own") {
    between_modules(c, made);
}
