/* SPDX-License-Identifier: MIT */
/* own.h -- where a process has what, and what ExOS keeps in the process's u-area, which is never
 * copied on write: so the handler of page faults can write it. */
#ifndef EXO_LIBOS_EXOS_OWN_H
#define EXO_LIBOS_EXOS_OWN_H

#include "exo/libos/uarea.h"

#define PAGE 4096ul

/* In the table of the stack, so that neither costs one. */
#define EXOS_WINDOW    (EXO_UAREAS - 64 * PAGE)
#define EXOS_PROCESSES (EXO_UAREAS - 80 * PAGE)
#define EXOS_FILES     (EXO_UAREAS - 500 * PAGE)
#define EXOS_FILES_MAX 400 /* pages */

/* Software bits of a page that is present: it stays shared over a fork; it is copied when it is
 * written; a child has one of its own. And of one that is not: it is one of zeroes, when it is
 * touched. */
#define EXOS_SHARED 0x200ul
#define EXOS_COPIED 0x400ul
#define EXOS_OWN    0x800ul
#define EXOS_ZERO   0x800ul
/* And that a pager knows where its bytes are (pager.h). */
#define EXOS_PAGED 0x400ul

#define FORK_UPDATES  48
#define FORK_PROTECTS 16

struct exos_own {
    uint64_t pid;
    uint64_t next_frame;  /* where the search for a free one begins */
    uint64_t first_frame; /* the first that it found: below there is none */
    uint64_t lender;      /* of a child that borrows this environment, its parent's pid; else 0 */
    uint64_t kept[8];     /* what that needs to go on: vfork_entry.S */
    struct exo_pages update[FORK_UPDATES];
    struct exo_protect protect[FORK_PROTECTS];
};
_Static_assert(sizeof(struct exos_own) <= sizeof((struct exo_uarea *)0)->own, "it fits");

static inline struct exos_own *exos_own(void) {
    return (struct exos_own *)uarea->own;
}
/* Frames of ours were freed, which need no clearing: they are searched first. */
static inline void exos_freed(void) {
    exos_own()->next_frame = exos_own()->first_frame;
}

#endif
