/* SPDX-License-Identifier: MIT */
/* slice.h -- processor time: a vector of positions (struct exo_slot, abi.h), each somebody's. Whose
 * turn it is begins at its prologue entry; at the slice's end it is told, at its epilogue entry,
 * saves its own registers and yields. Where one environment has all positions nobody is ever
 * interrupted. (Aegis: Engler, Kaashoek, O'Toole, SOSP '95, 5.1.1.) */
#ifndef EXO_KERNEL_SLICE_H
#define EXO_KERNEL_SLICE_H

#include "exo/kernel/env/env.h"

void slice_init(void);

/* All positions are this environment's. */
void slice_give_all(const struct env *e, struct cap acl);

/* The next position's slice begins: f becomes its owner's prologue. When none has an owner that is
 * ready the machine ends, with the first environment's status. */
void slice_next(struct trap_frame *f);

/* Whether the slice under way is over, and its environment was told. */
bool slice_is_over(void);

/* The slice under way. */
struct slice {
    uint32_t env;    /* whose it is: no other one's timer may interrupt it */
    uint64_t began;  /* the TSC */
    uint64_t length; /* ns; 0: it does not end */
    bool by_budget;  /* the budget ends it */
    bool for_timer;  /* the timer comes before its end, for its owner's own */
};
extern struct slice slice;

/* Code of an environment's runs at an arrival (kernel/ash). Whether the slice under way ends, and
 * is another's: then what it takes is its time, and the slice's again. */
static inline bool slice_is_anothers(uint32_t env) {
    return slice.length && slice.env != env;
}
/* Whether it pays a slice's time, if it owes as much, in ticks of the TSC, by a forfeited slice. If
 * not, its code does not run. */
bool slice_pays(uint32_t env, uint64_t *owed);
/* So many ticks were taken: they are owed. */
void slice_give_back(uint64_t taken, uint64_t *owed);

/* The timer: what stands for it handles TRAP_TIMER else (disk_time.c). */
void slice_tick(struct trap_frame *f);
/* Whether the slice under way ends, or is interrupted for its owner's timer. */
bool slice_is_timed(void);
/* From here to slice_go_on() nobody's timer runs, and what comes of one tells nobody. */
void slice_stand_still(void);
void slice_go_on(void);

long sys_slot_set(uint64_t slot, uint64_t position, uint64_t env, uint64_t acl);
long sys_slot_terms(uint64_t slot, uint64_t position, uint64_t from);
long sys_timer_set(uint64_t at);

#endif
