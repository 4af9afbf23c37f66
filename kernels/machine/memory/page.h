/* SPDX-License-Identifier: MIT */
/* page.h -- four-level page tables. The upper half is the kernel's and shared by all, so that no
 * entry of its root changes once there is a second table; page_map works on the lower half only, of
 * the table that is loaded or of any other. Rules that every mapping obeys, here and nowhere else:
 * writable excludes executable (W^X), in the lower half every page is the user's, and nothing lies
 * at USER_TOP or above, nor in the first page (a null pointer faults). */
#ifndef MACHINE_PAGE_H
#define MACHINE_PAGE_H

#include "machine/memory/memory_map.h"
#include "machine/memory/page_table.h"

#define PAGE_READ    0u
#define PAGE_WRITE   1u
#define PAGE_EXECUTE 2u
#define PAGE_USER    4u /* told by page_walk; page_map sets it itself */
/* How it is cached: written back without either. */
#define PAGE_WRITE_THROUGH 0x08u
#define PAGE_UNCACHED      0x18u
/* A number from 0 to 7 for the caller that maps the page; the processor does not look at it. */
#define PAGE_SOFTWARE(n)    ((unsigned)(n) << 9)
#define PAGE_SOFTWARE_OF(r) ((r) >> 9 & 7)

struct page_mapping {
    vaddr_t at;   /* start of the page */
    uint64_t len; /* 4 KiB, 2 MiB or 1 GiB */
    paddr_t frame;
    unsigned rights;
    bool accessed, dirty;
};

/* Makes the kernel's half, with a direct map of this RAM, and loads it. */
void page_init(const struct boot_range *ram, unsigned count);

/* An empty lower half, whose tables' frames are on this owner's account. 0 or -E_NO_MEMORY. */
int page_table_create(struct page_table *t, uint64_t owner);
/* Makes the tables that a page of user space will need, as far as there is memory, a region for
 * each: mapping the page is shorter then. In no region. */
void page_make_tables(struct page_table *t, vaddr_t at);
/* Frees the table's own frames, not those it maps. Not loaded, and nothing is lent to it or shown
 * in it. */
void page_table_destroy(struct page_table *t);
/* Frees the root's frame alone, for those of other tables are freed otherwise. Not loaded. */
void page_table_abandon(struct page_table *t);
/* The same of one that nobody else has any more, with the frames that it maps. In no region: others
 * may run meanwhile. */
void page_table_dismantle(struct page_table *t);
/* What follows is another user's: the selectors that user code may have loaded are null again. */
void page_table_load(const struct page_table *t);

/* Shows in `to` the 512 GiB around `at` as `from` has them, read-only and not executable, also what
 * is mapped there later; `from` must have something mapped there, and must stay. Nothing may be
 * mapped there in `to`, before or afterwards. */
void page_table_lend(struct page_table *to, const struct page_table *from, vaddr_t at);
/* Shows t's own tables to its user in the 512 GiB around `at`, read-only: the entry that maps the
 * page at p lies at `at` (rounded down to that size) + p / PAGE_SIZE * 8. (Recursive mapping.) */
void page_table_show(struct page_table *t, vaddr_t at);
/* The one that the machine was set up with: its lower half is empty. */
extern struct page_table page_table_kernel;

/* Maps one page; at and frame are page-aligned. 0; -E_INVALID: out of user space, not aligned, W
 * and X, or rights that there are not; -E_EXISTS: something is mapped there; -E_NO_MEMORY. */
int page_map(struct page_table *t, vaddr_t at, paddr_t frame, unsigned rights);
/* Takes the page away, with a flush (page_flush.h); *frame (may be null) is what was there.
 * -E_NOT_FOUND when nothing was. */
int page_unmap(struct page_table *t, vaddr_t at, paddr_t *frame);
/* Changes the rights of a mapped page, with a flush. -E_INVALID or -E_NOT_FOUND. */
int page_protect(struct page_table *t, vaddr_t at, unsigned rights);

/* Tells of a mapped page what the processor noted (accessed, dirty) and forgets it, with a flush,
 * so that the next access is noted. -E_NOT_FOUND. */
int page_take_traces(struct page_table *t, vaddr_t at, struct page_mapping *m);

/* What the tables say of any address, the kernel's half included. 0 or -E_NOT_FOUND. */
int page_walk(const struct page_table *t, vaddr_t at, struct page_mapping *m);
/* Calls fn for every mapping from `from` on, in ascending order, both halves, until fn
 * gives false. */
void page_each(const struct page_table *t, vaddr_t from,
               bool (*fn)(const struct page_mapping *m, void *arg), void *arg);

/* Device registers at this physical address, uncached and never executable; lasts forever, so that
 * a caller that asks again gets what is there (of the first 128 places). Panics when the window is
 * full, or no frame is left for its tables. */
volatile void *page_map_device(paddr_t at, size_t len);

/* For code.c: the direct map shows this frame by a small page from then on, so that the next call
 * is shorter. 0 or -E_NO_MEMORY. */
int page_split_direct(paddr_t frame);
/* For code.c: maps a frame at a page of the code window. With PAGE_EXECUTE the direct map shows the
 * frame read-only from then on, else read-write. 0 or -E_NO_MEMORY, and nothing has changed. */
int page_map_code(vaddr_t at, paddr_t frame, unsigned rights);
/* Takes it away; gives the frame, which the direct map shows read-write again. */
paddr_t page_unmap_code(vaddr_t at);

/* For thread.c: maps a frame at a page of the stacks' window, for good. 0 or -E_NO_MEMORY. */
int page_map_stack(vaddr_t at, paddr_t frame);

/* Takes a page of the image's data away for good: the guard below a stack. */
void page_guard(const void *page);

/* Whether direct() reaches all of it; firmware may put its tables where no RAM is. */
bool page_is_direct(paddr_t at, size_t len);

#endif
