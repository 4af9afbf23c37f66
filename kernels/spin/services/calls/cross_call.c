/* SPDX-License-Identifier: MIT */
/* cross_call.c -- see cross_call.h. Everything happens in system calls, interrupts off; only the
 * waits let others in between. */
#include "spin/services/calls/cross_call.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/report/panic.h"
#include "spin/core/space/process.h"
#include "spin/core/space/trap_syscall.h"
#include "spin/services/handlers.h"
#include "spin/services/thread/kthread.h"

MODULE("CrossCall");

/* A call under way, on its caller's stack. */
struct cross {
    struct list caller;
    uint64_t result;
    bool died; /* with the process that served it */
};

static struct service {
    char name[CROSS_NAME_MAX];
    struct process *of; /* null: nobody serves here */
    vaddr_t entry, stack;
    uint64_t number;
    struct list idle;    /* the thread of its process, where it waits for a call */
    struct list callers; /* who wait until it does */
    struct cross *call;  /* that it is in, or null: none, or its caller has gone */
} services[CROSS_SERVICES_MAX];

static struct service *service_of(const struct process *p) {
    for (struct service *s = services; s < services + CROSS_SERVICES_MAX; s++)
        if (s->of == p)
            return s;
    return NULL;
}

static struct service *service_named(const char *name) {
    for (struct service *s = services; s < services + CROSS_SERVICES_MAX; s++)
        if (s->of && strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

/* Null where it ends, or has ended: the registers of such a process are not to be changed. */
static struct service *service_numbered(uint64_t number) {
    struct service *s = &services[number % CROSS_SERVICES_MAX];
    return s->of && s->number == number && !s->of->end.terminated ? s : NULL;
}

static struct kthread *first_of(const struct list *queue) {
    return container_of(queue->next, struct kthread, waiting);
}

/* The service's thread waits; `to`, unless null, has the processor meanwhile. Woken, it has the
 * registers of a call, or those with which it ends. */
static long await_call(struct service *s, struct kthread *to) {
    if (!list_empty(&s->callers))
        kthread_wake(&s->callers);
    bool woken = to ? kthread_hand_over(to, &s->idle) : kthread_wait(&s->idle);
    return woken ? 0 : -E_BUSY;
}

/* --- A service comes and goes --- */

static void end_of_process(struct process *p) {
    struct service *s = service_of(p);
    if (!s)
        return;
    s->of = NULL;
    if (s->call) {
        s->call->died = true;
        kthread_wake(&s->call->caller);
    }
    while (kthread_wake(&s->callers))
        ;
}

/* Calls are by the registers of the thread that runs the process, and by no other that it has. */
static bool is_own_thread(void) {
    return process_current()->thread == thread_current();
}

long cross_serve(const char *name, vaddr_t entry) {
    static uint64_t rounds; /* so many services there were: numbers are never used again */
    struct process *p = process_current();
    if (entry >= USER_TOP || !is_own_thread())
        return -E_INVALID;
    int error = HANDLE_ONCE(process_ends, end_of_process); /* which may wait */
    if (error)
        return error;
    struct service *s = service_of(NULL);
    if (service_of(p) || service_named(name))
        return -E_EXISTS;
    if (!s)
        return -E_FULL;
    *s = (struct service){.of = p, .entry = entry, .stack = thread_frame(p->thread)->rsp};
    s->number = ++rounds * CROSS_SERVICES_MAX + (uint64_t)(s - services);
    memcpy(s->name, name, strlen(name) + 1);
    list_init(&s->idle);
    list_init(&s->callers);
    return await_call(s, NULL);
}

long cross_connect(const char *name) {
    const struct service *s = service_named(name);
    return s ? (long)s->number : -E_NOT_FOUND;
}

/* --- A call --- */

/* Its registers, as it will find them: the arguments, its own stack and flags, and nothing of the
 * caller. It is in a system call, so the others are as safe as its own. */
static void enter(const struct service *s, const uint64_t argument[3]) {
    struct trap_frame *f = thread_frame(s->of->thread);
    f->rax = f->rbx = f->rcx = f->rbp = 0;
    f->r8 = f->r9 = f->r10 = f->r11 = f->r12 = f->r13 = f->r14 = f->r15 = 0;
    f->rdi = argument[0];
    f->rsi = argument[1];
    f->rdx = argument[2];
    f->rip = s->entry;
    f->rsp = s->stack;
    f->vector = TRAP_SYSCALL_CHANGED;
}

long cross_call(uint64_t number, const uint64_t argument[3]) {
    struct service *s = service_numbered(number);
    struct cross call = {.caller = LIST_INIT(call.caller)};
    if (s && s->of == process_current())
        return -E_INVALID;
    while (s && list_empty(&s->idle)) {
        if (!kthread_wait(&s->callers))
            return -E_BUSY;
        s = service_numbered(number);
    }
    if (!s)
        return -E_NOT_FOUND;
    assert_that(!s->call);
    enter(s, argument);
    s->call = &call;
    if (!kthread_hand_over(first_of(&s->idle), &call.caller)) {
        if (s->call == &call)
            s->call = NULL;
        return -E_BUSY;
    }
    return call.died ? -E_DEAD : (long)call.result;
}

long cross_reply(uint64_t result) {
    struct service *s = service_of(process_current());
    if (!s || !is_own_thread())
        return -E_INVALID;
    struct cross *call = s->call;
    s->call = NULL;
    if (call)
        call->result = result;
    return await_call(s, call ? first_of(&call->caller) : NULL);
}
