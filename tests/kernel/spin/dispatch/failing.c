/* SPDX-License-Identifier: MIT */
/* failing.c -- a handler that fails at each raise is withdrawn when its installer may fail no
 * more. */
#include "handles_kinds.h"
#include "../replace.h"

#include "measure/bench.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/core/strand.h"
#include "spin/services/events/introspect.h"
#include "spin/services/loader/verified.h"
#include "spin/services/strand_time.h"

MODULE("TestFailing");

EVENT_DECLARE(test_failing, long, (long a, int b));
EVENT(test_failing, "Test.Failing", long, (long a, int b)) {
    return -a - b;
}

#define QUOTA 4
#define FAILS 6 /* raised with this, or more, `checked` fails */

static struct module hostile = {.name = "Hostile"};
static struct load extension;
static struct net_handler in_net;

static bool anybody(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    return true;
}

static int install(struct handles *closure, uint8_t flags) {
    const struct authorizer all = {.allows = anybody};
    const struct procedure otherwise = {.entry = event_test_failing.intrinsic};
    struct handler_request request = {.net = &in_net, .flags = flags};
    struct change c;
    module_add(&hostile);
    hostile.account.quota[RESOURCE_FAILURES] = QUOTA;
    authorizer_of_event(THIS_MODULE, &event_test_failing, &all);
    int error = verified_net_handler(extension.program, &handles_kind[HANDLER], 100, &in_net,
                                     &request.handler);
    request.handler.has_closure = true;
    request.handler.closure = closure;
    change_open(&c, THIS_MODULE, NULL);
    change_default_handler(&c, &event_test_failing, &otherwise);
    error = error ? error : change_commit(&c);
    change_open(&c, &hostile, NULL);
    change_install(&c, &event_test_failing, &request, NULL);
    return error ? error : change_commit(&c);
}

/* The raise, and time for the strands that it wakes. */
static bool fails(void) {
    test_failing(FAILS, 1);
    for (unsigned i = 0; i < 4; i++)
        strand_yield();
    return raise_exception_take(NULL) == RAISE_FAILED;
}

/* One failure more than the account may have: the fifth raise is the last that fails. */
static void withdrawn(struct check *c, uint8_t flags) {
    struct handles closure = {.wanted = 0};
    unsigned failed = 0;
    CHECK_THAT(c, install(&closure, flags) == 0);
    CHECK_THAT(c, flags || test_failing(1, 1) == 2); /* what does not fail does not count */
    for (unsigned i = 0; i < 2 * QUOTA; i++)
        failed += fails();
    bool gone = list_empty(&hostile.bindings);
    uint64_t used = hostile.account.used[RESOURCE_FAILURES];
    change_withdraw_all(&hostile);
    restore_event(&event_test_failing);
    module_remove(&hostile);
    CHECK_THAT(c, gone && used == QUOTA && in_net.failed == QUOTA + 1);
    CHECK_THAT(c, failed == (flags ? 0 : QUOTA + 1) && test_failing(FAILS, 1) == -FAILS - 1);
}

CHECK(failing, "containment/a_handler_that_fails_at_each_raise_is_withdrawn") {
    CHECK_THAT(c, handles_open(c));
    for (unsigned i = 0; i < 4 && !c->failed; i++) {
        CHECK_THAT(c, handles_load(&extension, &handles_objects[i % 2], "checked",
                                   &handles_kind[HANDLER]));
        withdrawn(c, i < 2 ? 0 : BINDING_ASYNC);
        CHECK_THAT(c, extension_close(&extension));
    }
    handles_close();
}

/* --- Time --- */

CHECK(failing_time, "account/time_behind_a_handler_that_has_failed_is_its_raisers_again") {
    struct handles closure = {.wanted = 0};
    struct change change;
    CHECK_THAT(c, handles_open(c) && handles_load(&extension, &handles_objects[0], "checked",
                                                  &handles_kind[HANDLER]));
    CHECK_THAT(c, install(&closure, 0) == 0 && strand_time_begin() == 0);
    change_open(&change, THIS_MODULE, NULL);
    change_watch(&change, &event_test_failing, true);
    int error = change_commit(&change);
    bool failed = fails();
    const struct strand *s = strand_current();
    bool own = !s->payer || s->payer == s->account;
    uint64_t of_handler = hostile.account.used[RESOURCE_TIME];
    error |= strand_time_end();
    change_withdraw_all(&hostile);
    restore_event(&event_test_failing);
    module_remove(&hostile);
    CHECK_THAT(c, extension_close(&extension));
    handles_close();
    CHECK_THAT(c, !error && failed && own && of_handler);
}
