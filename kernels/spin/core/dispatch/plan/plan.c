/* SPDX-License-Identifier: MIT */
/* plan.c -- see plan.h. */
#include "spin/core/dispatch/plan/plan.h"

#include "lib/error.h"
#include "spin/core/dispatch/binding/place.h"
#include "spin/core/dispatch/plan/part.h"
#include "spin/core/dispatch/plan/stub.h"

static uint32_t count_parts(const struct bindings *b) {
    uint32_t count = 0;
    for (unsigned place = 0; place <= ORDER_LAST; place++)
        list_each(n, &b->parts[place]) count++;
    return count;
}

static void add_parts(struct plan *p, const struct list *parts) {
    list_each(n, parts) {
        const struct part *part = container_of(n, struct part, link);
        p->part[p->parts++] =
            (struct plan_part){.piece = part->piece ? piece_hold(part->piece) : NULL,
                               .tree = tree_hold(part->tree),
                               .key = part->key};
    }
}

static struct held *hold(struct held *held) {
    return held ? procedure_hold(held) : NULL;
}

static struct plan *plan_of(const struct bindings *b) {
    size_t bytes = sizeof(struct plan) + count_parts(b) * sizeof(struct plan_part);
    struct plan *p = dispatcher_allocate(bytes);
    if (!p)
        return NULL;
    p->bytes = bytes;
    p->event = b->event;
    p->result_bytes = b->event->result_bytes;
    p->initial = b->set.initial;
    p->has_net = b->in_net;
    p->result = hold(b->result);
    p->otherwise = hold(b->otherwise);
    p->later = hold(b->later);
    add_parts(p, &b->parts[ORDER_FIRST]);
    add_parts(p, &b->parts[ORDER_ANYWHERE]);
    add_parts(p, &b->parts[ORDER_LAST]);
    return p;
}

/* The one handler that always runs, with the arguments as they are, which the cell can hold;
 * or null. */
static event_fn *direct(const struct plan *p) {
    const struct piece *only = p->parts == 1 && !p->result ? p->part[0].piece : NULL;
    const struct step *s = only && only->steps == 1 ? &only->step[0] : NULL;
    if (!s || s->guards || s->post || s->net || s->flags & BINDING_FILTER ||
        s->handler->procedure.has_closure)
        return NULL;
    return s->handler->procedure.entry;
}

/* Of machine code: what some of its bindings have. */
static enum level level_of(const struct plan *p, const struct bindings *b) {
    for (uint32_t i = 0; i < p->parts; i++)
        if (p->part[i].tree)
            return LEVEL_MERGED;
    return b->kind.places && b->placed ? LEVEL_INLINE : LEVEL_STUB;
}

void emit_later(struct emitter *e, struct plan *p, uint32_t label) {
    if (!p->later)
        return;
    emit_bind(e, label);
    emit_enter(e, p, async_raise);
}

bool plan_place(struct plan *p, struct emitter *e, uint32_t label, size_t room) {
    if (!place_code(e, &p->code.code, room))
        return false;
    const uintptr_t run = (uintptr_t)p->code.code.run;
    p->inner = (event_fn *)run;
    p->entry = p->later ? (event_fn *)(run + emit_label_at(e, label)) : p->inner;
    return true;
}

static bool make_entry(struct plan *p, const struct bindings *b) {
    p->level = LEVEL_INTERPRETED;
    if (b->set.watched)
        return level_watched(p);
    p->entry = p->later ? NULL : direct(p);
    p->level = p->entry ? LEVEL_DIRECT : LEVEL_INTERPRETED;
    if (p->entry)
        return true;
    if (!b->kind.has_code)
        return level_interpreted(p);
    p->level = level_of(p, b);
    return level_code(p, &b->kind);
}

int plan_create(struct bindings *b, struct plan **plan) {
    int error = parts_update(b);
    *plan = error ? NULL : plan_of(b);
    if (error)
        return error;
    if (*plan && !make_entry(*plan, b)) {
        plan_free(*plan);
        *plan = NULL;
    }
    return *plan ? 0 : -E_NO_MEMORY;
}

static void free_memory(struct retired *code) {
    struct plan *p = container_of(code, struct plan, code);
    for (uint32_t i = 0; i < p->parts; i++) {
        piece_let_go(p->part[i].piece);
        tree_let_go(p->part[i].tree);
    }
    procedure_let_go(dispatcher->hooks, p->result);
    procedure_let_go(dispatcher->hooks, p->otherwise);
    procedure_let_go(dispatcher->hooks, p->later);
    dispatcher_release(p, p->bytes);
}

void plan_free(struct plan *p) {
    if (!p)
        return;
    if (p->code.code.bytes)
        dispatcher->hooks->code_unmap(dispatcher->hooks->owner, &p->code.code);
    free_memory(&p->code);
}

void plan_retire(struct plan *p) {
    if (!p)
        return;
    p->code.free = free_memory;
    retire(&p->code);
}

uint64_t plan_nobody(const struct plan *p, const uint64_t argument[EVENT_ARGUMENTS_MAX]) {
    if (p->otherwise)
        return event_result(p->result_bytes, procedure_call(&p->otherwise->procedure, argument));
    if (p->result_bytes)
        dispatcher->exception(p->event, RAISE_NO_HANDLER, (uintptr_t)argument + p->frame);
    return 0;
}
