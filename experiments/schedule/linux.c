/* SPDX-License-Identifier: MIT */
/* linux.c -- two processes that yield to each other: of the same fixed priority, so that a yield
 * goes to the other one and not to whom the fair scheduler prefers. */
#include "measure/bench.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void set_policy(int policy, int priority) {
    const struct sched_param p = {.sched_priority = priority};
    if (sched_setscheduler(0, policy, &p))
        abort();
}

/* Yields for ever, and counts. */
static _Noreturn void answer(volatile uint64_t *turns) {
    for (;;) {
        ++*turns;
        sched_yield();
    }
}

BENCH(sched_yield, "schedule/sched_yield/pair") {
    volatile uint64_t *turns =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (turns == MAP_FAILED)
        abort();
    set_policy(SCHED_FIFO, 1);
    pid_t other = fork();
    if (other == 0)
        answer(turns);
    sched_yield();
    while (bench_next(b)) {
        uint64_t before = *turns;
        bench_start(b);
        sched_yield();
        bench_stop(b);
        if (*turns != before + 1) /* the other ran, and yielded back */
            abort();
    }
    kill(other, SIGKILL);
    set_policy(SCHED_OTHER, 0);
    if (waitpid(other, NULL, 0) != other)
        abort();
    munmap((void *)turns, 4096);
}
