/* SPDX-License-Identifier: MIT */
/* linux.c -- the same with POSIX threads, as the C library has them: clone, futex, exit. */
#include "measure/bench.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static void *returns(void *unused) {
    return unused;
}

static void fork_and_join(void) {
    pthread_t t;
    if (pthread_create(&t, NULL, returns, NULL) || pthread_join(t, NULL))
        abort();
}

BENCH(fork_join, "thread/fork_join") {
    bench_time(b, fork_and_join());
}

/* --- Two threads take turns, by two semaphores --- */

static sem_t ping, pong;
static bool more;

static void round_trip(void) {
    sem_post(&ping);
    sem_wait(&pong);
}

static void *answers(void *unused) {
    while (!sem_wait(&ping) && more)
        sem_post(&pong);
    return unused;
}

BENCH(ping_pong, "thread/ping_pong") {
    pthread_t other;
    more = true;
    if (sem_init(&ping, 0, 0) || sem_init(&pong, 0, 0) ||
        pthread_create(&other, NULL, answers, NULL))
        abort();
    bench_time(b, round_trip());
    more = false;
    sem_post(&ping);
    if (pthread_join(other, NULL))
        abort();
}
