/* SPDX-License-Identifier: MIT */
/* object_page.h -- the memory of collected objects: pages of slots, each page for objects of one
 * type. An object's slot begins with what the collector knows of it. For collector.c alone. */
#ifndef SPIN_RUNTIME_OBJECT_PAGE_H
#define SPIN_RUNTIME_OBJECT_PAGE_H

#include <stdbool.h>

#include "spin/runtime/collected.h"

/* SLOT_FREE, or one of two colours that change their meaning with each cycle (collector.c). */
enum { SLOT_FREE, SLOT_EVEN, SLOT_ODD };

struct slot {
    struct slot *next; /* grey: in the collector's list of grey ones; free: in its page's list */
    struct collector_account *account;
    uint32_t pins; /* references from outside of the heap: the object is a root */
    uint8_t colour;
    uint64_t object[];
};

struct object_page {
    struct list link;      /* in the collector's list of pages */
    struct list with_room; /* in its type's list, while a slot is free */
    struct collected_type *type;
    struct slot *free; /* among the first `slots` */
    uint32_t slot_bytes, slots_max;
    uint32_t slots;  /* that have ever been taken; behind them the page is as it came */
    uint32_t used;   /* slots that are not free */
    uint32_t pinned; /* slots with pins */
};

static inline struct slot *slot_of(const void *object) {
    return container_of((void *)(uintptr_t)object, struct slot, object);
}

static inline struct object_page *page_of(const struct slot *s) {
    return (struct object_page *)((uintptr_t)s & -(uintptr_t)COLLECTOR_PAGE);
}

static inline struct slot *page_slot(const struct object_page *p, uint32_t i) {
    return (struct slot *)((uintptr_t)(p + 1) + (uintptr_t)i * p->slot_bytes);
}

static inline uint32_t slot_bytes_for(const struct collected_type *type) {
    return (uint32_t)(sizeof(struct slot) + (type->bytes + 7) / 8 * 8);
}

static inline bool page_has_room(const struct object_page *p) {
    return p->free || p->slots < p->slots_max;
}

/* Makes a page of such memory, COLLECTOR_PAGE bytes at a multiple of that, all slots free. */
struct object_page *object_page_make(void *memory, struct collected_type *type);

/* Takes a free slot, of which there is one; what was in it is zero. */
struct slot *object_page_take(struct object_page *p);
void object_page_give_back(struct object_page *p, struct slot *s);

#endif
