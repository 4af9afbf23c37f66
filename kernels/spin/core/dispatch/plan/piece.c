/* SPDX-License-Identifier: MIT */
/* piece.c -- see piece.h. */
#include "spin/core/dispatch/plan/piece.h"

#include "spin/core/dispatch/binding/dispatcher.h"

static uint32_t guards_of(const struct event_binding *b) {
    uint32_t count = 0;
    list_each(n, &b->guards) count++;
    return count;
}

static struct held *add(struct piece *p, struct held *held) {
    if (held)
        p->held[p->held_count++] = procedure_hold(held);
    return held;
}

static void add_guards(struct piece *p, struct step *s, bool imposed) {
    list_each(n, &s->binding->guards) {
        struct guard *guard = container_of(n, struct guard, link);
        if (guard->imposed != imposed)
            continue;
        add(p, guard->held);
        s->guards++;
    }
}

static void add_step(struct piece *p, const struct event_binding *b) {
    struct step *s = &p->step[p->steps++];
    *s = (struct step){.binding = b,
                       .flags = b->flags,
                       .net = b->net,
                       .handler = add(p, b->handler),
                       .post = add(p, b->post)};
    s->guard = p->held + p->held_count;
    add_guards(p, s, true);
    add_guards(p, s, false);
}

struct piece *piece_create(struct event_binding *const *binding, uint32_t count) {
    size_t held = 0;
    for (uint32_t i = 0; i < count; i++)
        held += 2 + guards_of(binding[i]);
    size_t bytes =
        sizeof(struct piece) + count * sizeof(struct step) + held * sizeof(struct held *);
    struct piece *p = dispatcher_allocate(bytes);
    if (!p)
        return NULL;
    p->holds = 1;
    p->bytes = bytes;
    p->held = (struct held **)(p->step + count);
    for (uint32_t i = 0; i < count; i++)
        add_step(p, binding[i]);
    return p;
}

static uint32_t list_bindings(const struct piece *p, struct event_binding **binding) {
    for (uint32_t i = 0; i < p->steps; i++)
        binding[i] = (struct event_binding *)p->step[i].binding;
    return p->steps;
}

struct piece *piece_without(const struct piece *p, const struct event_binding *gone) {
    struct event_binding *binding[PIECE_STEPS_MAX];
    uint32_t count = list_bindings(p, binding), kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (binding[i] != gone)
            binding[kept++] = binding[i];
    return piece_create(binding, kept);
}

struct piece *piece_with(const struct piece *p, struct event_binding *more, bool before) {
    struct event_binding *binding[PIECE_STEPS_MAX];
    uint32_t count = list_bindings(p, binding + before);
    binding[before ? 0 : count] = more;
    return piece_create(binding, count + 1);
}

struct piece *piece_hold(struct piece *p) {
    p->holds++;
    return p;
}

static void piece_free(struct retired *code) {
    struct piece *p = container_of(code, struct piece, code);
    for (uint32_t i = 0; i < p->held_count; i++)
        procedure_let_go(dispatcher->hooks, p->held[i]);
    dispatcher_release(p, p->bytes);
}

void piece_let_go(struct piece *p) {
    if (!p || --p->holds)
        return;
    p->code.free = piece_free;
    retire(&p->code);
}
