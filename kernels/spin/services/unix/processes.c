/* SPDX-License-Identifier: MIT */
/* processes.c -- see processes.h. What processes share is changed with interrupts off. */
#include "spin/services/unix/processes.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/services/files/file_calls.h"
#include "spin/services/thread/kthread.h"

struct unix_process {
    struct list all;
    struct unix_process *parent; /* the kernel's: `root` */
    struct vmspace *vm;          /* null once it has ended */
    struct vmspace *next;        /* that exec has made, and its thread takes */
    struct kthread *thread;
    struct list waiting; /* its thread, for a child's end */
    uint64_t pid;
    bool killed, ended;
    struct process_end end;
};

static struct list processes = LIST_INIT(processes);
static unsigned count;
static struct unix_process root = {.waiting = LIST_INIT(root.waiting)};

static struct unix_process *process_of(struct list *node) {
    return container_of(node, struct unix_process, all);
}

static struct unix_process *current(void) {
    return container_of(process_current(), struct vmspace, process)->of;
}

/* --- The life of a process --- */

/* Its next program, if exec has made one. */
static bool take_next(struct unix_process *u) {
    struct vmspace *old = u->vm;
    bool on = interrupts_off();
    u->vm = u->next;
    u->next = NULL;
    if (u->vm)
        file_calls_keep(&u->vm->process, &old->process);
    if (u->vm && u->killed)
        process_terminate(&u->vm->process);
    interrupts_restore(on);
    vmspace_destroy(old);
    return u->vm;
}

static void *live(void *process) {
    struct unix_process *u = process;
    do
        u->end = process_run_from(&u->vm->process, &u->vm->start);
    while (take_next(u));
    cli(); /* until the thread has ended, too: who waits for it finds it so */
    list_each(node, &processes) if (process_of(node)->parent == u) process_of(node)->parent = &root;
    u->ended = true;
    kthread_wake(&u->parent->waiting);
    kthread_wake(&root.waiting);
    return NULL;
}

static void free_memory(struct unix_process *u) {
    dispatcher_release(u, sizeof *u);
    preempt_disable();
    count--;
    preempt_enable();
}

/* A process with this vm, which is its own from now on, in case of an error too. */
static long start(struct unix_process *parent, struct vmspace *vm) {
    static uint64_t pids;
    preempt_disable();
    struct unix_process *u = count < UNIX_PROCESSES_MAX ? dispatcher_allocate(sizeof *u) : NULL;
    bool full = count == UNIX_PROCESSES_MAX;
    count += u != NULL;
    preempt_enable();
    if (!u) {
        vmspace_destroy(vm);
        return full ? -E_FULL : -E_NO_MEMORY;
    }
    *u = (struct unix_process){.parent = parent, .vm = vm};
    list_init(&u->waiting);
    vm->of = u;
    thread_reserve();
    bool on = interrupts_off();
    u->thread = kthread_fork(live, u);
    if (u->thread) {
        u->pid = ++pids;
        list_push_back(&processes, &u->all);
    }
    interrupts_restore(on);
    if (u->thread)
        return (long)u->pid;
    vmspace_destroy(vm);
    free_memory(u);
    return -E_NO_MEMORY;
}

/* It has ended, and so has its thread: the join does not wait. */
static void forget(struct unix_process *u) {
    void *unused;
    bool joined = kthread_join(u->thread, &unused);
    assert_that(joined);
    list_remove(&u->all);
    free_memory(u);
}

/* A child that has ended, or null; *any: there are children. */
static struct unix_process *ended_child(const struct unix_process *of, bool *any) {
    *any = false;
    list_each(node, &processes) {
        struct unix_process *u = process_of(node);
        if (u->parent == of && u->ended)
            return u;
        *any = *any || u->parent == of;
    }
    return NULL;
}

static long wait_for_child(struct unix_process *of, struct process_end *end) {
    for (;;) {
        bool any;
        struct unix_process *child = ended_child(of, &any);
        if (child) {
            long pid = (long)child->pid;
            *end = child->end;
            forget(child);
            return pid;
        }
        if (!any)
            return -E_NOT_FOUND;
        if (!kthread_wait(&of->waiting))
            return -E_BUSY;
    }
}

static void end_process(struct unix_process *u) {
    u->killed = true;
    if (u->vm)
        process_terminate(&u->vm->process);
    if (!u->ended)
        kthread_kill(u->thread);
}

/* --- Calls --- */

/* Long ones let others have the processor meanwhile. */
#define WITH_INTERRUPTS(call) (sti(), error = (call), cli(), error)

long unix_fork(const struct trap_frame *f) {
    struct unix_process *u = current();
    struct vmspace *vm;
    int error;
    if (WITH_INTERRUPTS(vmspace_inherit(&vm, u->vm)))
        return error;
    if (file_calls_inherit(&vm->process, &u->vm->process)) {
        vmspace_destroy(vm);
        return -E_NO_MEMORY;
    }
    if (u->killed) { /* meanwhile; its registers lead nowhere */
        vmspace_destroy(vm);
        return -E_BUSY;
    }
    vm->start = *f;
    vm->start.rax = 0;
    return start(u, vm);
}

long unix_exec(const char *program, uint64_t a, const char *words) {
    struct unix_process *u = current();
    struct vmspace *vm;
    int error;
    if (WITH_INTERRUPTS(vmspace_load(
            &vm, u->vm->pager, call_system_handler(&u->vm->process.space.own), program, a, words)))
        return error;
    vm->of = u;
    u->next = vm;
    process_exit(0);
}

long unix_wait(struct process_end *end) {
    return wait_for_child(current(), end);
}

/* O(depth): up from the process, not down from the caller. */
static bool descends(const struct unix_process *u, const struct unix_process *from) {
    while (u && u != from)
        u = u->parent;
    return u;
}

long unix_kill(uint64_t pid) {
    struct unix_process *self = current();
    list_each(node, &processes) {
        struct unix_process *u = process_of(node);
        if (u->pid != pid || !descends(u, self))
            continue;
        end_process(u);
        return 0;
    }
    return -E_PERM;
}

long unix_getpid(void) {
    return (long)current()->pid;
}

long unix_map(const char *file, bool write, uint64_t *bytes) {
    vaddr_t at;
    int error = vmspace_map(current()->vm, file, write, &at, bytes);
    return error ? error : (long)at;
}

/* --- The first one --- */

static void end_all(void) {
    struct process_end unused;
    list_each(node, &processes) end_process(process_of(node));
    while (count)
        if (wait_for_child(&root, &unused) == -E_BUSY)
            strand_yield(); /* alerted: it cannot wait */
}

long unix_first(struct vmspace *vm, struct process_end *end) {
    assert_that(!count);
    long pid = start(&root, vm), ended = pid;
    bool on = interrupts_off();
    if (pid > 0)
        do
            ended = wait_for_child(&root, end);
        while (ended > 0 && ended != pid);
    end_all();
    interrupts_restore(on);
    return ended;
}
