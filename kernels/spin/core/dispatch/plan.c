/* SPDX-License-Identifier: MIT */
/* plan.c -- see plan.h. */
#include "spin/core/dispatch/plan.h"

#include "lib/error.h"
#include "spin/core/dispatch/dispatcher.h"
#include "spin/core/dispatch/order.h"

/* So many may wait to be freed before the stacks are looked through. */
#define RETIRED_MAX 16

static struct list retired = LIST_INIT(retired);
static uint32_t retired_count;

static void *allocate(size_t bytes) {
    return dispatcher->hooks->allocate(dispatcher->hooks->owner, bytes);
}

static void release(void *memory, size_t bytes) {
    dispatcher->hooks->release(dispatcher->hooks->owner, memory, bytes);
}

static const struct procedure *add(struct plan *p, struct held *held) {
    if (!held)
        return NULL;
    p->held[p->held_count++] = procedure_hold(held);
    return &held->procedure;
}

static uint32_t guards_of(const struct event_binding *b) {
    uint32_t count = 0;
    list_each(n, &b->guards) count++;
    return count;
}

static void add_guards(struct plan *p, struct step *s, const struct event_binding *b,
                       struct procedure *into, bool imposed) {
    list_each(n, &b->guards) {
        struct guard *guard = container_of(n, struct guard, link);
        if (guard->imposed == imposed)
            into[s->guards++] = *add(p, guard->held);
    }
}

static void add_step(struct plan *p, const struct event_binding *b, struct procedure *guards) {
    struct step *s = &p->step[p->steps++];
    *s = (struct step){.binding = b,
                       .guard = guards + p->guards,
                       .flags = b->flags,
                       .handler = add(p, b->handler),
                       .post = add(p, b->post)};
    add_guards(p, s, b, guards + p->guards, true);
    add_guards(p, s, b, guards + p->guards, false);
    p->guards += s->guards;
}

/* A plan with room for all that these bindings have, in one piece of memory. */
static struct plan *plan_with_room(struct event_binding *const *sequence, uint32_t count) {
    size_t guards = 0;
    for (uint32_t i = 0; i < count; i++)
        guards += guards_of(sequence[i]);
    size_t held = 2 + 2 * (size_t)count + guards;
    size_t bytes = sizeof(struct plan) + count * sizeof(struct step) +
                   guards * sizeof(struct procedure) + held * sizeof(struct held *);
    struct plan *p = allocate(bytes);
    if (!p)
        return NULL;
    p->bytes = bytes;
    p->step = (struct step *)(p + 1);
    p->held = (struct held **)((struct procedure *)(p->step + count) + guards);
    return p;
}

static struct plan *plan_of(const struct bindings *b, struct event_binding *const *sequence) {
    struct plan *p = plan_with_room(sequence, b->count);
    if (!p)
        return NULL;
    p->event = b->event;
    p->initial = b->initial;
    p->result = add(p, b->result);
    p->otherwise = add(p, b->otherwise);
    for (uint32_t i = 0; i < b->count; i++)
        add_step(p, sequence[i], (struct procedure *)(p->step + b->count));
    return p;
}

/* One handler that always runs, with the arguments as they are, is what the cell can hold. */
static bool is_direct(const struct plan *p) {
    return p->steps == 1 && !p->step[0].guards && !p->step[0].post && !p->result &&
           !(p->step[0].flags & (BINDING_FILTER | BINDING_MAY_END)) &&
           !p->step[0].handler->has_closure;
}

static bool make_entry(struct plan *p, const struct bindings *b) {
    if (b->watched)
        return level_watched(p);
    if (!is_direct(p))
        return b->level == LEVEL_INTERPRETED ? level_interpreted(p) : level_stub(p);
    p->entry = p->step[0].handler->entry;
    return true;
}

int plan_create(const struct bindings *b, struct plan **plan) {
    size_t bytes = b->count * sizeof(struct event_binding *);
    struct event_binding **sequence = allocate(bytes);
    bool has_order = sequence && order_find(b, sequence);
    *plan = has_order ? plan_of(b, sequence) : NULL;
    release(sequence, bytes);
    if (sequence && !has_order)
        return -E_EXISTS;
    if (*plan && !make_entry(*plan, b)) {
        plan_free(*plan);
        *plan = NULL;
    }
    return *plan ? 0 : -E_NO_MEMORY;
}

void plan_free(struct plan *p) {
    if (!p)
        return;
    if (p->code.bytes)
        dispatcher->hooks->code_unmap(dispatcher->hooks->owner, &p->code);
    for (uint32_t i = 0; i < p->held_count; i++)
        procedure_let_go(dispatcher->hooks, p->held[i]);
    release(p, p->bytes);
}

void plan_retire(struct plan *p) {
    if (!p)
        return;
    list_push_back(&retired, &p->link);
    if (++retired_count > RETIRED_MAX)
        plans_reclaim();
}

static void see(uintptr_t word, void *unused) {
    (void)unused;
    if (word < dispatcher->hooks->code_low || word >= dispatcher->hooks->code_high)
        return;
    list_each(n, &retired) {
        struct plan *p = container_of(n, struct plan, link);
        p->seen |= word - (uintptr_t)p->code.run < p->code.bytes;
    }
}

uint32_t plans_reclaim(void) {
    list_each(n, &retired) container_of(n, struct plan, link)->seen = false;
    dispatcher->each_stack_word(see, NULL);
    list_each(node, &retired) {
        struct plan *p = container_of(node, struct plan, link);
        if (p->seen)
            continue;
        list_remove(node);
        retired_count--;
        plan_free(p);
    }
    return retired_count;
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

uint64_t plan_result(const struct plan *p, uint64_t word) {
    unsigned unused_bits = 64 - 8u * p->event->result_bytes;
    return unused_bits == 64 ? 0 : word << unused_bits >> unused_bits;
}

uint64_t plan_nobody(const struct plan *p, const uint64_t argument[EVENT_ARGUMENTS_MAX]) {
    if (p->otherwise)
        return plan_result(p, procedure_call(p->otherwise, argument));
    if (p->event->result_bytes)
        dispatcher->exception(p->event, RAISE_NO_HANDLER);
    return 0;
}

uint64_t plan_failed(const struct plan *p) {
    dispatcher->exception(p->event, RAISE_FAILED);
    return 0;
}
