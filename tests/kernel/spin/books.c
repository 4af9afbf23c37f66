/* SPDX-License-Identifier: MIT */
/* books.c -- see books.h. */
#include "books.h"

#include "machine/thread/preempt.h"
#include "machine/thread/thread.h"
#include "spin/services/events/introspect.h"

uint64_t books_shares(enum resource r) {
    const struct module *m;
    uint64_t sum = 0;
    for (unsigned n = 0; (m = module_at(n)); n++)
        sum += m->account.used[r];
    return sum;
}

/* With the intrinsic handler, which its event keeps while it is withdrawn. */
static uint64_t bindings_of(const struct event *e) {
    struct event_report r;
    struct binding_report b;
    if (!*e->bindings)
        return 0;
    event_report(e, &r);
    uint64_t sum = r.bindings + !r.intrinsic;
    for (uint32_t n = 0; binding_report(e, n, &b); n++)
        sum += b.guards;
    return sum;
}

uint64_t books_bindings(void) {
    uint64_t sum = 0;
    for (size_t i = 0; i < event_count(); i++)
        sum += bindings_of(event_at(i));
    return sum;
}

static void count_stack(const uint64_t *from, const uint64_t *end, void *stacks) {
    (void)from;
    (void)end;
    ++*(uint64_t *)stacks;
}

uint64_t books_strands(void) {
    uint64_t stacks = 0;
    preempt_disable();
    thread_stacks_each(count_stack, &stacks);
    preempt_enable();
    return stacks;
}
