/* SPDX-License-Identifier: MIT */
/* user_thread.c -- see user_thread.h. */
#include "spin/services/thread/user_thread.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/space/process.h"
#include "spin/core/space/trap_fault.h"
#include "spin/services/handlers.h"

static struct list processes = LIST_INIT(processes); /* that have threads, by `all` */
static struct event_binding *on_fault;               /* while there are any */

/* The process's own thread counts as long as it runs the process. */
struct user_thread *user_thread_at(struct user_threads *t, uint64_t number) {
    if (number >= USER_THREADS_MAX)
        return NULL;
    struct user_thread *u = &t->thread[number];
    bool is_there = number ? u->used && !u->unclaimed : (bool)t->process->thread;
    return is_there ? u : NULL;
}

uint64_t user_thread_number(const struct user_thread *u) {
    return (uint64_t)(u - u->of->thread);
}

struct user_thread *user_thread_current(struct user_threads *t) {
    struct user_thread *u = kthread_current()->user;
    return u ? u : t->thread;
}

/* --- Life --- */

/* A fault of one thread is the process's end, whatever its own thread is in. */
static void end_process(struct user_threads *t) {
    struct kthread *own = t->process->thread ? t->thread[0].thread : NULL;
    process_terminate(t->process);
    if (own) {
        kthread_alert(own);
        strand_release(&own->strand);
    }
}

void user_thread_join_group(struct user_thread *u) {
    struct strand *s = &u->thread->strand;
    if (!s->member && group_join(&u->of->group, &u->member, s, u->hint))
        panic("user_thread_join_group: a group has room for all threads");
}

static void *run(void *user) {
    struct user_thread *u = user;
    struct process *process = u->of->process;
    uint64_t result = 0;
    cli();
    kthread_current()->user = u;
    if (u->of->scheduled)
        user_thread_join_group(u);
    if (!u->ended) {
        address_space_enter(&process->space);
        result = user_run(&u->start);
        address_space_enter(NULL);
    }
    if (!u->ended && process->end.killed)
        end_process(u->of);
    u->ended = true;
    if (u->of->scheduled)
        group_leave(&u->member);
    kthread_current()->user = NULL;
    return (void *)result;
}

/* Who has ended, and is waited for by nobody, is joined first. */
struct user_thread *user_thread_create(struct user_threads *t) {
    uint64_t result;
    for (struct user_thread *u = t->thread + 1; u < t->thread + USER_THREADS_MAX; u++) {
        bool free = !u->used || (u->unclaimed && u->thread->ended && user_thread_join(u, &result));
        if (!free)
            continue;
        u->of = t;
        u->thread = kthread_fork(run, u);
        u->used = u->thread;
        u->claimed = u->unclaimed = u->ended = false;
        u->hint = 0;
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
    if (u == user_thread_current(u->of))
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

static bool is_call(void *package, struct trap_frame *f, const struct call_system *system) {
    (void)system;
    return f->rax == ((const struct user_thread_package *)package)->call.number;
}

static void handle_call(void *package, struct trap_frame *f, const struct call_system *system) {
    (void)system;
    struct user_thread_package *p = package;
    const struct user_thread_call *c = &p->call;
    f->rax = (uint64_t)(f->rdi < c->operations ? c->operation[f->rdi](p, f) : -E_NO_CALL);
}

/* No raise can come to its handler any more. */
static void free_package(void *package) {
    struct user_thread_package *p = package;
    heap_free(p, p->call.bytes);
}

static const struct handler_of of_faults = HANDLER_OF(
    trap_fault, end_of_thread, has_ended, .flags = BINDING_CANCEL, .order.place = ORDER_FIRST);

/* The package is freed by the dispatcher, in case of an error too. */
static int handle_calls(struct address_space *of, struct module *extension,
                        struct user_thread_package *p) {
    struct handler_request request = {.handler = EVENT_HANDLER_WITH(trap_syscall, handle_call, p),
                                      .guard = EVENT_GUARD_WITH(trap_syscall, is_call, p),
                                      .flags = BINDING_CANCEL,
                                      .order.place = ORDER_FIRST};
    struct change c;
    module_add(extension);
    change_open(&c, extension, of);
    request.handler.release = free_package;
    if (change_install(&c, &event_trap_syscall, &request, &p->binding))
        free_package(p);
    return change_commit(&c);
}

/* Who is waited for by another one is not joined here: that one may do it while it unwinds. */
static void end_all(struct user_threads *t) {
    struct user_thread *const end = t->thread + USER_THREADS_MAX;
    for (struct user_thread *u = t->thread + 1; u < end; u++)
        if (u->used)
            user_thread_destroy(u, 0);
    for (struct user_thread *u = t->thread + 1; u < end; u++) {
        uint64_t result;
        while (u->used && !(u->thread->ended && !u->claimed && user_thread_join(u, &result)))
            strand_yield();
    }
}

struct user_threads *user_threads_of(const struct address_space *space) {
    list_each(node, &processes) {
        struct user_threads *t = container_of(node, struct user_threads, all);
        if (&t->process->space == space)
            return t;
    }
    return NULL;
}

static struct user_threads *create_threads(struct address_space *of) {
    if (!on_fault && handlers_bind(&of_faults, 1, &on_fault))
        on_fault = NULL;
    struct user_threads *t = on_fault ? heap_alloc(sizeof *t) : NULL;
    if (!t)
        return NULL;
    memset(t, 0, sizeof *t);
    t->process = container_of(of, struct process, space);
    t->thread[0] = (struct user_thread){.of = t, .used = true, .thread = kthread_current()};
    list_push_back(&processes, &t->all);
    return t;
}

static void destroy_threads(struct user_threads *t) {
    end_all(t);
    if (t->scheduled)
        group_destroy(&t->group);
    dispatcher->lock();
    list_remove(&t->all);
    if (list_empty(&processes) && on_fault && !handlers_unbind(&on_fault, 1))
        on_fault = NULL; /* else it stays, and finds no thread of its kind */
    dispatcher->unlock();
    heap_free(t, sizeof *t);
}

int user_threads_begin(struct address_space *of, struct module *extension,
                       const struct user_thread_call *call, struct user_thread_package **package) {
    dispatcher->lock(); /* the last process that has threads may end */
    struct user_threads *t = user_threads_of(of);
    if (!t)
        t = create_threads(of);
    struct user_thread_package *p = t ? heap_alloc(call->bytes) : NULL;
    int error = -E_NO_MEMORY;
    if (p) {
        memset(p, 0, call->bytes);
        *p = (struct user_thread_package){.threads = t, .call = *call};
        error = handle_calls(of, extension, p);
    }
    if (!error) {
        t->packages++;
        *package = p;
    } else if (t && !t->packages) {
        destroy_threads(t);
    }
    dispatcher->unlock();
    return error;
}

void user_threads_end(struct user_thread_package *p) {
    struct user_threads *t = p->threads;
    struct change c;
    change_open(&c, event_trap_syscall.module, NULL);
    change_uninstall(&c, p->binding);
    if (change_commit(&c))
        p->call.number = -1ul; /* out of memory: its handler stays, for a call of nobody's */
    if (--t->packages == 0)
        destroy_threads(t);
}
