/* SPDX-License-Identifier: MIT */
/* cthreads_layered.c -- C-Threads in user mode: who waits, and for what, is in the program; the
 * kernel only suspends and resumes. */
#include "machine/cpu/trap_frame.h"
#include "spin/thread_abi.h"
#include "spin/user/cthreads.h"
#include "spin/user/stubs.h"

static long call(enum user_thread_operation operation, long thread) {
    return syscall2(USER_THREAD_CALL, operation, (uint64_t)thread);
}

/* Held for some instructions; who holds it may lose the processor meanwhile. */
static void lock(uint32_t *word) {
    while (__atomic_exchange_n(word, 1, __ATOMIC_ACQUIRE))
        __builtin_ia32_pause();
}

static void unlock(uint32_t *word) {
    __atomic_store_n(word, 0, __ATOMIC_RELEASE);
}

/* Of the current one; a resumption that came before counts. */
static void wait(void) {
    call(USER_THREAD_SUSPEND, cthread_self()->number);
}

/* Resumes who joins this thread and ends it. Once the other one runs, the stack is another
 * thread's: nothing may lie on it in between. */
static _Noreturn void end(const struct cthread *t, const struct cthread *joiner) {
    register uint64_t self __asm__("r10") = (uint64_t)t->number;
    if (joiner)
        __asm__ volatile("syscall"
                         :
                         : "a"(USER_THREAD_CALL), "D"(USER_THREAD_RESUME), "S"(joiner->number),
                           "r"(self)
                         : "rcx", "r11", "memory");
    __asm__ volatile("syscall"
                     :
                     : "a"(USER_THREAD_CALL), "D"(USER_THREAD_DESTROY), "S"(self)
                     : "rcx", "r11", "memory");
    __builtin_unreachable();
}

static _Noreturn void begin(struct cthread *t) {
    t->result = t->fn(t->arg);
    lock(&t->lock);
    t->done = true;
    const struct cthread *joiner = t->joiner;
    unlock(&t->lock);
    end(t, joiner);
}

static bool fork(struct cthread *t, void *stack_end) {
    const struct trap_frame state = {
        .rip = (uint64_t)begin, .rdi = (uint64_t)t, .rsp = (uint64_t)stack_end - 8};
    t->number = call(USER_THREAD_CREATE, 0);
    return t->number >= 0 &&
           !syscall3(USER_THREAD_CALL, USER_THREAD_SET_STATE, (uint64_t)t->number,
                     (uint64_t)&state) &&
           !call(USER_THREAD_RESUME, t->number);
}

static void join(struct cthread *t) {
    lock(&t->lock);
    bool done = t->done;
    t->joiner = cthread_self();
    unlock(&t->lock);
    if (!done)
        wait();
}

static bool semaphore(struct cthread_semaphore *s, uint32_t count) {
    *s = (struct cthread_semaphore){.count = count};
    return true;
}

static void p(struct cthread_semaphore *s) {
    lock(&s->lock);
    if (s->count) {
        s->count--;
        unlock(&s->lock);
        return;
    }
    struct cthread *self = cthread_self();
    self->next = 0;
    if (s->first)
        s->last->next = self;
    else
        s->first = self;
    s->last = self;
    unlock(&s->lock);
    wait();
}

/* What is released is handed to who has waited longest. */
static void v(struct cthread_semaphore *s) {
    lock(&s->lock);
    struct cthread *next = s->first;
    if (next)
        s->first = next->next;
    else
        s->count++;
    unlock(&s->lock);
    if (next)
        call(USER_THREAD_RESUME, next->number);
}

const struct cthread_package cthreads_layered = {.extension = "user-threads",
                                                 .fork = fork,
                                                 .join = join,
                                                 .semaphore = semaphore,
                                                 .p = p,
                                                 .v = v};
