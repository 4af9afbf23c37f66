/* SPDX-License-Identifier: MIT */
/* tasks.c -- see tasks.h. */
#include "spin/services/mach/tasks.h"

#include "common/engine.h"
#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/services/thread/kthread_sync.h"
#include "spin/services/vm/memory_object.h"

static struct mutex lock = {.queue = LIST_INIT(lock.queue)};
static struct condition ends = {.queue = LIST_INIT(ends.queue)};
static struct list tasks = LIST_INIT(tasks);
static unsigned count;

static struct mach_task *task_of(struct list *node) {
    return container_of(node, struct mach_task, all);
}

struct mach_task *mach_current(void) {
    return container_of(process_current(), struct vmspace, process)->of;
}

void mach_enter(void) {
    sti();
    mutex_lock(&lock);
}

void mach_leave(void) {
    mutex_unlock(&lock);
    cli();
    if (mach_current()->dead)
        process_exit(0);
}

static void free_memory(struct mach_task *t) {
    dispatcher_release(t, sizeof *t);
    count--;
}

int mach_task_create(struct vmspace *vm, struct mach_task **task) {
    struct mach_task *t = count < MACH_TASKS_MAX ? dispatcher_allocate(sizeof *t) : NULL;
    int error = count == MACH_TASKS_MAX ? -E_FULL : -E_NO_MEMORY;
    if (t) {
        count++;
        error = external_create(&t->names, &engine_hooks);
        if (error)
            free_memory(t);
    }
    if (error) {
        vmspace_destroy(vm);
        return error;
    }
    t->vm = vm;
    vm->of = t;
    list_push_back(&tasks, &t->all);
    *task = t;
    return 0;
}

/* Nobody runs in it. */
static void empty(struct mach_task *t) {
    vmspace_destroy(t->vm);
    t->vm = NULL;
    external_destroy(t->names);
    t->dead = true;
}

void mach_task_hold(void *task) {
    ((struct mach_task *)task)->holders++;
}

void mach_task_release(void *task) {
    struct mach_task *t = task;
    if (--t->holders)
        return;
    if (t->vm)
        empty(t);
    list_remove(&t->all);
    free_memory(t);
}

static void hold_object(void *object) {
    memory_object_share(object);
}

static void release_object(void *object) {
    memory_object_drop(object);
}

const struct name_type mach_task_type = {"Mach.Task", mach_task_hold, mach_task_release},
                       mach_object_type = {"Mach.MemoryObject", hold_object, release_object};

static void *live(void *task) {
    struct mach_task *t = task;
    t->end = process_run_from(&t->vm->process, &t->vm->start);
    mutex_lock(&lock);
    empty(t);
    t->ended = true;
    condition_signal(&ends);
    mutex_unlock(&lock);
    return NULL;
}

int mach_task_run(struct mach_task *t, const struct trap_frame *start) {
    if (t->thread)
        return -E_BUSY;
    t->vm->start = *start;
    t->thread = kthread_fork(live, t);
    if (t->thread)
        mach_task_hold(t);
    return t->thread ? 0 : -E_NO_MEMORY;
}

void mach_task_terminate(struct mach_task *t) {
    if (t->dead)
        return;
    t->dead = true;
    if (!t->thread)
        empty(t);
    else if (t->thread != kthread_current()) {
        process_terminate(&t->vm->process);
        kthread_kill(t->thread);
    }
}

/* Threads that have ended are joined, and their tasks released. */
static void reap(void) {
    void *unused;
    list_each(node, &tasks) {
        struct mach_task *t = task_of(node);
        if (!t->ended || !t->thread || !kthread_join(t->thread, &unused))
            continue;
        t->thread = NULL;
        mach_task_release(t);
    }
}

/* For the end of a thread; an alert does not end it. */
static void wait(void) {
    if (!condition_wait(&ends, &lock)) {
        mutex_unlock(&lock);
        strand_yield();
        mutex_lock(&lock);
    }
    reap();
}

int mach_first(struct vmspace *vm, struct process_end *end) {
    struct mach_task *first;
    mutex_lock(&lock);
    assert_that(!count);
    int error = mach_task_create(vm, &first);
    if (!error) {
        mach_task_hold(first);
        error = mach_task_run(first, &vm->start);
        while (!error && !first->ended)
            wait();
        *end = first->end;
        list_each(node, &tasks) mach_task_terminate(task_of(node));
        mach_task_release(first);
        reap();
        while (count)
            wait();
    }
    mutex_unlock(&lock);
    return error;
}
