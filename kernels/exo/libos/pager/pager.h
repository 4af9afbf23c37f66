/* SPDX-License-Identifier: MIT */
/* pager.h -- memory that may be larger than the frames it gets: the library takes a page's frame
 * for another page and keeps what was in it elsewhere. Which page loses its frame, the application
 * says by a policy.
 *
 * Elsewhere is a disk (pager_disk.h), or memory: frames that are mapped beside the region by a
 * capability of their own (EXOS_SWAP_SLOT), one for each of its pages. What goes there is copied.
 * Then the limit of frames is the library's promise and not the machine's; what is measured and
 * tested so is the replacement, not the gain. */
#ifndef EXO_LIBOS_PAGER_H
#define EXO_LIBOS_PAGER_H

#include <stdbool.h>
#include <stdint.h>

#define EXOS_SWAP_SLOT 6 /* the name of the process's capability and an 's' */

#define PAGER_NONE  (~0ul)
#define PAGER_BATCH 16 /* pages that are written out at once */

struct pager;

/* Where bytes of pages are kept. These pages', which have frames; a page's, into the page at `at`,
 * which is this process's to write. False: it failed. */
struct pager_backing {
    bool (*out)(struct pager *p, const uint64_t *pages, unsigned count);
    bool (*in)(struct pager *p, uint64_t page, uint64_t at);
};

/* A page that has a frame and is to lose it, by its number in the region; PAGER_NONE: none, and the
 * fault is the application's. It runs within the handler of page faults and touches nothing of the
 * region. */
typedef uint64_t pager_victim_fn(struct pager *p);

struct pager {
    uint64_t at, pages;                  /* the region */
    uint64_t swap;                       /* where its other memory lies: as many pages */
    const struct pager_backing *backing; /* null: that memory; else it has none */
    void *kept;                          /* the backing's own */
    uint64_t limit;                      /* frames that it may have */
    pager_victim_fn *victim;
    void *policy; /* the policy's own */
    /* For policies: how many pages have a frame, the last that got one, and where a hand stands. */
    uint64_t resident, newest, hand;
    /* Counted: faults, pages written to the other memory and read from there, system calls. */
    uint64_t faults, outs, ins, calls;
    struct pager *next;
};

/* The region from p->at on is p's: p->pages, swap, limit and victim are set, and nothing is mapped
 * in either place. p stays where it is. 0, or the kernel's error. */
long pager_begin(struct pager *p);
/* Nothing is mapped there any more. */
void pager_end(struct pager *p);

/* It has at most so many frames from now on; the others are free when this returns. False: the
 * policy names no victim. */
bool pager_limit(struct pager *p, uint64_t frames);

/* For revoke_handle(): pages that are asked back are those that the policies name, as far as there
 * are any; their pagers have so many frames less from then on. What was taken by force is not there
 * any more, and touching it is a trap of the application's. */
uint64_t pager_give(uint64_t pages);
void pager_lost(unsigned kind, uint64_t name);

/* Whether the page has a frame; and whether it was used since pager_unuse, or written since it got
 * its frame. */
bool pager_has(const struct pager *p, uint64_t page);
bool pager_used(const struct pager *p, uint64_t page);
bool pager_written(const struct pager *p, uint64_t page);
/* So many pages were not used. A call. */
void pager_unuse(struct pager *p, uint64_t page, uint64_t count);
/* These, PAGER_BATCH at most, are written out and stay where they are; so they have not been
 * written. False: that failed. */
bool pager_clean(struct pager *p, const uint64_t *pages, unsigned count);

/* pager_policy.c. The default: a clock, which comes near to the least recently used. */
uint64_t pager_clock(struct pager *p);
/* The most recently fetched: right for who reads more than fits from end to end, over and over. */
uint64_t pager_newest(struct pager *p);

/* pager_queues.c. Three queues: pages in use; those that were taken from its end, which come back
 * when they are used; and pages that may go at once, since they were not used and are written out,
 * many at a time. */
enum pager_queue_names { PAGER_ACTIVE, PAGER_INACTIVE, PAGER_FREEABLE, PAGER_QUEUES };
struct pager_link {
    uint32_t older, newer; /* pages, from 1 on; 0: none */
    uint8_t queue;         /* PAGER_QUEUES: in none */
};
struct pager_queues {
    struct pager_link *link; /* [pages + 1], zeroed */
    struct {
        uint32_t oldest, newest, count;
    } queue[PAGER_QUEUES + 1];
};
/* p->policy is a struct pager_queues. */
uint64_t pager_queues_victim(struct pager *p);

#endif
