/* SPDX-License-Identifier: MIT */
/* cthreads_integrated.c -- C-Threads in the kernel: each step is one system call. */
#include "spin/thread_abi.h"
#include "spin/user/cthreads.h"
#include "spin/user/stubs.h"

static _Noreturn void begin(struct cthread *t) {
    syscall2(CTHREAD_CALL, CTHREAD_EXIT, (uint64_t)t->fn(t->arg));
    __builtin_unreachable();
}

/* It begins as if begin() had been called. */
static bool fork(struct cthread *t, void *stack_end) {
    t->number =
        syscall4(CTHREAD_CALL, CTHREAD_FORK, (uint64_t)begin, (uint64_t)t, (uint64_t)stack_end - 8);
    return t->number >= 0;
}

static void join(struct cthread *t) {
    t->result = (void *)syscall2(CTHREAD_CALL, CTHREAD_JOIN, (uint64_t)t->number);
}

static bool semaphore(struct cthread_semaphore *s, uint32_t count) {
    s->number = syscall2(CTHREAD_CALL, CTHREAD_SEMAPHORE, count);
    return s->number >= 0;
}

static void p(struct cthread_semaphore *s) {
    syscall2(CTHREAD_CALL, CTHREAD_P, (uint64_t)s->number);
}

static void v(struct cthread_semaphore *s) {
    syscall2(CTHREAD_CALL, CTHREAD_V, (uint64_t)s->number);
}

const struct cthread_package cthreads_integrated = {
    .extension = "cthreads", .fork = fork, .join = join, .semaphore = semaphore, .p = p, .v = v};
