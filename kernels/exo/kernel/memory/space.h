/* SPDX-License-Identifier: MIT */
/* space.h -- address spaces, and the reverse map: which mappings a frame has. Beside each lowest
 * page table lies a shadow page with a struct mapping for each entry, linked from the frame's
 * struct exo_frame, so that a mapping is added and taken away in constant time and without memory
 * of its own.
 *
 * A mapping's id names its entry: the page table's frame number * 512 + index; 0 is no mapping. Of
 * the page table's frame, `mapping` is the shadow page's frame number, and `limits` the address of
 * the first page that the table maps / 2 MiB.
 *
 * A space's tables are in a list: `readers` of the root's frame is the first one's number, of a
 * table's frame the next one's, of a shadow's frame that of the one before. So they are freed, and
 * walked by a library, without a look at entries that lead to none. Those of a lowest table's
 * entries that are not 0 lie in an extent that `writers` tells (table_extent()). */
#ifndef EXO_KERNEL_SPACE_H
#define EXO_KERNEL_SPACE_H

#include "exo/kernel/memory/account.h"
#include "exo/kernel/memory/exo_frame.h"
#include "machine/memory/page_flush.h"

struct mapping {
    union {
        struct {
            uint32_t next, previous;
        };
        uint64_t both; /* next with no previous, in one store */
    };
};

/* Bytes that a lowest table maps. */
#define TABLE_SPAN (512ul * PAGE_SIZE)

struct space {
    struct page_table table;
    struct exo_env *account; /* whose the frames of its tables are */
    /* The lowest table that was used last: of the pages from `near` * TABLE_SPAN on. */
    vaddr_t near;
    uint64_t *entry;
    struct mapping *mapping;
    uint32_t id; /* of the first mapping */
};
#define NEAR_NOTHING (-1ul)

/* An empty one, which shows what the kernel exposes to all. 0, -E_QUOTA: the account is full;
 * -E_NO_MEMORY. */
int space_create(struct space *s, struct exo_env *account);
/* Unmaps what is mapped, and frees the tables, as far as *work allows, about the instructions that
 * may be spent. True: all is gone. *from, 0 at first, is where it is to go on. The space is loaded
 * no more, and nobody but the caller looks at its tables from the first call on. */
bool space_clear(struct space *s, unsigned *from, long *work);
/* Frees the rest, after space_clear() or where nothing was mapped. */
void space_destroy(struct space *s);
/* Frees the lowest table for the page at `at`, in which all entries are 0. -E_NOT_FOUND: there is
 * none; -E_BUSY: an entry is not 0. */
int space_free_table(struct space *s, vaddr_t at);

/* Entries that follow each other in one table, for the pages from `at` to `end`. */
struct entries {
    uint64_t *entry; /* null: there is no table */
    struct mapping *mapping;
    uint32_t id; /* the first mapping's */
    vaddr_t end;
};
static inline struct entries space_near_entries(const struct space *s, vaddr_t at, vaddr_t end) {
    unsigned i = at / PAGE_SIZE % 512;
    vaddr_t next = (at | (TABLE_SPAN - 1)) + 1;
    return (struct entries){s->entry + i, s->mapping + i, s->id + i, next < end ? next : end};
}
/* Looks for the table; gives the end of what a missing one would show, or 0. */
vaddr_t space_approach(struct space *s, vaddr_t at);
static inline struct entries space_entries(struct space *s, vaddr_t at, vaddr_t end) {
    vaddr_t none = at / TABLE_SPAN == s->near ? 0 : space_approach(s, at);
    return none ? (struct entries){.end = none < end ? none : end} : space_near_entries(s, at, end);
}
/* As space_entries; a missing table is made: -E_QUOTA, -E_NO_MEMORY. */
int space_make_entries(struct space *s, vaddr_t at, vaddr_t end, struct entries *made);

/* Pages that are unmapped, whose frames wait until no processor can reach them. */
struct departures {
    struct page_flush_queue flush;
    struct exo_frame *frame[PAGE_FLUSH_MAX];
};
void departures_begin(struct departures *d, const struct space *s);
void departures_end(struct departures *d);

/* Of a lowest page table's frame: its entries from `first` to below `end` may be other than 0. */
struct table_extent {
    uint16_t first, end;
};
static inline struct table_extent *table_extent(struct exo_frame *f) {
    return (struct table_extent *)&f->writers;
}
/* The entry of this mapping, and those of the `count` - 1 after it, may be other than 0 from now
 * on. */
static inline void table_holds(uint32_t id, unsigned count) {
    struct table_extent *x = table_extent(&exo_frames[id / 512]);
    unsigned first = id % 512, end = first + count;
    if (!x->end || first < x->first)
        x->first = (uint16_t)first;
    if (end > x->end)
        x->end = (uint16_t)end;
}

/* Of a page table's frame. */
static inline struct mapping *shadow_of(const struct exo_frame *table) {
    return (struct mapping *)direct(PADDR((uint64_t)table->mapping * PAGE_SIZE));
}

static inline struct mapping *mapping_of(uint32_t id) {
    return &shadow_of(&exo_frames[id / 512])[id % 512];
}

/* The mapping m, by this entry, is none of f's any more: in the reverse map and in the counts. */
static inline __attribute__((always_inline)) void
mapping_unlink(struct exo_frame *f, const struct mapping *m, uint64_t entry) {
    if (m->next)
        mapping_of(m->next)->previous = m->previous;
    if (m->previous)
        mapping_of(m->previous)->next = m->next;
    else
        f->mapping = m->next;
    --*(entry & EXO_WRITE ? &f->writers : &f->readers);
}

/* An entry of the table, which is not present, gets this frame, of which the caller has counted a
 * reference. */
static inline void mapping_add(struct space *s, const struct entries *l, unsigned i,
                               struct exo_frame *f, uint64_t entry) {
    uint32_t id = l->id + i, first = f->mapping;
    l->mapping[i].both = first;
    if (first)
        mapping_of(first)->previous = id;
    f->mapping = id;
    ++*(entry & EXO_WRITE ? &f->writers : &f->readers);
    s->account->pages++;
    l->entry[i] = entry;
}
/* The present entry for the page at `at` becomes this one, which is not present. */
void mapping_remove(struct space *s, const struct entries *l, unsigned i, vaddr_t at,
                    uint64_t entry, struct departures *d);

#endif
