/* SPDX-License-Identifier: MIT */
/* spin-user.c -- what threads of a program cost, by two packages of C-Threads: layered over the
 * kernel's threads, and integrated with its strands. One text for both. */
#include "measure/bench.h"
#include "spin/user/cthreads.h"

static void must(bool done) {
    if (!done)
        __builtin_trap();
}

static void *returns(void *arg) {
    return arg;
}

static void fork_and_join(void) {
    struct cthread *t = cthread_fork(returns, 0);
    must(t);
    cthread_join(t);
}

static void time_fork_join(struct bench *b, const struct cthread_package *package) {
    must(cthreads_begin(package));
    bench_time(b, fork_and_join());
}

BENCH(fork_join_layered, "thread/fork_join/layered") {
    time_fork_join(b, &cthreads_layered);
}

BENCH(fork_join_integrated, "thread/fork_join/integrated") {
    time_fork_join(b, &cthreads_integrated);
}

/* --- Two threads take turns, by two semaphores --- */

static struct cthread_semaphore ping, pong;
static volatile bool more;

static void round_trip(void) {
    cthread_v(&ping);
    cthread_p(&pong);
}

static void *answers(void *arg) {
    for (cthread_p(&ping); more; cthread_p(&ping))
        cthread_v(&pong);
    return arg;
}

static void time_ping_pong(struct bench *b, const struct cthread_package *package) {
    must(cthreads_begin(package));
    must(cthread_semaphore_init(&ping, 0) && cthread_semaphore_init(&pong, 0));
    more = true;
    struct cthread *other = cthread_fork(answers, 0);
    must(other);
    bench_time(b, round_trip());
    more = false;
    cthread_v(&ping);
    cthread_join(other);
}

BENCH(ping_pong_layered, "thread/ping_pong/layered") {
    time_ping_pong(b, &cthreads_layered);
}

BENCH(ping_pong_integrated, "thread/ping_pong/integrated") {
    time_ping_pong(b, &cthreads_integrated);
}
