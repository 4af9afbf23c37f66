/* SPDX-License-Identifier: MIT */
/* external.c -- see external.h. */
#include "spin/runtime/external.h"

#include "lib/error.h"
#include "lib/list.h"

_Static_assert(EXTERNAL_MAX == 1 << EXTERNAL_SLOT_BITS, "the lowest bits are the slot");

struct entry {
    struct named reference; /* of no object: free */
    uint64_t generation;    /* of the reference, or of the last one; it only grows, and 56 bits of
                             * it outlast any machine */
};

/* The kernel's own kind of table: O(n) to find a reference, n at most 256. */
struct plain_table {
    struct external_table table;
    const struct hooks *hooks;
    struct entry entry[EXTERNAL_MAX];
};

static struct plain_table *plain(const struct external_table *t) {
    return container_of(t, struct plain_table, table);
}

static uint64_t integer_of(const struct plain_table *p, unsigned slot) {
    return p->entry[slot].generation << EXTERNAL_SLOT_BITS | slot;
}

/* The entry that any integer leads to, or null. */
static struct entry *entry_at(struct plain_table *p, uint64_t external) {
    struct entry *e = &p->entry[external % EXTERNAL_MAX];
    return e->reference.object && e->generation == external >> EXTERNAL_SLOT_BITS ? e : NULL;
}

/* The slot of the reference, or EXTERNAL_ANY_SLOT. */
static unsigned slot_of(const struct plain_table *p, const struct named *reference) {
    unsigned slot = 0;
    while (slot < EXTERNAL_MAX && (p->entry[slot].reference.object != reference->object ||
                                   p->entry[slot].reference.type != reference->type))
        slot++;
    return slot;
}

static unsigned free_slot(const struct plain_table *p) {
    unsigned slot = 0;
    while (slot < EXTERNAL_MAX && p->entry[slot].reference.object)
        slot++;
    return slot;
}

static int plain_externalize(struct external_table *t, const struct named *reference, unsigned slot,
                             uint64_t *external) {
    struct plain_table *p = plain(t);
    unsigned has = slot_of(p, reference);
    bool anywhere = slot == EXTERNAL_ANY_SLOT;
    if (has < EXTERNAL_MAX && !anywhere && slot != has)
        return -E_EXISTS;
    if (has == EXTERNAL_MAX) {
        has = anywhere ? free_slot(p) : slot;
        if (has == EXTERNAL_MAX)
            return -E_FULL;
        if (p->entry[has].reference.object)
            return -E_EXISTS;
        named_hold(reference);
        p->entry[has].reference = *reference;
        p->entry[has].generation++;
    }
    *external = integer_of(p, has);
    return 0;
}

static int plain_internalize(struct external_table *t, uint64_t external, struct named *reference) {
    const struct entry *e = entry_at(plain(t), external);
    if (!e)
        return -E_NOT_FOUND;
    *reference = e->reference;
    return 0;
}

static int plain_remove(struct external_table *t, uint64_t external) {
    struct entry *e = entry_at(plain(t), external);
    if (!e)
        return -E_NOT_FOUND;
    const struct named was = e->reference;
    e->reference = (struct named){0};
    named_release(&was);
    return 0;
}

static int plain_copy(const struct external_table *t, struct external_table **copy) {
    const struct plain_table *p = plain(t);
    struct plain_table *q = p->hooks->allocate(p->hooks->owner, sizeof *q);
    if (!q)
        return -E_NO_MEMORY;
    *q = *p;
    for (unsigned slot = 0; slot < EXTERNAL_MAX; slot++)
        named_hold(&q->entry[slot].reference);
    *copy = &q->table;
    return 0;
}

static void plain_destroy(struct external_table *t) {
    struct plain_table *p = plain(t);
    for (unsigned slot = 0; slot < EXTERNAL_MAX; slot++)
        named_release(&p->entry[slot].reference);
    p->hooks->release(p->hooks->owner, p, sizeof *p);
}

static const struct external_operations plain_operations = {.externalize = plain_externalize,
                                                            .internalize = plain_internalize,
                                                            .remove = plain_remove,
                                                            .copy = plain_copy,
                                                            .destroy = plain_destroy};

int external_create(struct external_table **t, const struct hooks *hooks) {
    struct plain_table *p = hooks->allocate(hooks->owner, sizeof *p);
    if (!p)
        return -E_NO_MEMORY;
    p->table.operations = &plain_operations;
    p->hooks = hooks;
    *t = &p->table;
    return 0;
}

/* --- What holds for every table, whoever made it --- */

void external_destroy(struct external_table *t) {
    t->operations->destroy(t);
}

int external_externalize(struct external_table *t, const struct named *reference, unsigned slot,
                         uint64_t *external) {
    if (slot > EXTERNAL_ANY_SLOT)
        return -E_INVALID;
    if (!reference->object) {
        *external = EXTERNAL_NIL;
        return 0;
    }
    return t->operations->externalize(t, reference, slot, external);
}

int external_internalize(struct external_table *t, uint64_t external, const struct name_type *type,
                         void **object) {
    struct named found = {.type = type};
    int error = external == EXTERNAL_NIL ? 0 : t->operations->internalize(t, external, &found);
    if (error)
        return error;
    if (found.type != type)
        return -E_INVALID;
    named_hold(&found);
    *object = found.object;
    return 0;
}

int external_delete(struct external_table *t, uint64_t external) {
    return t->operations->remove(t, external);
}

int external_copy(const struct external_table *t, struct external_table **copy) {
    return t->operations->copy(t, copy);
}
