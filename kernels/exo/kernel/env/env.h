/* SPDX-License-Identifier: MIT */
/* env.h -- environments: the unit of ownership and protection. An environment has an address space,
 * a capability list and a u-area. One runs at a time; the registers of the others are nobody's
 * here: each has saved its own. What is public of it is in its struct exo_env, which all may
 * read. */
#ifndef EXO_KERNEL_ENV_H
#define EXO_KERNEL_ENV_H

#include "exo/kernel/entry/env_own.h"
#include "exo/kernel/memory/space.h"
#include "machine/trap/trap.h"

struct env {
    struct exo_env *seen;    /* its entry in the exposed table */
    struct exo_uarea *uarea; /* by the direct map */
    struct space space;
    uint32_t ready_id;        /* its id while it is ready, else no id of its slot */
    struct cap control;       /* who may act on it */
    struct cap cap[EXO_CAPS]; /* an invalid one is an empty slot */
    bool fault_expected;
    bool reflects;               /* reflect.h */
    unsigned dying;              /* of an ended one: where space_clear() goes on */
    struct env *next;            /* of those that are ended and not yet freed */
    struct predicate *predicate; /* what wakes it, or null */
    vaddr_t fs_base;             /* where fs begins */
    struct pins *pins;           /* frames that it has pinned by calls, or null */
    uint64_t held_most;          /* pages and pins that it is to have left at revoke_until */
    uint64_t revoke_until;       /* the TSC; 0: nothing is asked back */
    /* Whose address space it has, which may be itself; of a clone the table is a copy. Those that
     * have this one's, and how many. */
    struct env *home, *clones, *next_clone;
    unsigned cloned;
} __attribute__((aligned(ENV_SIZE))); /* one is found by a shift */

static inline struct space *env_space(struct env *e) {
    return &e->home->space;
}

extern struct env *env_current;
extern struct env envs[EXO_ENVS]; /* for the fast entries */

/* What makes a control transfer go the longer way, side by side for one comparison. */
extern struct env_special {
    uint32_t late;   /* how often the timer came since the slice was over, and once for that */
    uint16_t untold; /* interfaces that have not heard of all that was sent (net/packet_out.h) */
    uint16_t users;  /* environments whose fs_base is not 0, and those that reflect; without any a
                       switch leaves the registers that say so */
} __attribute__((aligned(8))) env_special;

void env_init(void);

/* An environment with no capability, in the address space of `home`; null: in one of its own, in
 * which nothing is mapped but its u-area. Its creator, who has `account`, gives it `frames` of his
 * own for the kernel's use. 0; -E_NO_MEMORY: no frame, or no slot; -E_QUOTA; -E_FULL: `home` has
 * EXO_CLONES. */
int env_create(struct exo_env *account, uint64_t frames, struct cap control, struct env *home,
               struct env **made);
/* It and its clones ended (EXO_ENV_EXITED or EXO_ENV_KILLED, `ended` as in struct exo_env): what it
 * has is freed from now on, some at each opportunity. */
void env_end(struct env *e, enum exo_env_state state, uint64_t ended);
/* Frees some of what ended environments had: first what the one had that ended first. */
void env_bury(void);
/* What a folder that leans on this one keeps of an ended environment, given back for some of
 * `work`, in instructions; false: there is more, next time. NULL: nobody keeps anything. */
extern bool (*env_give_back)(struct env *e, long *work);
/* And what it has by a capability under `what`, which is revoked. The same. */
extern bool (*env_take_back)(struct env *e, struct cap what, long *work);
extern uint64_t env_freed; /* how many were freed */

/* The environment that a caller names by id: himself (0, or his own), or one that the capability in
 * his `slot` opens for these rights. -E_DEAD, -E_PERM. Both come from the caller and may be
 * anything. */
int env_named(uint64_t slot, uint64_t id, unsigned rights, struct env **e);
/* The same of any that there is: null where there is none with this id. */
struct env *env_find(uint64_t id);
/* The one in this slot of the table, below EXO_ENVS. */
struct env *env_in(unsigned slot);

/* 0, or -E_PERM where the current environment has no capability in this slot that dominates what is
 * needed. */
int env_may(uint64_t slot, struct cap needed);

/* Where its u-area is mapped for it. */
vaddr_t env_uarea_at(const struct env *e);
/* It can be given the processor from now on. */
void env_ready(struct env *e);

/* f, which the kernel leaves by, becomes the beginning of this environment's slice. */
void env_switch(struct trap_frame *f, struct env *e);
/* Nobody is left to run: the machine ends, with the first environment's status. */
_Noreturn void env_over(void);

#endif
