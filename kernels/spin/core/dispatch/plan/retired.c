/* SPDX-License-Identifier: MIT */
/* retired.c -- see retired.h. */
#include "spin/core/dispatch/plan/retired.h"

#include "spin/core/dispatch/binding/dispatcher.h"

/* So many may wait to be freed before the stacks are looked through. */
#define RETIRED_MAX 32

static struct list all = LIST_INIT(all);
static uint32_t count;
static bool reclaiming, more; /* was retired on the way */

static void see(const uint64_t *from, const uint64_t *end, void *unused) {
    const struct hooks *h = dispatcher->hooks;
    (void)unused;
    for (; from < end; from++)
        if (*from - h->code_low < h->code_high - h->code_low)
            list_each(n, &all) {
                struct retired *r = container_of(n, struct retired, link);
                r->seen |= *from - (uintptr_t)r->code.run < r->code.bytes;
            }
}

/* Who leaves the code while others' stacks are looked through may have pinned it. */
static void reclaim(void) {
    reclaiming = true;
    do {
        more = false;
        list_each(n, &all) container_of(n, struct retired, link)->seen = false;
        dispatcher->each_stack(see, NULL);
        list_each(n, &all) {
            struct retired *r = container_of(n, struct retired, link);
            if (r->seen || __atomic_load_n(&r->pins, __ATOMIC_ACQUIRE))
                continue;
            list_remove(n);
            count--;
            dispatcher->hooks->code_unmap(dispatcher->hooks->owner, &r->code);
            r->free(r);
        }
    } while (more);
    reclaiming = false;
}

uint32_t plans_reclaim(void) {
    dispatcher->lock();
    reclaim();
    dispatcher->unlock();
    return count;
}

void retire(struct retired *r) {
    if (!r->code.bytes) {
        r->free(r);
        return;
    }
    more = r->seen = true; /* for what is known until the next look */
    list_push_back(&all, &r->link);
    if (++count > RETIRED_MAX && !reclaiming)
        reclaim();
}

bool code_is_under_way(const struct code_memory *code) {
    static struct retired asked; /* where the code is stays off the stack */
    asked.code = *code;
    asked.seen = false;
    list_push_back(&all, &asked.link);
    dispatcher->each_stack(see, NULL);
    list_remove(&asked.link);
    return asked.seen;
}
