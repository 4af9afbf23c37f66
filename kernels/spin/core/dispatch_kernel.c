/* SPDX-License-Identifier: MIT */
/* dispatch_kernel.c -- see dispatch_kernel.h. */
#include "spin/core/dispatch_kernel.h"

#include "common/engine.h"
#include "machine/thread/preempt.h"
#include "machine/thread/thread.h"

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

static const struct event *without_handler;

static void nobody(const struct event *event) {
    without_handler = event;
}

const struct event *event_without_handler(void) {
    const struct event *event = without_handler;
    without_handler = NULL;
    return event;
}

static void begin(void) {
    preempt_disable();
}

static void end(void) {
    preempt_enable();
}

void dispatch_init(void) {
    static const struct dispatcher here = {.hooks = &engine_hooks,
                                           .each_stack_word = each_stack_word,
                                           .nobody = nobody,
                                           .begin = begin,
                                           .end = end};
    dispatcher = &here;
}
