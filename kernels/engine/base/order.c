/* SPDX-License-Identifier: MIT */
/* order.c -- see order.h. Bourdoncle's algorithm is Tarjan's for strongly connected components,
 * called again for the inside of each component without its head. Places are given out from the
 * highest to the lowest. It runs on a stack of its own, since programs are longer than kernel
 * stacks. */
#include "engine/base/order.h"

#define WORK_MAX 16 /* slots looked at for each slot: loops nested so deep are nobody's */

/* One stretch of code, from a place where jumps lead to the next one or to an end, being visited.
 */
struct visit {
    uint32_t slot, next; /* its start; where to look on for ways out of it */
    uint32_t lowest;     /* number of the first one visited that can be reached from here */
    bool loops;          /* it can be reached from itself */
    bool inside;         /* the loop of which it is the head is being ordered */
};

struct ordering {
    const struct program *program;
    struct order *order;
    struct visit *visit; /* a stack */
    uint32_t *open;      /* a stack: visited, and of no component known so far */
    uint32_t *number;    /* of each slot, in the order of visits; 0 not visited, DONE */
    uint32_t depth, opened, numbers, nodes, left;
    uint64_t work;
};

#define DONE     UINT32_MAX
#define FINISHED UINT32_MAX /* of visit.next */

/* The next place to which control can go from this stretch; false when there is no other. */
static bool next_way(struct ordering *o, struct visit *v, uint32_t *target) {
    const struct program *p = o->program;
    while (v->next != FINISHED) {
        uint32_t i = v->next++;
        o->work++;
        if (i != v->slot && p->mark[i] & MARK_TARGET) {
            v->next = FINISHED;
            *target = i;
            return true;
        }
        const struct opcode_info *info = insn_info(p->insn[i]);
        bool jumps = info->kind == KIND_JUMP;
        if (info->kind == KIND_EXIT || (jumps && info->operation == DO_ALWAYS))
            v->next = FINISHED;
        if (!jumps)
            continue;
        *target = i + 1 + (uint32_t)insn_distance(p->insn[i]);
        return true;
    }
    return false;
}

static void visit_start(struct ordering *o, uint32_t slot) {
    uint32_t number = ++o->numbers;
    o->number[slot] = number;
    o->open[o->opened++] = slot;
    o->visit[o->depth++] = (struct visit){.slot = slot, .next = slot, .lowest = number};
}

/* All ways out of a component's head have been visited. True: the loop's inside comes next. */
static bool component_end(struct ordering *o, struct visit *v) {
    uint32_t slot;
    while ((slot = o->open[--o->opened]) != v->slot)
        o->number[slot] = 0;
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
    if (o->number[v->slot] == DONE)
        o->order->place[v->slot] = --o->left;
    o->depth--;
    struct visit *above = v - 1;
    if (o->depth && !above->inside && v->lowest <= above->lowest) {
        above->lowest = v->lowest;
        above->loops = true;
    }
}

static bool order_function(struct ordering *o, uint32_t start) {
    uint64_t most = (uint64_t)WORK_MAX * o->program->slots + WORK_MAX;
    visit_start(o, start);
    while (o->depth && o->work <= most) {
        struct visit *v = &o->visit[o->depth - 1];
        uint32_t target;
        if (!next_way(o, v, &target)) {
            visit_end(o);
            continue;
        }
        uint32_t number = o->number[target];
        if (number == 0) {
            visit_start(o, target);
        } else if (!v->inside && number <= v->lowest) {
            v->lowest = number;
            v->loops = true;
        }
    }
    return o->work <= most;
}

static bool order_all(struct ordering *o) {
    const struct program *p = o->program;
    bool good = true;
    for (uint32_t f = 0; good && f < p->function_count; f++) {
        o->order->low[f] = o->left;
        good = order_function(o, p->function[f].start);
    }
    o->order->low[p->function_count] = o->left;
    return good;
}

static uint32_t count_nodes(const struct program *p) {
    uint32_t nodes = p->function_count;
    for (uint32_t i = 0; i < p->slots; i++)
        nodes += p->mark[i] & MARK_TARGET;
    return nodes;
}

static size_t order_bytes(const struct program *p) {
    return (2 * (size_t)p->slots + p->function_count + 1) * sizeof(uint32_t);
}

bool order_create(struct order *order, const struct program *p, const struct hooks *h) {
    uint32_t nodes = count_nodes(p);
    size_t visits = nodes * sizeof(struct visit),
           scratch = visits + (nodes + (size_t)p->slots) * sizeof(uint32_t);
    *order =
        (struct order){.place = h->allocate(h->owner, order_bytes(p)), .places = 2 * nodes + 1};
    struct ordering o = {.program = p,
                         .order = order,
                         .visit = h->allocate(h->owner, scratch),
                         .left = order->places};
    bool good = order->place && o.visit;
    if (good) {
        order->again = order->place + p->slots;
        order->low = order->again + p->slots;
        o.open = (uint32_t *)(void *)((uint8_t *)o.visit + visits);
        o.number = o.open + nodes;
        good = order_all(&o);
        order->work = o.work;
    }
    if (o.visit)
        h->release(h->owner, o.visit, scratch);
    if (!good)
        order_release(order, p, h);
    return good;
}

void order_release(struct order *order, const struct program *p, const struct hooks *h) {
    if (order->place)
        h->release(h->owner, order->place, order_bytes(p));
    order->place = NULL;
}
