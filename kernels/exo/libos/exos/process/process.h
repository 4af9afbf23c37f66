/* SPDX-License-Identifier: MIT */
/* process.h -- the table of processes: two pages that all processes of an ExOS have mapped, and
 * that each can write. Who spoils it spoils that ExOS, and nothing else: what a process may do to
 * another is what their capability allows, and how one ended is read in the kernel's table. */
#ifndef EXO_LIBOS_EXOS_PROCESS_PROCESS_H
#define EXO_LIBOS_EXOS_PROCESS_PROCESS_H

#include <stdbool.h>

#include "exo/libos/exos/own.h"

enum process_state { PROCESS_FREE, PROCESS_NEW, PROCESS_RUNS, PROCESS_EXITED };

struct process {
    uint32_t pid; /* generation * PROCESSES + index */
    uint32_t parent;
    uint32_t env, next; /* and, while it becomes another program, its other one (exec.c); 0: none */
    uint64_t status;    /* of one that exited */
    uint32_t pending;   /* signals that were sent and have not come: bits */
    uint32_t heeds;     /* those at which something happens, and which it does not mask */
    uint64_t wakes;     /* how many of those were sent */
    uint32_t group;     /* the pid of who began it */
    uint32_t state;
    uint32_t signal; /* that ended it, or by which it stands still */
    uint32_t flags;
    uint64_t segments; /* of shared memory that it has (segment.c): bits */
};
_Static_assert(sizeof(struct process) == 64, "an array of them fills pages");
#define PROCESS_STANDS   1 /* until it is told to go on */
#define PROCESS_TOLD     2 /* and its parent knows */
#define PROCESS_ALONE    4 /* its children's ends interest it not */
#define PROCESS_DEBUGGED 8 /* its traps make it stand still */

#define PROCESSES ((EXOS_SEGMENTS - EXOS_PROCESSES) / sizeof(struct process))

/* The table. */
#define PROCESS_FIRST ((struct process *)EXOS_PROCESSES + 1)
#define PROCESS_END   ((struct process *)EXOS_PROCESSES + PROCESSES)

/* This process; null: somebody has spoilt the table. */
struct process *process_self(void);
/* It has ended, and how is to be found out. */
bool process_has_ended(const struct process *p);
/* Its parent has ended. */
bool process_is_orphan(const struct process *p);
/* Of one that was killed, whose environment was `env`: what it had begun to make ends, too. */
void process_bury(const struct process *p, uint64_t env);

/* A new one's entry, whose parent is this process; null: the table is full. */
struct process *process_new(void);
/* It is nobody's any more. */
void process_free(struct process *p);

/* The entry that the process with this pid has, if there is one. */
static inline struct process *process_entry(uint64_t pid) {
    return (struct process *)EXOS_PROCESSES + pid % PROCESSES;
}
/* The process with this pid; null: there is none. */
struct process *process_find(uint64_t pid);

/* Whether it is there and has not ended. */
bool process_lives(uint64_t pid);

/* The signal is sent to it, whatever it does about it. */
void process_send(struct process *p, unsigned signal);
/* Its parent hears that it has news. */
void process_tell_parent(const struct process *p);

/* Gives the processor to the process that comes next in the table, or to whoever is next. */
void process_pass(void);

/* The capability of all processes of this ExOS. */
struct cap process_cap(void);

#endif
