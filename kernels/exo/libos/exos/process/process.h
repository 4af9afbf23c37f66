/* SPDX-License-Identifier: MIT */
/* process.h -- the table of processes: one page that all processes of an ExOS have mapped, and that
 * each can write. Who spoils it spoils that ExOS, and nothing else: what a process may do to
 * another is what their capability allows, and how one ended is read in the kernel's table. */
#ifndef EXO_LIBOS_EXOS_PROCESS_PROCESS_H
#define EXO_LIBOS_EXOS_PROCESS_PROCESS_H

#include <stdbool.h>

#include "exo/libos/exos/own.h"

enum process_state { PROCESS_FREE, PROCESS_NEW, PROCESS_RUNS, PROCESS_EXITED };

struct process {
    uint32_t pid; /* generation * PROCESSES + index */
    uint32_t parent;
    uint32_t env;
    uint32_t state;
    uint64_t status; /* of one that exited */
    uint64_t unused;
};
#define PROCESSES (PAGE / sizeof(struct process))

/* A new one's entry, whose parent is this process; null: the table is full. */
struct process *process_new(void);
/* It is nobody's any more. */
void process_free(struct process *p);

/* The process with this pid; null: there is none. */
struct process *process_find(uint64_t pid);

/* Whether it is there and has not ended. */
bool process_lives(uint64_t pid);

/* Gives the processor to the process that comes next in the table. */
void process_pass(void);

/* The capability of all processes of this ExOS. */
struct cap process_cap(void);

#endif
