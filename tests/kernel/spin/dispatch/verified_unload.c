/* SPDX-License-Identifier: MIT */
/* verified_unload.c -- S-DIS19: an extension whose program handles an event goes when no raise is
 * in it any more, and leaves nothing behind. */
#include "handles_kinds.h"
#include "../replace.h"

#include "lib/error.h"
#include "machine/thread/thread.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/strand.h"
#include "spin/services/loader/verified.h"

MODULE("TestUnload");

EVENT_DECLARE(test_unloaded, long, (long a, int b));
EVENT(test_unloaded, "Test.Unloaded", long, (long a, int b)) {
    return -a - b;
}

static struct load extension;
static struct net_handler in_net;

static bool allow_all(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    return true;
}

static struct module extension_module = {.name = "Extension"};
static struct thread *raiser, *checker;

/* The program, as a handler that its own module installs behind the intrinsic one. */
static int install_of_extension(struct handles *closure, uint8_t flags) {
    const struct authorizer all = {.allows = allow_all};
    struct handler_request request = {.net = &in_net, .flags = flags};
    struct change change;
    module_add(&extension_module);
    authorizer_of_event(THIS_MODULE, &event_test_unloaded, &all);
    if (verified_net_handler(extension.program, &handles_kind[HANDLER], 100, &in_net,
                             &request.handler))
        return -E_INVALID;
    request.handler.has_closure = true;
    request.handler.closure = closure;
    change_open(&change, &extension_module, NULL);
    change_install(&change, &event_test_unloaded, &request, NULL);
    return change_commit(&change);
}

static void wait_for_checker(void) {
    thread_switch(raiser, checker);
}

static long raised;

static void raise_and_end(void *unused) {
    (void)unused;
    raised = test_unloaded(3, 4);
    for (;;)
        wait_for_checker();
}

CHECK(verified_unload, "verified/an_extension_that_a_raise_is_in_goes_when_the_raise_has_left") {
    struct handles closure = {.wanted = 0};
    checker = thread_current();
    raiser = thread_create(raise_and_end, NULL);
    CHECK_THAT(c,
               raiser && handles_open(c) &&
                   handles_load(&extension, &handles_objects[0], "waits", &handles_kind[HANDLER]));
    CHECK_THAT(c, install_of_extension(&closure, 0) == 0);
    handles_waiting = wait_for_checker;
    thread_switch(checker, raiser); /* into handles_wait() */
    CHECK_THAT(c, extension_unload(&extension, &extension_module) == -E_EXISTS);
    CHECK_THAT(c, extension_count == 1 && test_unloaded(1, 1) == -2);
    thread_switch(checker, raiser);
    handles_waiting = NULL;
    CHECK_THAT(c, raised == 7 && closure.count == 1);
    CHECK_THAT(c, extension_unload(&extension, &extension_module) == 0 && extension_count == 0);
    thread_free(raiser);
    module_remove(&extension_module);
    restore_event(&event_test_unloaded);
    handles_close();
}

/* Asynchronous: its run is pending, and then under way in its worker. */
CHECK(verified_drain, "verified/an_extension_whose_runs_are_pending_goes_when_they_have_ended") {
    struct handles closure = {.wanted = 0};
    const struct procedure otherwise = {.entry = event_test_unloaded.intrinsic};
    struct change change;
    CHECK_THAT(c, handles_open(c) && handles_load(&extension, &handles_objects[0], "waits",
                                                  &handles_kind[HANDLER]));
    change_open(&change, THIS_MODULE, NULL);
    change_default_handler(&change, &event_test_unloaded, &otherwise);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, install_of_extension(&closure, BINDING_ASYNC) == 0);
    CHECK_THAT(c, test_unloaded(3, 4) == -7 && test_unloaded(3, 4) == -7);
    CHECK_THAT(c, extension_unload(&extension, &extension_module) == -E_EXISTS);
    handles_waiting = strand_yield;
    strand_yield(); /* into handles_wait() */
    CHECK_THAT(c, closure.count == 0);
    CHECK_THAT(c, extension_unload(&extension, &extension_module) == -E_EXISTS);
    for (unsigned i = 0; i < 3; i++)
        strand_yield();
    handles_waiting = NULL;
    CHECK_THAT(c, closure.count == 2 && test_unloaded(1, 1) == -2);
    CHECK_THAT(c, extension_unload(&extension, &extension_module) == 0 && extension_count == 0);
    module_remove(&extension_module);
    restore_event(&event_test_unloaded);
    handles_close();
}

CHECK(verified_reload, "verified/a_thousand_loads_and_unloads_leave_no_memory_behind") {
    struct handles closure = {.wanted = 0};
    size_t heap = 0;
    CHECK_THAT(c, handles_open(c));
    for (unsigned i = 0; i < 1000; i++) {
        CHECK_THAT(
            c, handles_load(&extension, &handles_objects[i % 2], "adds", &handles_kind[HANDLER]));
        CHECK_THAT(c, install_of_extension(&closure, 0) == 0 && test_unloaded(i, 1) == (long)i + 1);
        CHECK_THAT(c, extension_unload(&extension, &extension_module) == 0);
        CHECK_THAT(c, test_unloaded(i, 1) == -(long)i - 1);
        if (i < 2)
            heap = heap_used(); /* what the first time takes for good */
        CHECK_THAT(c, i < 2 || heap_is_back(heap));
    }
    CHECK_THAT(c, closure.count == 1000 && event_is_intrinsic(&event_test_unloaded));
    module_remove(&extension_module);
    restore_event(&event_test_unloaded);
    handles_close();
}
