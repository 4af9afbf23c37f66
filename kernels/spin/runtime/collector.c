/* SPDX-License-Identifier: MIT */
/* collector.c -- see collector.h. The cycle:
 *
 *     IDLE --begin--> ROOTS: pages with pinned objects are looked through for them
 *                     MARKS: the references of grey objects make what they lead to grey
 *                     SWEEPS: what is not marked is freed, page by page --> IDLE
 *
 * An object is white (of the colour that is not `marked`), or marked; a marked one is grey while it
 * is in the list of grey ones, and black after. What keeps it right:
 *
 * 1. What could be reached when the cycle began is marked before SWEEPS begins. Whatever would
 *    hide part of it is shaded first: a reference that is overwritten (collector_exchange), a root
 *    that goes (collector_release). So a strand may hold white objects, and none is looked for.
 * 2. What is made is marked from the start, in every phase: colours change when a cycle begins.
 * 3. `grey` is empty but in ROOTS and MARKS. */
#include "spin/runtime/collector.h"

#include "machine/report/panic.h"
#include "spin/runtime/object_page.h"

#define REFERENCE(object, type, i) (*(void **)((char *)(object) + (type)->offset[i]))
#define GROWTH_MIN                 16 /* pages between two cycles, at least */
#define STEP_SLOTS                 16 /* of a page that are looked at in one region */

static uint8_t other(uint8_t colour) {
    return colour == SLOT_EVEN ? SLOT_ODD : SLOT_EVEN;
}

static bool is_marking(const struct collector *c) {
    return c->phase == COLLECTOR_ROOTS || c->phase == COLLECTOR_MARKS;
}

static void shade(struct collector *c, struct slot *s) {
    assert_that(s->colour != SLOT_FREE);
    if (s->colour == c->marked)
        return;
    s->colour = c->marked;
    s->next = c->grey;
    c->grey = s;
}

/* --- Pins --- */

static void pin(struct slot *s) {
    assert_that(s->colour != SLOT_FREE && s->pins < UINT32_MAX);
    page_of(s)->pinned += !s->pins++;
}

/* Rule 1. */
static void unpin(struct collector *c, struct slot *s) {
    assert_that(s->pins);
    if (is_marking(c))
        shade(c, s);
    page_of(s)->pinned -= !--s->pins;
}

void collector_hold(struct collector *c, void *object) {
    if (!object)
        return;
    c->hooks->begin();
    pin(slot_of(object));
    c->hooks->end();
}

void collector_release(struct collector *c, void *object) {
    if (!object)
        return;
    c->hooks->begin();
    unpin(c, slot_of(object));
    c->hooks->end();
}

/* --- References within objects --- */

void *collector_load(struct collector *c, void *const *reference) {
    c->hooks->begin();
    void *object = *reference;
    if (object)
        pin(slot_of(object));
    c->hooks->end();
    return object;
}

void *collector_exchange(struct collector *c, void **reference, void *object) {
    c->hooks->begin();
    void *before = *reference;
    if (before) {
        pin(slot_of(before));
        if (is_marking(c))
            shade(c, slot_of(before));
    }
    *reference = object;
    if (object)
        unpin(c, slot_of(object));
    c->hooks->end();
    return before;
}

/* --- Allocation --- */

static struct object_page *page_with_room(struct collector *c, struct collected_type *type) {
    if (!list_empty(&type->with_room))
        return container_of(type->with_room.next, struct object_page, with_room);
    void *memory = c->hooks->page_alloc();
    if (!memory)
        return NULL;
    struct object_page *p = object_page_make(memory, type);
    list_push_front(&c->pages, &p->link); /* behind what is looked through */
    c->page_count++;
    return p;
}

static struct slot *take_slot(struct collector *c, struct collected_type *type,
                              struct collector_account *account) {
    uint32_t bytes = slot_bytes_for(type);
    if (account->bytes + bytes > account->bytes_max)
        return NULL;
    struct object_page *p = page_with_room(c, type);
    if (!p)
        return NULL;
    struct slot *s = object_page_take(p);
    s->colour = c->marked;
    s->account = account;
    account->bytes += bytes;
    c->bytes += bytes;
    c->allocations++;
    pin(s);
    return s;
}

/* Is it time for a cycle? A hoarder pays for the cycles that its own hoard makes necessary. */
static bool is_time(const struct collector *c, const struct collector_account *account) {
    return c->page_count >= c->next_cycle || account->bytes > account->bytes_max / 4 * 3;
}

void *collector_new(struct collector *c, struct collected_type *type,
                    struct collector_account *account) {
    if (is_time(c, account))
        collector_begin(c);
    account->work += collector_increment(c);
    c->hooks->begin();
    struct slot *s = take_slot(c, type, account);
    c->hooks->end();
    if (!s)
        collector_begin(c);
    return s ? s->object : NULL;
}

/* --- The cycle --- */

/* From the first page on. */
static void look_through(struct collector *c, enum collector_phase phase) {
    c->phase = phase;
    c->at = c->pages.next;
    c->slot = 0;
}

void collector_begin(struct collector *c) {
    c->hooks->begin();
    if (c->phase == COLLECTOR_IDLE) {
        assert_that(!c->grey);
        c->marked = other(c->marked);
        look_through(c, COLLECTOR_ROOTS);
    }
    c->hooks->end();
}

/* The page that is looked through; null: that was the last. */
static struct object_page *page_at(const struct collector *c) {
    return c->at == &c->pages ? NULL : container_of(c->at, struct object_page, link);
}

static void next_page(struct collector *c) {
    c->at = c->at->next;
    c->slot = 0;
}

static uint32_t step_end(const struct collector *c, const struct object_page *p) {
    return p->slots - c->slot < STEP_SLOTS ? p->slots : c->slot + STEP_SLOTS;
}

/* Each part of the cycle does a bounded piece of it and gives its units. */
static uint32_t find_roots(struct collector *c) {
    struct object_page *p = page_at(c);
    if (!p) {
        c->phase = COLLECTOR_MARKS;
        return 1;
    }
    uint32_t from = c->slot, end = p->pinned ? step_end(c, p) : from;
    for (; c->slot < end; c->slot++)
        if (page_slot(p, c->slot)->colour != SLOT_FREE && page_slot(p, c->slot)->pins)
            shade(c, page_slot(p, c->slot));
    if (!p->pinned || end == p->slots)
        next_page(c);
    return end - from + 1;
}

static uint32_t mark_one(struct collector *c) {
    struct slot *s = c->grey;
    const struct collected_type *type = page_of(s)->type;
    c->grey = s->next;
    for (uint32_t i = 0; i < type->references; i++) {
        void *to = REFERENCE(s->object, type, i);
        if (to)
            shade(c, slot_of(to));
    }
    return 1 + type->references;
}

static uint32_t mark(struct collector *c, uint64_t units_max) {
    uint32_t units = 0;
    while (c->grey && units < units_max && units < STEP_SLOTS)
        units += mark_one(c);
    if (!c->grey)
        look_through(c, COLLECTOR_SWEEPS);
    return units + !units;
}

static void free_object(struct collector *c, struct object_page *p, struct slot *s) {
    assert_that(!s->pins);
    if (p->type->ends)
        p->type->ends(s->object);
    s->account->bytes -= p->slot_bytes;
    c->bytes -= p->slot_bytes;
    object_page_give_back(p, s);
}

static void free_page(struct collector *c, struct object_page *p) {
    list_remove(&p->link);
    list_remove(&p->with_room);
    c->page_count--;
    c->hooks->page_free(p);
}

static void end_cycle(struct collector *c) {
    c->phase = COLLECTOR_IDLE;
    c->cycles++;
    c->next_cycle = c->page_count + c->page_count / 2 + GROWTH_MIN;
}

static uint32_t sweep(struct collector *c) {
    struct object_page *p = page_at(c);
    if (!p) {
        end_cycle(c);
        return 1;
    }
    uint32_t from = c->slot, end = step_end(c, p);
    for (; c->slot < end; c->slot++)
        if (page_slot(p, c->slot)->colour == other(c->marked))
            free_object(c, p, page_slot(p, c->slot));
    if (end < p->slots)
        return end - from;
    next_page(c);
    if (!p->used)
        free_page(c, p);
    return end - from + 1;
}

static uint32_t step(struct collector *c, uint64_t units) {
    switch (c->phase) {
    case COLLECTOR_ROOTS:
        return find_roots(c);
    case COLLECTOR_MARKS:
        return mark(c, units);
    case COLLECTOR_SWEEPS:
        return sweep(c);
    case COLLECTOR_IDLE:
        break;
    }
    return 0;
}

uint64_t collector_go(struct collector *c, uint64_t units_wanted) {
    uint64_t units = 0;
    while (units < units_wanted && c->phase != COLLECTOR_IDLE) {
        c->hooks->begin();
        units += step(c, units_wanted - units);
        c->hooks->end();
    }
    c->work += units;
    return units;
}

uint64_t collector_increment(struct collector *c) {
    uint64_t units = collector_go(c, INCREMENT_UNITS);
    c->increments += units != 0;
    if (units > c->longest_units)
        c->longest_units = units;
    return units;
}

/* --- Its life --- */

void collector_init(struct collector *c, const struct collector_hooks *hooks) {
    *c = (struct collector){.hooks = hooks, .marked = SLOT_EVEN, .next_cycle = GROWTH_MIN};
    list_init(&c->pages);
}

void collector_end(struct collector *c) {
    list_each(link, &c->pages) {
        struct object_page *p = container_of(link, struct object_page, link);
        for (uint32_t i = 0; i < p->slots; i++) {
            struct slot *s = page_slot(p, i);
            if (s->colour == SLOT_FREE)
                continue;
            s->pins = 0;
            free_object(c, p, s);
        }
        free_page(c, p);
    }
}

void collected_type_init(struct collected_type *type) {
    assert_that(type->bytes && type->bytes <= COLLECTED_BYTES_MAX);
    assert_that(type->references <= COLLECTED_REFERENCES_MAX);
    list_init(&type->with_room);
}
