/* SPDX-License-Identifier: MIT */
/* own.h -- where a process has what, and what ExOS keeps in the process's u-area, which is never
 * copied on write: so the handler of page faults can write it. */
#ifndef EXO_LIBOS_EXOS_OWN_H
#define EXO_LIBOS_EXOS_OWN_H

#include "exo/libos/exos/page_bits.h"
#include "exo/libos/uarea.h"

#define PAGE 4096ul

/* In the table of the stack, so that neither costs one. */
#define EXOS_WINDOW    (EXO_UAREAS - 64 * PAGE)
#define EXOS_PROCESSES (EXO_UAREAS - 80 * PAGE)
#define EXOS_SEGMENTS  (EXOS_PROCESSES + 2 * PAGE)
#define EXOS_TABLES    3 /* pages: those two */
#define EXOS_FILES     (EXO_UAREAS - 500 * PAGE)
#define EXOS_FILES_MAX 400                      /* pages */
#define EXOS_IMAGE     (EXO_UAREAS - 56 * PAGE) /* where a new program's pages are filled */
#define EXOS_STACK     (EXO_UAREAS - 16 * PAGE) /* a program's stack ends there */

#define FORK_UPDATES  48
#define FORK_PROTECTS 16

struct exos_own {
    uint64_t pid;
    uint64_t masked;  /* signals that wait: bits */
    uint64_t ignored; /* signals that nothing happens at, also in the next program */
    uint64_t fs;      /* the base of fs */
    uint64_t alarm,
        again;       /* when SIGALRM comes, by the TSC, and how long after that again; 0: never */
    uint64_t before; /* the environment that became this one by exos_exec */
    /* What is above a new environment of the process begins with: OWN_LASTING bytes. */
    uint64_t held;        /* not 0: signals wait until the library is done with something */
    uint64_t handled;     /* handlers of signals that have run */
    uint64_t interrupted; /* those of them after which a wait is not taken up again */
    uint64_t next_frame;  /* where the search for a free one begins */
    uint64_t first_frame; /* the first that it found: below there is none */
    uint64_t frames;      /* how many there are, once it has looked */
    uint64_t lender;      /* of a child that borrows this environment, its parent's pid; else 0 */
    uint64_t kept[8];     /* what that needs to go on: vfork_entry.S */
    uint64_t stood_at;    /* the registers of who stands still; 0: in a yield */
    struct exo_pages update[FORK_UPDATES];
    struct exo_protect protect[FORK_PROTECTS];
};
#define OWN_LASTING __builtin_offsetof(struct exos_own, held)
_Static_assert(sizeof(struct exos_own) <= sizeof((struct exo_uarea *)0)->own, "it fits");

static inline struct exos_own *exos_own(void) {
    return (struct exos_own *)uarea->own;
}
/* Frames of ours were freed, which need no clearing: they are searched first. */
static inline void exos_freed(void) {
    exos_own()->next_frame = exos_own()->first_frame;
}

#endif
