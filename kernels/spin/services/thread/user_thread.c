/* SPDX-License-Identifier: MIT */
/* user_thread.c -- see user_thread.h. */
#include "spin/services/thread/user_thread.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"
#include "spin/core/space/process.h"
#include "spin/core/space/trap_fault.h"

static struct process *process; /* that has threads, or null */
static unsigned extensions;     /* that serve it */
static struct event_binding *on_fault;
static struct user_thread threads[USER_THREADS_MAX]; /* the process's own thread is the first */

/* The process's own thread counts as long as it runs the process. */
struct user_thread *user_thread_at(uint64_t number) {
    struct user_thread *u = &threads[number % USER_THREADS_MAX];
    bool is_there = u == threads ? (bool)process->thread : u->used && !u->unclaimed;
    return number < USER_THREADS_MAX && is_there ? u : NULL;
}

uint64_t user_thread_number(const struct user_thread *u) {
    return (uint64_t)(u - threads);
}

struct user_thread *user_thread_current(void) {
    struct user_thread *u = kthread_current()->user;
    return u ? u : threads;
}

/* --- Life --- */

/* A fault of one thread is the process's end, whatever its own thread is in. */
static void end_process(void) {
    struct kthread *own = process->thread ? threads[0].thread : NULL;
    process_terminate(process);
    if (own) {
        kthread_alert(own);
        strand_release(&own->strand);
    }
}

static void *run(void *user) {
    struct user_thread *u = user;
    uint64_t result = 0;
    cli();
    kthread_current()->user = u;
    if (!u->ended) {
        address_space_enter(&process->space);
        result = user_run(&u->start);
        address_space_enter(NULL);
    }
    if (!u->ended && process->end.killed)
        end_process();
    u->ended = true;
    kthread_current()->user = NULL;
    return (void *)result;
}

/* Who has ended, and is waited for by nobody, is joined first. */
struct user_thread *user_thread_create(void) {
    uint64_t result;
    for (struct user_thread *u = threads + 1; u < threads + USER_THREADS_MAX; u++) {
        bool free = !u->used || (u->unclaimed && u->thread->ended && user_thread_join(u, &result));
        if (!free)
            continue;
        *u = (struct user_thread){.thread = kthread_fork(run, u)};
        u->used = u->thread;
        return u->used ? u : NULL;
    }
    return NULL;
}

/* Who was woken by its end has it claimed still, until it has gone on. */
bool user_thread_join(struct user_thread *u, uint64_t *result) {
    void *ended_with;
    assert_that(!u->claimed);
    u->claimed = true;
    bool joined = kthread_join(u->thread, &ended_with);
    u->claimed = false;
    if (!joined)
        return false;
    *result = (uint64_t)ended_with;
    u->used = false;
    return true;
}

/* Its next return to user mode finds no code, and the fault ends it (end_of_thread). */
static void stop(struct thread *t) {
    if (!t->run)
        return; /* it has not been there yet, and run() will see */
    struct trap_frame *f = thread_frame(t);
    f->rip = USER_TOP;
    trap_syscall_changed(f);
}

void user_thread_destroy(struct user_thread *u, uint64_t result) {
    bool on = interrupts_off();
    u->ended = true;
    if (u == user_thread_current())
        user_return(result);
    if (!u->thread->ended)
        stop(u->thread->strand.thread);
    kthread_kill(u->thread);
    interrupts_restore(on);
}

static bool has_ended(struct trap_frame *f, uint64_t address) {
    (void)f;
    (void)address;
    const struct user_thread *u = kthread_current()->user;
    return u && u->ended;
}

static void end_of_thread(struct trap_frame *f, uint64_t address) {
    (void)f;
    (void)address;
    user_return(0);
}

/* --- Extensions --- */

static bool is_call(void *call, struct trap_frame *f, const struct call_system *system) {
    (void)system;
    return process && f->rax == ((const struct user_thread_call *)call)->number;
}

static void handle_call(void *call, struct trap_frame *f, const struct call_system *system) {
    (void)system;
    const struct user_thread_call *c = call;
    f->rax = (uint64_t)(f->rdi < c->operations ? c->operation[f->rdi](f) : -E_NO_CALL);
}

static int handle_faults(void) {
    const struct handler_request request = {.handler = EVENT_HANDLER(trap_fault, end_of_thread),
                                            .guard = EVENT_GUARD(trap_fault, has_ended),
                                            .flags = BINDING_CANCEL,
                                            .order.place = ORDER_FIRST};
    struct change c;
    change_open(&c, event_trap_fault.module, NULL);
    change_install(&c, &event_trap_fault, &request, &on_fault);
    return change_commit(&c);
}

static int handle_calls(struct address_space *of, struct module *extension,
                        const struct user_thread_call *call) {
    const struct handler_request request = {
        .handler = EVENT_HANDLER_WITH(trap_syscall, handle_call, (void *)call),
        .guard = EVENT_GUARD_WITH(trap_syscall, is_call, (void *)call),
        .flags = BINDING_CANCEL,
        .order.place = ORDER_FIRST};
    struct change c;
    module_add(extension);
    change_open(&c, extension, of);
    change_install(&c, &event_trap_syscall, &request, NULL);
    return change_commit(&c);
}

/* Without memory the handler stays, and finds no thread of its kind. */
static void no_more_faults(void) {
    struct change c;
    change_open(&c, event_trap_fault.module, NULL);
    change_uninstall(&c, on_fault);
    (void)change_commit(&c);
}

int user_threads_begin(struct address_space *of, struct module *extension,
                       const struct user_thread_call *call) {
    if (process && &process->space != of)
        return -E_EXISTS;
    int error = extensions ? 0 : handle_faults();
    if (error)
        return error;
    error = handle_calls(of, extension, call);
    if (error) {
        if (!extensions)
            no_more_faults();
        return error;
    }
    if (extensions++ == 0) {
        process = container_of(of, struct process, space);
        threads[0] = (struct user_thread){.used = true, .thread = kthread_current()};
    }
    return 0;
}

/* Who is waited for by another one is not joined here: that one may do it while it unwinds. */
static void end_all(void) {
    struct user_thread *const end = threads + USER_THREADS_MAX;
    for (struct user_thread *u = threads + 1; u < end; u++)
        if (u->used)
            user_thread_destroy(u, 0);
    for (struct user_thread *u = threads + 1; u < end; u++) {
        uint64_t result;
        while (u->used && !(u->thread->ended && !u->claimed && user_thread_join(u, &result)))
            strand_yield();
    }
}

void user_threads_end(struct module *extension) {
    (void)change_withdraw_all(extension); /* out of memory: is_call() holds of no process */
    if (--extensions)
        return;
    end_all();
    no_more_faults();
    process = NULL;
}
