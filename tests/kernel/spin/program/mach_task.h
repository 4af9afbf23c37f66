/* SPDX-License-Identifier: MIT */
/* mach_task.h -- what tests of the Mach-like model are made of, in a task's own program. */
#ifndef TESTS_SPIN_MACH_TASK_H
#define TESTS_SPIN_MACH_TASK_H

#include "mach_attacks.h"

#include "spin/user/mach.h"

#define PAGE        4096ul
#define REGION_KIND VM_REGION(VM_PROT_DEFAULT, VM_PROT_ALL, VM_INHERIT_COPY)

/* Ends as wrong, so that a test says by its status where. */
#define RIGHT(condition)                                                                           \
    if (!(condition))                                                                              \
    spin_exit(__LINE__ + 10000)

extern uint64_t self; /* the task's name of its own */

volatile uint64_t *word(uint64_t at);
/* So many new pages. */
uint64_t pages(unsigned count);
/* One that children share. */
uint64_t shared_page(void);
bool has_region(uint64_t task, uint64_t at, unsigned count, uint64_t kind);
/* Each page's first word counts from `with` on. */
void fill(uint64_t at, unsigned count, uint64_t with);
bool is_filled(uint64_t at, unsigned count, uint64_t with);
/* A sum over all regions, which are as regions must be. */
uint64_t regions(uint64_t task);

/* Whether it was terminated, or there is none of this name. */
bool is_dead(uint64_t task);
uint64_t child_of(uint64_t task);
/* A child of one's own does that; until it ends; both. */
extern char stack[4 * 4096];
void start(uint64_t child, void (*does)(uint64_t), uint64_t a);
void wait_for(uint64_t child);
void run(void (*does)(uint64_t), uint64_t a);
void loops(uint64_t unused);

/* In a page that children share: 1 before the access, and 2 behind it. */
extern volatile uint64_t *report;
void reads(uint64_t at);
void writes(uint64_t at);
/* Whether a child that does this ends by it. */
bool faults(void (*does)(uint64_t), uint64_t at);

/* Parts of mach_attack(). */
uint64_t mach_names(void);
uint64_t mach_terminate(void);
uint64_t mach_hostile(void);
uint64_t mach_race(void);
uint64_t mach_hoard(void);
uint64_t mach_tasks(void);
uint64_t mach_model(void);

#endif
