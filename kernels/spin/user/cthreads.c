/* SPDX-License-Identifier: MIT */
/* cthreads.c -- what both packages of C-Threads have in common: stacks, and what is made of
 * semaphores. A thread's structure lies at the lower end of its stack, whose address tells whose it
 * is. */
#include "spin/user/cthreads.h"

#include "lib/error.h"
#include "spin/thread_abi.h"
#include "spin/user/stubs.h"

#define STACK_BYTES 8192

static union stack {
    struct cthread thread;
    char bytes[STACK_BYTES];
} stacks[USER_THREADS_MAX] __attribute__((aligned(STACK_BYTES)));
static uint32_t taken; /* a bit for each stack */
static struct cthread first;
static const struct cthread_package *package;

bool cthreads_begin(const struct cthread_package *p) {
    long error = spin_extend(p->extension);
    package = p;
    return !error || error == -E_EXISTS;
}

static union stack *stack_take(void) {
    for (unsigned i = 0; i < USER_THREADS_MAX; i++)
        if (!(__atomic_fetch_or(&taken, 1u << i, __ATOMIC_ACQUIRE) >> i & 1))
            return &stacks[i];
    return 0;
}

static void stack_give(const union stack *s) {
    __atomic_fetch_and(&taken, ~(1u << (s - stacks)), __ATOMIC_RELEASE);
}

struct cthread *cthread_self(void) {
    uintptr_t at = (uintptr_t)__builtin_frame_address(0) - (uintptr_t)stacks;
    return at < sizeof stacks ? &stacks[at / STACK_BYTES].thread : &first;
}

struct cthread *cthread_fork(void *(*fn)(void *arg), void *arg) {
    union stack *s = stack_take();
    if (!s)
        return 0;
    s->thread = (struct cthread){.fn = fn, .arg = arg};
    if (package->fork(&s->thread, s + 1))
        return &s->thread;
    stack_give(s);
    return 0;
}

void *cthread_join(struct cthread *t) {
    package->join(t);
    void *result = t->result;
    stack_give((union stack *)t);
    return result;
}

bool cthread_semaphore_init(struct cthread_semaphore *s, uint32_t count) {
    return package->semaphore(s, count);
}

void cthread_p(struct cthread_semaphore *s) {
    package->p(s);
}

void cthread_v(struct cthread_semaphore *s) {
    package->v(s);
}

bool cthread_mutex_init(struct cthread_mutex *m) {
    return cthread_semaphore_init(&m->free, 1);
}

void cthread_mutex_lock(struct cthread_mutex *m) {
    cthread_p(&m->free);
}

void cthread_mutex_unlock(struct cthread_mutex *m) {
    cthread_v(&m->free);
}

bool cthread_condition_init(struct cthread_condition *c) {
    c->waiting = 0;
    return cthread_semaphore_init(&c->wakes, 0);
}

void cthread_condition_wait(struct cthread_condition *c, struct cthread_mutex *m) {
    c->waiting++;
    cthread_mutex_unlock(m);
    cthread_p(&c->wakes);
    cthread_mutex_lock(m);
}

void cthread_condition_signal(struct cthread_condition *c) {
    if (!c->waiting)
        return;
    c->waiting--;
    cthread_v(&c->wakes);
}

void cthread_condition_broadcast(struct cthread_condition *c) {
    while (c->waiting)
        cthread_condition_signal(c);
}
