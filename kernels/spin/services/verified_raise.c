/* SPDX-License-Identifier: MIT */
/* verified_raise.c -- see verified_raise.h. */
#include "spin/services/verified_raise.h"

#include "common/engine.h"
#include "lib/format.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch_kernel.h"

static const char *const reasons[] = {[RAISE_NO_HANDLER] = "nobody handles",
                                      [RAISE_FAILED] = "a handler has failed of",
                                      [RAISE_NO_STACK] = "too little stack is left to raise"};

static bool stack_is_left(void) {
    uintptr_t end = thread_current()->guard + PAGE_SIZE;
    return !DEFENDED(STACK) || (uintptr_t)__builtin_frame_address(0) >= end + RAISE_STACK;
}

/* How the raise has ended: 0, and the result, or by which exception. */
static enum raise_exception end_of_raise(const struct event *event, const struct net_call *call,
                                         uint64_t *result) {
    if (!stack_is_left())
        return RAISE_NO_STACK;
    const struct procedure raise = {.entry = *event->cell};
    const struct event *of;
    uintptr_t stack;
    raise_exception_take(NULL); /* what somebody has left behind is not this raise's */
    __asm__ volatile("mov %%rsp, %0" : "=r"(stack));
    *result = event_result(event->result_bytes, procedure_call(&raise, call->reg + 1));
    uintptr_t ended = thread_current()->own[THREAD_OWN_EXCEPTION] & ~(uintptr_t)RAISE_EXCEPTION;
    enum raise_exception what = raise_exception_take(&of);
    /* Or a handler has raised something, this event perhaps, and done without; by its last jump it
     * may have, from the same place. */
    return of == event && ended == stack - sizeof stack ? what : 0;
}

uint64_t raise_verified(const struct event *event, const struct net_call *call) {
    char reason[NET_REASON_MAX];
    uint64_t result = 0;
    enum raise_exception what = end_of_raise(event, call, &result);
    if (!what)
        return result;
    if (!engine_nets()->innermost) { /* the kernel's own code */
        raise_exception_set(event, what, 0);
        return 0;
    }
    format_text(reason, sizeof reason, "%s %s", reasons[what], event->name);
    net_fail(engine_nets(), &call->reg[REGISTER_FRAME], reason);
}

uint64_t raise_verified_try(const struct event *event, const struct net_call *call) {
    uint64_t result = 0;
    enum raise_exception what = end_of_raise(event, call, &result);
    thread_current()->own[THREAD_OWN_CAUGHT] = what;
    return what ? 0 : result;
}

unsigned raise_caught(void) {
    unsigned what = (unsigned)thread_current()->own[THREAD_OWN_CAUGHT];
    thread_current()->own[THREAD_OWN_CAUGHT] = 0;
    return what;
}
