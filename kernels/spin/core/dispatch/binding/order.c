/* SPDX-License-Identifier: MIT */
/* order.c -- see order.h. */
#include "spin/core/dispatch/binding/order.h"

static struct event_binding *binding_at(struct list *node) {
    return container_of(node, struct event_binding, link);
}

/* The order of wishes, without relations. Gives how many there are. */
static uint32_t by_place(const struct bindings *b, struct event_binding **sequence) {
    uint32_t count = 0;
    for (struct list *n = b->installed.previous; n != &b->installed; n = n->previous)
        if (binding_at(n)->order.place == ORDER_FIRST)
            sequence[count++] = binding_at(n);
    for (enum order_place place = ORDER_ANYWHERE; place <= ORDER_LAST; place++)
        for (struct list *n = b->installed.next; n != &b->installed; n = n->next)
            if (place != ORDER_FIRST && binding_at(n)->order.place == place)
                sequence[count++] = binding_at(n);
    return count;
}

static bool is_installed(const struct event_binding *b) {
    return !list_empty(&b->link);
}

/* One waits for one more, for each relation that `b` itself has. Gives whether it has any. */
static bool count_relations(struct event_binding *b) {
    bool any = false;
    for (unsigned i = 0; i < ORDER_RELATIONS_MAX; i++) {
        struct event_binding *other = b->order.relation[i].other;
        if (!other || !is_installed(other))
            continue;
        (b->order.relation[i].before ? other : b)->waits_for++;
        any = true;
    }
    return any;
}

/* `b` has come: those behind it wait for one less. */
static void has_come(const struct event_binding *b, struct event_binding *const *left,
                     uint32_t count) {
    for (unsigned i = 0; i < ORDER_RELATIONS_MAX; i++) {
        if (b->order.relation[i].other && b->order.relation[i].before)
            b->order.relation[i].other->waits_for--;
        for (uint32_t k = 0; k < count; k++)
            if (left[k]->order.relation[i].other == b && !left[k]->order.relation[i].before)
                left[k]->waits_for--;
    }
}

/* Brings the one that comes next to the front of those that are left. False: all of them wait. */
static bool bring_next(struct event_binding **left, uint32_t count) {
    uint32_t next = 0;
    while (next < count && left[next]->waits_for)
        next++;
    if (next == count || left[next]->order.place != left[0]->order.place)
        return false;
    struct event_binding *brought = left[next];
    for (uint32_t i = next; i > 0; i--)
        left[i] = left[i - 1];
    left[0] = brought;
    has_come(brought, left + 1, count - 1);
    return true;
}

bool order_find(const struct bindings *b, struct event_binding **sequence) {
    uint32_t count = by_place(b, sequence);
    bool any = false;
    for (uint32_t i = 0; i < count; i++)
        sequence[i]->waits_for = 0;
    for (uint32_t i = 0; i < count; i++)
        any |= count_relations(sequence[i]);
    for (uint32_t i = 0; any && i < count; i++)
        if (!bring_next(sequence + i, count - i))
            return false;
    return true;
}
