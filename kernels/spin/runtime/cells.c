/* SPDX-License-Identifier: MIT */
/* cells.c -- see cell.h. What a program is given is in its run's list of what it holds (net_hold),
 * whatever becomes of the run: that list is the activation's roots, true at every instruction. */
#include "spin/runtime/cells.h"

#include "common/engine.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/loader/loader.h"

static void *page_alloc(void) {
    return heap_alloc(COLLECTOR_PAGE);
}

static void page_free(void *page) {
    heap_free(page, COLLECTOR_PAGE);
}

static void begin(void) {
    preempt_disable();
}

static void end(void) {
    preempt_enable();
}

struct collector cells_heap;
struct collected_type cell_type = {
    .name = "cell",
    .bytes = sizeof(struct cell),
    .references = 2,
    .offset = {offsetof(struct cell, left), offsetof(struct cell, right)}};

/* The strong references of an owner are one object more, which the owner holds. */
struct cell_roots {
    struct cell *root[CELL_ROOTS];
};
static struct collected_type roots_type = {.name = "roots",
                                           .bytes = sizeof(struct cell_roots),
                                           .references = CELL_ROOTS,
                                           .offset = {0, 8, 16, 24, 32, 40, 48, 56}};
_Static_assert(CELL_ROOTS == 8 && CELL_ROOTS <= COLLECTED_REFERENCES_MAX, "each has its offset");

/* --- Owners --- */

static struct list owners = LIST_INIT(owners);
static struct cell_owner kernel_owner = {.account = {.bytes_max = UINT64_MAX}};
static uint64_t forgotten; /* the number of cycles when owners were last looked through */

static struct cell_owner *owner_in(struct list *link) {
    return container_of(link, struct cell_owner, link);
}

/* What extensions that are gone held, before a cycle begins; an account stays for as long as
 * somebody has cells that it pays for. */
static void forget_owners(void) {
    preempt_disable();
    forgotten = cells_heap.cycles;
    list_each(link, &owners) {
        struct cell_owner *o = owner_in(link);
        if (loader_has(o->serial))
            continue;
        collector_release(&cells_heap, o->roots);
        o->roots = NULL;
        o->charged = NULL;
        if (o->account.bytes)
            continue;
        list_remove(link);
        heap_free(o, sizeof *o);
    }
    preempt_enable();
}

static bool owner_init(struct cell_owner *o) {
    o->roots = collector_new(&cells_heap, &roots_type, &o->account);
    return o->roots;
}

static struct cell_owner *owner_create(uint64_t serial, struct account *charged) {
    struct cell_owner *o = heap_alloc(sizeof *o);
    if (!o)
        return NULL;
    const uint64_t quota = DEFENDED(CELLS) ? CELLS_QUOTA : UINT64_MAX;
    *o = (struct cell_owner){.serial = serial, .account = {.bytes_max = quota}, .charged = charged};
    if (!owner_init(o)) {
        heap_free(o, sizeof *o);
        return NULL;
    }
    list_push_front(&owners, &o->link);
    return o;
}

static struct cell_owner *owner_of(struct extension *e) {
    const uint64_t serial = extension_serial(extension_module(e));
    list_each(link, &owners) if (owner_in(link)->serial == serial) return owner_in(link);
    return owner_create(serial, &extension_module(e)->account);
}

/* Others than the one whose code it is come and go meanwhile. */
struct cell_owner *cell_owner_of(uintptr_t address) {
    preempt_disable();
    struct extension *e = loader_owner(address);
    struct cell_owner *o = e ? owner_of(e) : &kernel_owner;
    preempt_enable();
    return o;
}

void cells_collect(void) {
    collector_go(&cells_heap, UINT64_MAX);
    forget_owners();
    collector_begin(&cells_heap);
    collector_go(&cells_heap, UINT64_MAX);
}

void cells_init(void) {
    static const struct collector_hooks hooks = {page_alloc, page_free, begin, end};
    collector_init(&cells_heap, &hooks);
    collected_type_init(&cell_type);
    collected_type_init(&roots_type);
    if (!owner_init(&kernel_owner))
        panic("cells_init: no memory for the kernel's roots");
}

/* --- What programs call --- */

static void give_back(void *cell) {
    collector_release(&cells_heap, cell);
}

/* The caller holds the cell; so does its run from here on, or nobody, and null is given. */
static struct cell *handed(struct cell *c) {
    if (!c || net_hold(engine_nets(), c, give_back))
        return c;
    give_back(c);
    return NULL;
}

static void handed_back(struct cell *c) {
    if (c)
        net_let_go(engine_nets(), c);
}

/* The work that its allocations have paid for is its module's. */
static void pay(struct cell_owner *o) {
    const uint64_t work = o->account.work;
    account_charge(o->charged, RESOURCE_COLLECTION,
                   (work - __atomic_exchange_n(&o->paid, work, __ATOMIC_RELAXED)) *
                       CELLS_UNIT_COST);
}

static struct cell *cell_of(struct cell_owner *o) {
    if (o->charged && !account_allows(o->charged, RESOURCE_COLLECTION, 1))
        return NULL;
    struct cell *c = collector_new(&cells_heap, &cell_type, &o->account);
    if (o->charged)
        pay(o);
    return handed(c);
}

struct cell *cell_new(void) {
    struct cell_owner *o = cell_owner_of((uintptr_t)__builtin_return_address(0));
    if (cells_heap.phase == COLLECTOR_IDLE && cells_heap.cycles != forgotten)
        forget_owners();
    return o ? cell_of(o) : NULL;
}

void cell_drop(struct cell *c) {
    handed_back(c);
    collector_release(&cells_heap, c);
}

struct cell *cell_copy(struct cell *c) {
    collector_hold(&cells_heap, c);
    return handed(c);
}

struct cell *cell_load(struct cell **reference) {
    return handed(collector_load(&cells_heap, (void **)reference));
}

/* In one region, so that what there is no room for is put back before anybody sees that it was
 * away; then c is null, for otherwise its place would be free. */
struct cell *cell_exchange(struct cell **reference, struct cell *c) {
    handed_back(c);
    preempt_disable();
    struct cell *before = collector_exchange(&cells_heap, (void **)reference, c);
    if (before && !net_hold(engine_nets(), before, give_back)) {
        assert_that(!c);
        collector_exchange(&cells_heap, (void **)reference, before);
        before = NULL;
    }
    preempt_enable();
    return before;
}

struct cell *cell_root_load(unsigned long which) {
    const struct cell_owner *o = cell_owner_of((uintptr_t)__builtin_return_address(0));
    assert_that(which < CELL_ROOTS); /* proven of whoever calls */
    return o ? cell_load(&o->roots->root[which]) : NULL;
}

struct cell *cell_root_exchange(unsigned long which, struct cell *c) {
    const struct cell_owner *o = cell_owner_of((uintptr_t)__builtin_return_address(0));
    assert_that(which < CELL_ROOTS);
    return o ? cell_exchange(&o->roots->root[which], c) : c;
}
