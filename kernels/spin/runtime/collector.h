/* SPDX-License-Identifier: MIT */
/* collector.h -- objects that extensions share, freed when nobody can come to them any more: an
 * incremental tracing collector, mark and sweep, that marks what could be reached when marking
 * began (Yuasa, Real-time garbage collection on general-purpose machines, Journal of Systems and
 * Software 11, 1990).
 *
 * Roots are precise and known at any instruction. Whoever holds an object from outside of the heap
 * (an activation of verified code, by the list of what its run holds; a strong reference of an
 * extension or of C; an external table) has pinned it, and lets it go. References within objects
 * are where the object's type says. They are read and exchanged by the functions here, of which
 * the exchange is the write barrier.
 *
 * Allocation drives it: while a cycle is under way each allocation pays for one increment, so a
 * heap that grows is collected, by those who make it grow, and one that does not costs nothing. No
 * increment takes longer for a larger heap. */
#ifndef SPIN_RUNTIME_COLLECTOR_H
#define SPIN_RUNTIME_COLLECTOR_H

#include <stdbool.h>

#include "spin/runtime/collected.h"

/* The work of one increment: a slot or a reference looked at is a unit, of some 20 instructions. It
 * goes on beyond it by less than INCREMENT_OVER. With two references an object is four units of a
 * cycle, so that the heap grows by an eighth until a cycle is over. */
#define INCREMENT_UNITS 32
#define INCREMENT_OVER  16

/* What the collector asks of its surroundings. Between begin and end, which do not nest, nobody
 * else may come in: each such region is short, whatever the heap. */
struct collector_hooks {
    void *(*page_alloc)(void); /* COLLECTOR_PAGE bytes at a multiple of that, or null */
    void (*page_free)(void *page);
    void (*begin)(void);
    void (*end)(void);
};

enum collector_phase { COLLECTOR_IDLE, COLLECTOR_ROOTS, COLLECTOR_MARKS, COLLECTOR_SWEEPS };

struct slot;

/* Its own; others read. */
struct collector {
    const struct collector_hooks *hooks;
    enum collector_phase phase;
    uint8_t marked;    /* the colour of what is live in this cycle */
    struct slot *grey; /* marked, and its references not looked at yet */
    struct list pages;
    struct list *at;                 /* ROOTS, SWEEPS: the page that is looked through... */
    uint32_t slot;                   /* ...and its next slot */
    uint64_t page_count, next_cycle; /* a cycle begins when there are so many */
    uint64_t bytes;                  /* slots in use */
    uint64_t cycles, increments, longest_units;
    uint64_t allocations, work; /* ever; in units */
};

void collector_init(struct collector *c, const struct collector_hooks *hooks);
/* All objects are freed, held or not, as each type's `ends` is told. */
void collector_end(struct collector *c);
/* Before the first object of the type. */
void collected_type_init(struct collected_type *type);

/* A zeroed object, held by the caller; null: out of memory, or the account is at its limit. Before
 * that an increment of the cycle under way, which begins when the heap has grown by half, the
 * account has come near to its limit, or there was no memory. */
void *collector_new(struct collector *c, struct collected_type *type,
                    struct collector_account *account);

/* The object is held once more, or once less: it is in use by somebody who holds it already or lets
 * it go. Of null neither does anything. */
void collector_hold(struct collector *c, void *object);
void collector_release(struct collector *c, void *object);

/* The object that a reference within an object leads to, held for the caller; may be null. */
void *collector_load(struct collector *c, void *const *reference);
/* The reference leads to `object` from now on, which the caller holds no more; gives where it led
 * before, held for the caller. Both may be null. */
void *collector_exchange(struct collector *c, void **reference, void *object);

/* A cycle begins, if none is under way. */
void collector_begin(struct collector *c);
/* A bounded part of the cycle under way; of none, nothing. Gives its work in units. Others may come
 * in between its regions. */
uint64_t collector_increment(struct collector *c);
/* The same of so many units. */
uint64_t collector_go(struct collector *c, uint64_t units_wanted);

#endif
