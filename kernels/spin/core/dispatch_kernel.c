/* SPDX-License-Identifier: MIT */
/* dispatch_kernel.c -- see dispatch_kernel.h. */
#include "spin/core/dispatch_kernel.h"

#include "common/engine.h"
#include "machine/cpu/x86.h"
#include "machine/thread/preempt.h"
#include "machine/thread/thread.h"
#include "spin/core/extension.h"

/* What is done with each word of a stack. */
struct watch {
    void (*see)(uintptr_t word, void *with);
    void *with;
};

static void each_word(const uint64_t *from, const uint64_t *end, void *with) {
    const struct watch *w = with;
    for (; from < end; from++)
        w->see(*from, w->with);
}

static void each_stack_word(void (*see)(uintptr_t word, void *with), void *with) {
    struct watch w = {see, with};
    thread_stacks_each(each_word, &w);
}

void raise_exception_set(const struct event *event, enum raise_exception what) {
    uint64_t *own = thread_current()->own;
    own[THREAD_OWN_EVENT] = (uintptr_t)event;
    own[THREAD_OWN_EXCEPTION] = what;
}

enum raise_exception raise_exception_take(const struct event **event) {
    const uint64_t *own = thread_current()->own;
    enum raise_exception what = (enum raise_exception)own[THREAD_OWN_EXCEPTION];
    if (event)
        *event = (const struct event *)own[THREAD_OWN_EVENT];
    raise_exception_set(NULL, 0);
    return what;
}

static void begin(void) {
    preempt_disable();
}

static void end(void) {
    preempt_enable();
}

void dispatch_init(void) {
    static const struct dispatcher here = {.hooks = &engine_hooks,
                                           .jit = &extension_jit,
                                           .each_stack_word = each_stack_word,
                                           .exception = raise_exception_set,
                                           .net_open = raise_net_begins,
                                           .net_landed = raise_net_landed,
                                           .now = rdtsc,
                                           .begin = begin,
                                           .end = end};
    dispatcher = &here;
    raise_trap_init();
}
