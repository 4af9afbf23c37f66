/* SPDX-License-Identifier: MIT */
/* spin.c -- what threads of the kernel cost: the package of kthread.h over strands. */
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "measure/bench.h"
#include "spin/services/thread/kthread_sync.h"

static void *returns(void *unused) {
    return unused;
}

static void fork_and_join(void) {
    void *result;
    struct kthread *t = kthread_fork(returns, NULL);
    if (!t || !kthread_join(t, &result))
        panic("thread: a thread was not made, or not joined");
}

/* Interrupts are on, as for any thread: two that can run share the processor. */
BENCH(fork_join, "thread/fork_join") {
    sti();
    bench_time(b, fork_and_join());
    cli();
}

/* --- Two threads take turns, by two semaphores --- */

static struct semaphore ping, pong;
static bool more;

static void round_trip(void) {
    semaphore_v(&ping);
    if (!semaphore_p(&pong))
        panic("thread: nobody alerted this one");
}

static void *answers(void *unused) {
    while (semaphore_p(&ping) && more)
        semaphore_v(&pong);
    return unused;
}

BENCH(ping_pong, "thread/ping_pong") {
    void *result;
    semaphore_init(&ping, 0);
    semaphore_init(&pong, 0);
    more = true;
    sti();
    struct kthread *other = kthread_fork(answers, NULL);
    if (!other)
        panic("thread: no memory for a thread");
    bench_time(b, round_trip());
    more = false;
    semaphore_v(&ping);
    if (!kthread_join(other, &result))
        panic("thread: nobody alerted this one");
    cli();
}
