/* SPDX-License-Identifier: MIT */
/* tasks.h -- tasks of the Mach-like model (Accetta et al., 1986): each has a vmspace, a table of
 * names, and at most one thread. A task is there while somebody has its name or its thread runs;
 * terminated, it has neither memory nor names. All is changed by who has the lock of the model. */
#ifndef SPIN_SERVICES_MACH_TASKS_H
#define SPIN_SERVICES_MACH_TASKS_H

#include "spin/runtime/external.h"
#include "spin/services/vmspace/vmspace.h"
#include "spin/services/vmspace/vmspace_model.h"

#define MACH_TASKS_MAX 32

struct mach_task {
    struct list all;
    struct vmspace *vm; /* null: it was terminated, and its thread, if any, has ended */
    struct external_table *names;
    struct kthread *thread; /* null: it has none */
    unsigned holders;       /* names, and the thread */
    bool dead, ended;       /* was terminated; its thread has nothing more to do */
    struct process_end end;
};

extern struct vmspace_model mach_model;         /* mach_calls.c */
extern const struct name_type mach_task_type;   /* struct mach_task */
extern const struct name_type mach_object_type; /* struct memory_object */

/* A call of the current task begins, alone in the model, where it may wait, interrupts on; and
 * ends. Of a task that was terminated it does not come back. */
void mach_enter(void);
void mach_leave(void);

/* The caller's. */
struct mach_task *mach_current(void);
/* One with this memory, which is its own from now on, in case of an error, too. 0; -E_FULL: there
 * are MACH_TASKS_MAX; -E_NO_MEMORY. Nobody holds it: mach_task_hold() is next. */
int mach_task_create(struct vmspace *vm, struct mach_task **task);
void mach_task_hold(void *task);
/* With its last holder it is gone. */
void mach_task_release(void *task);
/* Its thread starts with these registers. -E_BUSY: it has one; -E_NO_MEMORY. */
int mach_task_run(struct mach_task *task, const struct trap_frame *start);
/* Its thread runs no other instruction, and its memory and names are gone then. Of the caller's own
 * task mach_leave() does not come back. */
void mach_task_terminate(struct mach_task *task);

/* Runs the program, whose memory is gone then, as the first task, and waits for its end; all others
 * are terminated then. One at a time. 0, or mach_task_create()'s errors. */
int mach_first(struct vmspace *vm, struct process_end *end);

#endif
