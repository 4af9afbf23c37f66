/* SPDX-License-Identifier: MIT */
/* retired.c -- see retired.h. */
#include "spin/core/dispatch/plan/retired.h"

#include "spin/core/dispatch/binding/dispatcher.h"

/* So many may wait to be freed before the stacks are looked through. */
#define RETIRED_MAX 32

static struct list all = LIST_INIT(all);
static uint32_t count;
static bool reclaiming, more; /* was retired on the way */

static void see(uintptr_t word, void *unused) {
    (void)unused;
    if (word < dispatcher->hooks->code_low || word >= dispatcher->hooks->code_high)
        return;
    list_each(n, &all) {
        struct retired *r = container_of(n, struct retired, link);
        r->seen |= word - (uintptr_t)r->code.run < r->code.bytes;
    }
}

static void give_back(struct retired *r) {
    if (r->code.bytes)
        dispatcher->hooks->code_unmap(dispatcher->hooks->owner, &r->code);
    r->free(r);
}

static void reclaim_once(void) {
    more = false;
    list_each(n, &all) {
        struct retired *r = container_of(n, struct retired, link);
        r->seen = __atomic_load_n(&r->pins, __ATOMIC_RELAXED);
    }
    dispatcher->each_stack_word(see, NULL);
    for (struct list *n = all.next, *next; n != &all; n = next) {
        struct retired *r = container_of(n, struct retired, link);
        next = n->next;
        if (r->seen)
            continue;
        list_remove(n);
        count--;
        give_back(r);
    }
}

static void reclaim(void) {
    reclaiming = true;
    do
        reclaim_once();
    while (more);
    reclaiming = false;
}

uint32_t plans_reclaim(void) {
    dispatcher->begin(); /* another strand may want to, or retire something */
    reclaim();
    dispatcher->end();
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

/* Where the code is stays off the stack, where it would be found. */
struct search {
    const struct code_memory *code;
    bool found;
};

static void search(uintptr_t word, void *with) {
    struct search *s = with;
    s->found |= word - (uintptr_t)s->code->run < s->code->bytes;
}

bool code_is_under_way(const struct code_memory *code) {
    struct search s = {.code = code};
    dispatcher->each_stack_word(search, &s);
    return s.found;
}
