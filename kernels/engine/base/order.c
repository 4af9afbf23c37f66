/* SPDX-License-Identifier: MIT */
/* order.c -- see order.h. Bourdoncle's algorithm is Tarjan's for strongly connected components,
 * called again for the inside of each component without its head. Places are given out from the
 * highest to the lowest. It runs on a stack of its own, since programs are longer than kernel
 * stacks. */
#include "engine/base/order.h"

#include "engine/assert.h"

#define WORK_MAX 16 /* slots looked at for each slot: loops nested so deep are nobody's */

/* One stretch of code, from a place where jumps lead to the next one or to an end,
 * being visited. */
struct visit {
    uint32_t slot, next; /* its start; where to look on for ways out of it */
    uint32_t lowest;     /* number of the first one visited that can be reached from here */
    bool loops;          /* it can be reached from itself */
    bool inside;         /* the loop of which it is the head is being ordered */
};

#define DONE     UINT32_MAX
#define FINISHED UINT32_MAX /* of visit.next */

/* Looks at the next slot of the stretch: can control go elsewhere from there? */
static bool leads_on(struct ordering *o, struct visit *v, uint32_t *target) {
    const struct program *p = o->program;
    uint32_t i = v->next++;
    o->work++;
    *target = i;
    if (i != v->slot && p->mark[i] & MARK_TARGET) {
        v->next = FINISHED;
        return true;
    }
    const struct opcode_info *info = insn_info(p->insn[i]);
    bool jumps = info->kind == KIND_JUMP;
    if (info->kind == KIND_EXIT || (jumps && info->operation == DO_ALWAYS))
        v->next = FINISHED;
    if (jumps)
        *target = i + 1 + (uint32_t)insn_distance(p->insn[i]);
    return jumps;
}

static void visit_start(struct ordering *o, uint32_t slot) {
    ENGINE_ASSERT(o->number[slot] == 0 && o->depth < o->order->places / 2 &&
                      o->opened < o->order->places / 2,
                  "slot %u is visited, or %u stretches are", slot, o->depth);
    uint32_t number = ++o->numbers;
    o->number[slot] = number;
    o->open[o->opened++] = slot;
    o->visit[o->depth++] = (struct visit){.slot = slot, .next = slot, .lowest = number};
}

/* All ways out of a component's head have been visited; its places are taken back one at a time.
 * True: there are others, or the loop's inside comes next. */
static bool component_end(struct ordering *o, struct visit *v) {
    ENGINE_ASSERT(o->opened, "the component of slot %u is not open", v->slot);
    uint32_t slot = o->open[--o->opened];
    if (slot != v->slot) {
        o->number[slot] = 0;
        return true;
    }
    o->number[slot] = DONE;
    if (!v->loops)
        return false;
    o->order->again[slot] = --o->left;
    v->inside = true;
    v->next = slot;
    return true;
}

static void visit_end(struct ordering *o) {
    struct visit *v = &o->visit[o->depth - 1];
    if (!v->inside && v->lowest == o->number[v->slot] && component_end(o, v))
        return;
    ENGINE_ASSERT(o->left, "no place is left for slot %u", v->slot);
    if (o->number[v->slot] == DONE)
        o->order->place[v->slot] = --o->left;
    o->depth--;
    struct visit *above = v - 1;
    if (o->depth && !above->inside && v->lowest <= above->lowest) {
        above->lowest = v->lowest;
        above->loops = true;
    }
}

/* One more slot of the stretch that is visited, or a part of its end. */
static void visit_step(struct ordering *o) {
    struct visit *v = &o->visit[o->depth - 1];
    uint32_t target;
    if (v->next == FINISHED) {
        visit_end(o);
        return;
    }
    if (!leads_on(o, v, &target))
        return;
    uint32_t number = o->number[target];
    if (number == 0) {
        visit_start(o, target);
    } else if (!v->inside && number <= v->lowest) {
        v->lowest = number;
        v->loops = true;
    }
}

static size_t order_bytes(const struct program *p) {
    return (2 * (size_t)p->slots + p->function_count + 1) * sizeof(uint32_t);
}

bool order_begin(struct ordering *o, struct order *order, const struct program *p,
                 const struct hooks *h) {
    uint32_t nodes = p->function_count + p->targets;
    size_t visits = nodes * sizeof(struct visit);
    *order =
        (struct order){.place = h->allocate(h->owner, order_bytes(p)), .places = 2 * nodes + 1};
    *o = (struct ordering){.program = p,
                           .order = order,
                           .hooks = h,
                           .scratch = visits + (nodes + (size_t)p->slots) * sizeof(uint32_t),
                           .left = order->places};
    o->visit = h->allocate(h->owner, o->scratch);
    if (!order->place || !o->visit) {
        order_end(o);
        order_release(order, p, h);
        return false;
    }
    order->again = order->place + p->slots;
    order->low = order->again + p->slots;
    o->open = (uint32_t *)(void *)((uint8_t *)o->visit + visits);
    o->number = o->open + nodes;
    return true;
}

enum order_progress order_go(struct ordering *o, uint32_t steps) {
    const struct program *p = o->program;
    uint64_t most = (uint64_t)WORK_MAX * p->slots + WORK_MAX;
    for (; steps; steps--) {
        if (o->work > most)
            return ORDER_NONE;
        if (o->depth) {
            visit_step(o);
            continue;
        }
        o->order->low[o->function] = o->left;
        ENGINE_ASSERT(!o->opened, "%u stretches are in no component", o->opened);
        if (o->function == p->function_count)
            return ORDER_FOUND;
        visit_start(o, p->function[o->function++].start);
    }
    return ORDER_GOES_ON;
}

void order_end(struct ordering *o) {
    if (o->visit)
        o->hooks->release(o->hooks->owner, o->visit, o->scratch);
    o->visit = NULL;
}

void order_release(struct order *order, const struct program *p, const struct hooks *h) {
    if (order->place)
        h->release(h->owner, order->place, order_bytes(p));
    order->place = NULL;
}
