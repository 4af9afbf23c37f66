/* SPDX-License-Identifier: MIT */
/* hooks.h -- what other parts of the library do when a process begins, changes or ends, and what
 * each sleeper of it waits for beside what it asked for. */
#ifndef EXO_LIBOS_EXOS_HOOKS_H
#define EXO_LIBOS_EXOS_HOOKS_H

#include "exo/libos/exos/process/sum.h"

struct process_hooks {
    void (*forked)(uint64_t child); /* in its parent, before it begins; exos_vfork, too */
    void (*ended)(uint64_t pid);    /* in itself where it exits, else in who killed or awaited it */
    long (*exec)(void); /* before the next program begins; an error, and it does not (exec_keep) */
    /* Products that end every sleep of this process: a signal, a timer. Their tags are
     * HOOKS_TAG. */
    void (*wakes)(struct sum *s);
    void (*woken)(void); /* after each sleep, whatever ended it */
    struct process_hooks *next;
};
#define HOOKS_TAG 0x10000ul

/* h is static and is asked from now on, in this process and its children. */
void hooks_add(struct process_hooks *h);

void hooks_forked(uint64_t child);
void hooks_ended(uint64_t pid);
/* 0, or the first error. */
long hooks_exec(void);
void hooks_wakes(struct sum *s);
void hooks_woken(void);

#endif
