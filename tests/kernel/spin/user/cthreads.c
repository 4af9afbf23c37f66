/* SPDX-License-Identifier: MIT */
/* cthreads.c -- a program's threads, by both packages of C-Threads from one text, and the threads
 * of the kernel that one of them is layered on. */
#include "spin/user/cthreads.h"

#include "lib/error.h"
#include "machine/cpu/trap_frame.h"
#include "measure/bench.h"
#include "spin/thread_abi.h"
#include "spin/user/stubs.h"

#define WORKERS 8
#define ROUNDS  200

static void *gives_back(void *arg) {
    return (char *)arg + 1;
}

static void *forks_one_more(void *arg) {
    struct cthread *t = cthread_fork(gives_back, arg);
    return t && cthread_self() != t ? cthread_join(t) : 0;
}

static void check_fork(struct check *c) {
    struct cthread *t[WORKERS];
    for (uintptr_t i = 0; i < WORKERS; i++)
        t[i] = cthread_fork(forks_one_more, (void *)(i + 1));
    for (uintptr_t i = 0; i < WORKERS; i++)
        CHECK_THAT(c, t[i] && cthread_join(t[i]) == (void *)(i + 2));
    for (unsigned i = 0; i < ROUNDS; i++) /* numbers and stacks come back */
        CHECK_THAT(c, (t[0] = cthread_fork(gives_back, 0)) && cthread_join(t[0]) == (void *)1);
}

static struct cthread_mutex mutex;
static struct cthread_condition turn;
static unsigned whose, inside, taken;

/* Each in its turn, which only the others' turns bring about. */
static void *takes_turns(void *arg) {
    unsigned mine = (unsigned)(uintptr_t)arg, wrong = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        cthread_mutex_lock(&mutex);
        while (whose != mine)
            cthread_condition_wait(&turn, &mutex);
        wrong += inside++ != 0;
        whose = (whose + 1) % WORKERS;
        taken++;
        inside--;
        cthread_condition_broadcast(&turn);
        cthread_mutex_unlock(&mutex);
    }
    return (void *)(uintptr_t)wrong;
}

static void check_turns(struct check *c) {
    struct cthread *t[WORKERS];
    whose = taken = 0;
    CHECK_THAT(c, cthread_mutex_init(&mutex) && cthread_condition_init(&turn));
    for (uintptr_t i = 0; i < WORKERS; i++)
        t[i] = cthread_fork(takes_turns, (void *)i);
    for (unsigned i = 0; i < WORKERS; i++)
        CHECK_THAT(c, t[i] && cthread_join(t[i]) == 0);
    CHECK_THAT(c, taken == WORKERS * ROUNDS);
}

static struct cthread_semaphore never;

static void *waits(void *arg) {
    cthread_p(&never);
    return arg;
}

static void check_full(struct check *c) {
    struct cthread *t[USER_THREADS_MAX];
    unsigned n = 0;
    CHECK_THAT(c, cthread_semaphore_init(&never, 0));
    while (n < USER_THREADS_MAX && (t[n] = cthread_fork(waits, 0)))
        n++;
    CHECK_THAT(c, n == USER_THREADS_MAX - 1); /* this one counts, too */
    for (unsigned i = 0; i < n; i++)
        cthread_v(&never);
    for (unsigned i = 0; i < n; i++)
        cthread_join(t[i]);
}

static void check_package(struct check *c, const struct cthread_package *package) {
    CHECK_THAT(c, cthreads_begin(package));
    check_fork(c);
    check_turns(c);
    check_full(c);
}

CHECK(cthreads_layered_check, "cthreads/layered_in_user_mode_they_fork_join_and_wait") {
    check_package(c, &cthreads_layered);
}

CHECK(cthreads_integrated_check, "cthreads/integrated_in_the_kernel_they_fork_join_and_wait") {
    check_package(c, &cthreads_integrated);
}

static void *joins(void *t) {
    return (void *)syscall2(CTHREAD_CALL, CTHREAD_JOIN, (uint64_t)((struct cthread *)t)->number);
}

/* The other one runs between the thread's end and the return of who waits for it. */
CHECK(cthreads_joined_once, "cthreads/a_thread_that_one_waits_for_is_joined_by_nobody_else") {
    CHECK_THAT(c, cthreads_begin(&cthreads_integrated));
    struct cthread *t = cthread_fork(gives_back, 0), *other = cthread_fork(joins, t);
    CHECK_THAT(c, t && other && cthread_join(t) == (void *)1);
    CHECK_THAT(c, cthread_join(other) == (void *)-E_EXISTS);
    check_full(c);
}

/* --- Threads by number --- */

static long call(enum user_thread_operation operation, long thread) {
    return syscall2(USER_THREAD_CALL, operation, (uint64_t)thread);
}

static long state(enum user_thread_operation operation, long thread, struct trap_frame *f) {
    return syscall3(USER_THREAD_CALL, operation, (uint64_t)thread, (uint64_t)f);
}

static volatile uint64_t counted;

/* Waits for the turn of the caller's thread, which then counts. */
static void give_way(void) {
    uint64_t before = counted;
    for (unsigned long i = 0; counted == before && i < 400000000; i++)
        ;
}

/* Entered by registers alone: rdi what to add. */
static void counts(uint64_t by) {
    for (;;)
        counted += by;
}

static char stack[4096] __attribute__((aligned(16)));

/* A thread that counts by one, or an error. */
static long make(void) {
    struct trap_frame f = {
        .rip = (uint64_t)counts, .rdi = 1, .rsp = (uint64_t)stack + sizeof stack - 8};
    long t = call(USER_THREAD_CREATE, 0);
    long error = t < 0 ? t : state(USER_THREAD_SET_STATE, t, &f);
    return error ? error : t;
}

CHECK(user_thread_suspend, "cthreads/a_thread_that_is_suspended_stands_still_with_its_registers") {
    struct trap_frame f;
    CHECK_THAT(c, cthreads_begin(&cthreads_layered));
    long t = make();
    CHECK_THAT(c, t > 0);
    counted = 0;
    CHECK_THAT(c, call(USER_THREAD_SUSPEND, t) == 0 && call(USER_THREAD_RESUME, t) == 0);
    CHECK_THAT(c, counted == 0 && call(USER_THREAD_RESUME, t) == 0);
    give_way();
    CHECK_THAT(c, state(USER_THREAD_GET_STATE, t, &f) == -E_BUSY);
    CHECK_THAT(c, call(USER_THREAD_SUSPEND, t) == 0 && call(USER_THREAD_SUSPEND, t) == 0);
    uint64_t stands = counted;
    CHECK_THAT(c, stands > 0 && state(USER_THREAD_GET_STATE, t, &f) == 0);
    CHECK_THAT(c, f.rip - (uint64_t)counts < 64 && f.rsp - (uint64_t)stack < sizeof stack);
    CHECK_THAT(c, call(USER_THREAD_RESUME, t) == 0 && counted == stands);
    f.rip = (uint64_t)counts; /* it begins anew, with another argument */
    f.rdi = 1ul << 40;
    CHECK_THAT(c, state(USER_THREAD_SET_STATE, t, &f) == 0 && call(USER_THREAD_RESUME, t) == 0);
    give_way();
    CHECK_THAT(c, call(USER_THREAD_DESTROY, t) == 0);
    CHECK_THAT(c, counted >= 1ul << 40 && call(USER_THREAD_SUSPEND, t) == -E_NOT_FOUND);
    stands = counted;
    for (unsigned i = 0; i < ROUNDS; i++) /* its number comes back */
        CHECK_THAT(c, call(USER_THREAD_DESTROY, make()) == 0);
    CHECK_THAT(c, counted == stands);
}

CHECK(user_thread_refused, "cthreads/numbers_and_registers_of_nobody_are_refused") {
    struct trap_frame f = {.rip = 0};
    CHECK_THAT(c, cthreads_begin(&cthreads_layered) && cthreads_begin(&cthreads_integrated));
    long t = make();
    CHECK_THAT(c, t > 0);
    for (int operation = USER_THREAD_SET_STATE; operation < USER_THREAD_REGIONS; operation++) {
        CHECK_THAT(c, state(operation, USER_THREADS_MAX, &f) == -E_NOT_FOUND);
        CHECK_THAT(c, state(operation, -1, &f) == -E_NOT_FOUND);
        CHECK_THAT(c, state(operation, t + 1, &f) == -E_NOT_FOUND);
    }
    CHECK_THAT(c, call(USER_THREAD_OPERATIONS, 0) == -E_NO_CALL);
    CHECK_THAT(c, syscall3(USER_THREAD_CALL, USER_THREAD_REGIONS, (uint64_t)stack,
                           USER_THREAD_REGIONS_MAX + 1) == -E_TOO_LONG);
    CHECK_THAT(c, syscall3(USER_THREAD_CALL, USER_THREAD_REGIONS, -64ul, 1) == -E_FAULT);
    CHECK_THAT(c, call(USER_THREAD_DESTROY, 0) == -E_INVALID);
    CHECK_THAT(c, state(USER_THREAD_GET_STATE, 0, &f) == -E_BUSY);
    CHECK_THAT(c, state(USER_THREAD_SET_STATE, t, (void *)0xffffffff80200000) == -E_FAULT);
    CHECK_THAT(c, state(USER_THREAD_GET_STATE, t, (void *)counts) == -E_FAULT);
    CHECK_THAT(c, call(USER_THREAD_DESTROY, t) == 0);
    CHECK_THAT(c, syscall2(CTHREAD_CALL, CTHREAD_JOIN, 0) == -E_NOT_FOUND);
    CHECK_THAT(c, syscall2(CTHREAD_CALL, CTHREAD_JOIN, 4711) == -E_NOT_FOUND);
    CHECK_THAT(c, syscall2(CTHREAD_CALL, CTHREAD_P, 4711) == -E_NOT_FOUND);
    CHECK_THAT(c, syscall2(CTHREAD_CALL, CTHREAD_V, -1ul) == -E_NOT_FOUND);
    CHECK_THAT(c, syscall2(CTHREAD_CALL, CTHREAD_OPERATIONS, 0) == -E_NO_CALL);
}

/* The resumption comes first. */
CHECK(user_thread_before, "cthreads/a_resumption_before_the_suspension_is_not_lost") {
    CHECK_THAT(c, cthreads_begin(&cthreads_layered));
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, call(USER_THREAD_RESUME, 0) == 0);
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, call(USER_THREAD_SUSPEND, 0) == 0);
    long result = 0;
    for (unsigned i = 0; i <= 10000 && !result; i++)
        result = call(USER_THREAD_RESUME, 0);
    CHECK_THAT(c, result == -E_FULL);
    for (unsigned i = 0; i < 10000; i++)
        CHECK_THAT(c, call(USER_THREAD_SUSPEND, 0) == 0);
}
