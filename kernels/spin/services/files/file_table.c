/* SPDX-License-Identifier: MIT */
/* file_table.c -- see file_table.h. */
#include "spin/services/files/file_table.h"

#include "lib/error.h"
#include "lib/list.h"
#include "machine/memory/heap.h"
#include "spin/core/dispatch/binding/defence.h"

struct entry {
    struct named reference; /* of no object: free */
    uint64_t generation;    /* of the reference, or of the last one */
};

struct file_table {
    struct external_table table;
    unsigned first; /* below it no entry is free */
    struct entry entry[EXTERNAL_MAX];
};

static struct file_table *table_of(const struct external_table *t) {
    return container_of((struct external_table *)t, struct file_table, table);
}

/* In the lowest place. */
static int externalize(struct external_table *t, const struct named *reference, unsigned slot,
                       uint64_t *external) {
    struct file_table *f = table_of(t);
    if (slot != EXTERNAL_ANY_SLOT)
        return -E_INVALID;
    while (f->first < EXTERNAL_MAX && f->entry[f->first].reference.object)
        f->first++;
    if (f->first == EXTERNAL_MAX)
        return -E_FULL;
    struct entry *e = &f->entry[f->first];
    named_hold(reference);
    e->reference = *reference;
    *external = ++e->generation << EXTERNAL_SLOT_BITS | f->first++;
    return 0;
}

static struct entry *entry_at(struct file_table *f, uint64_t external) {
    struct entry *e = &f->entry[external % EXTERNAL_MAX];
    return e->reference.object &&
                   (e->generation == external >> EXTERNAL_SLOT_BITS || !DEFENDED(FILE_INTEGER))
               ? e
               : NULL;
}

static int internalize(struct external_table *t, uint64_t external, struct named *reference) {
    const struct entry *e = entry_at(table_of(t), external);
    if (!e)
        return -E_NOT_FOUND;
    *reference = e->reference;
    return 0;
}

static int remove(struct external_table *t, uint64_t external) {
    struct file_table *f = table_of(t);
    struct entry *e = entry_at(f, external);
    if (!e)
        return -E_NOT_FOUND;
    const struct named was = e->reference;
    const unsigned slot = external % EXTERNAL_MAX;
    e->reference = (struct named){0};
    f->first = slot < f->first ? slot : f->first;
    named_release(&was);
    return 0;
}

static int copy(const struct external_table *t, struct external_table **into) {
    const struct file_table *f = table_of(t);
    struct file_table *g = heap_alloc(sizeof *g);
    if (!g)
        return -E_NO_MEMORY;
    *g = *f;
    for (unsigned slot = 0; slot < EXTERNAL_MAX; slot++)
        named_hold(&g->entry[slot].reference);
    *into = &g->table;
    return 0;
}

static void destroy(struct external_table *t) {
    struct file_table *f = table_of(t);
    for (unsigned slot = 0; slot < EXTERNAL_MAX; slot++)
        named_release(&f->entry[slot].reference);
    heap_free(f, sizeof *f);
}

int file_table_create(struct external_table **t) {
    static const struct external_operations operations = {externalize, internalize, remove, copy,
                                                          destroy};
    struct file_table *f = heap_alloc(sizeof *f);
    if (!f)
        return -E_NO_MEMORY;
    f->table.operations = &operations;
    *t = &f->table;
    return 0;
}
