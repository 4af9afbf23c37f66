/* SPDX-License-Identifier: MIT */
/* poll.c -- sleeping for any of many descriptors. This process has positions of the vector of
 * slices, and gives some of them to its child. */
#include "files_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/shared.h"
#include "exo/libos/time/clock.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

enum { PIPES = 250 };
#define MS 1000000l

static int pipes[PIPES][2];
static struct exos_poll poll[2 * PIPES];

/* Every other position of this process is the child's. */
static void give_positions(long pid) {
    uint64_t self = (uint64_t)exo_env_self(), given = 0;
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        if (exposed_slot(i)->env == self && given++ % 2)
            exo_slot_set(0, i, exos_env((uint64_t)pid), 0);
}

/* A child that writes a byte to the descriptor once its parent sleeps. */
static long later(int fd) {
    uint64_t parent = (uint64_t)exo_env_self();
    long pid = exos_fork();
    if (pid == 0) {
        while (!exposed_env(parent)->asleep)
            exo_env_yield(0);
        exos_exit(exos_write(fd, "x", 1) == 1 ? 0 : 1);
    }
    give_positions(pid);
    return pid;
}

static bool ended_well(long pid) {
    struct exos_end end;
    return exos_wait(&end) == pid && !end.killed && !end.status;
}

static volatile unsigned alarms;
static void alarm(unsigned signal, struct slice_registers *at) {
    (void)at;
    alarms += signal == EXOS_SIGALRM;
}

uint64_t case_poll(void) {
    int p[2], q[2];
    char byte;
    MUST(exos_pipe_pair(p) == 0 && exos_pipe_pair(q) == 0);
    struct exos_poll two[] = {{p[0], EXOS_POLL_READ, 0}, {q[0], EXOS_POLL_READ, 0}, {-1, 3, 7}};
    MUST(exos_poll(two, 3, 0) == 0 && !two[2].ready && exos_poll(two, 3, 3 * MS) == 0);
    /* Which of them it was; a writer without room; one that is closed. */
    long pid = later(q[1]);
    MUST(exos_poll(two, 3, -1) == 1 && !two[0].ready && two[1].ready == EXOS_POLL_READ);
    MUST(exos_read(q[0], &byte, 1) == 1 && byte == 'x' && ended_well(pid));
    struct exos_poll ends[] = {{p[1], EXOS_POLL_WRITE, 0}, {p[1], EXOS_POLL_READ, 0}, {99, 1, 0}};
    MUST(exos_poll(ends, 2, 0) == 1 && ends[0].ready == EXOS_POLL_WRITE && !ends[1].ready);
    MUST(exos_poll(ends, 3, 0) == 2 && ends[2].ready == EXOS_POLL_ENDED);
    /* A read that waits sleeps, too. */
    pid = later(p[1]);
    MUST(exos_read(p[0], &byte, 1) == 1 && ended_well(pid));
    /* The writer is killed while it sleeps, by nobody that knows of files. */
    if ((pid = exos_fork()) == 0) {
        exos_close(p[0]);
        for (;;)
            exo_env_yield(0);
    }
    MUST(exos_close(p[1]) == 0 && exo_env_destroy(0, exos_env((uint64_t)pid)) == 0);
    MUST(exos_poll(two, 1, -1) == 1 && two[0].ready == EXOS_POLL_ENDED);
    exos_wait(&(struct exos_end){0});
    MUST(exos_close(p[0]) == 0 && exos_close(q[0]) == 0 && exos_close(q[1]) == 0);
    /* 500 descriptors, of which the last becomes ready. */
    for (int i = 0; i < PIPES; i++) {
        MUST(exos_pipe_pair(pipes[i]) == 0);
        poll[2 * i] = (struct exos_poll){pipes[i][0], EXOS_POLL_READ, 0};
        poll[2 * i + 1] = (struct exos_poll){pipes[i][1], 0, 0};
    }
    poll[2 * PIPES - 1] = poll[2 * PIPES - 2];
    poll[2 * PIPES - 2] = (struct exos_poll){pipes[PIPES - 1][1], 0, 0};
    pid = later(pipes[PIPES - 1][1]);
    uint64_t begun = clock_now();
    MUST(exos_poll(poll, 2 * PIPES, -1) == 1 && poll[2 * PIPES - 1].ready == EXOS_POLL_READ);
    MUST(clock_now() - begun < clock_ticks(9 * MS)); /* it did not look by itself */
    MUST(ended_well(pid));
    MUST(exos_read(pipes[PIPES - 1][0], &byte, 1) == 1);
    MUST(exos_poll(poll, 2 * PIPES, 3 * MS) == 0);
    /* A signal ends each sleep; a read is taken up again where its action says so. */
    struct exos_action action = {.fn = alarm};
    MUST(exos_sigaction(EXOS_SIGALRM, &action, 0) == 0 && exos_alarm(MS, 0) == 0);
    begun = clock_now();
    MUST(exos_poll(poll, 2 * PIPES, -1) == -E_INTERRUPTED && alarms == 1);
    MUST(clock_now() - begun < clock_ticks(9 * MS));
    MUST(exos_alarm(MS, 0) == 0 && exos_read(pipes[0][0], &byte, 1) == -E_INTERRUPTED);
    action.flags = EXOS_RESTART;
    MUST(exos_sigaction(EXOS_SIGALRM, &action, 0) == 0 && exos_alarm(MS / 2, MS / 2) == 0);
    pid = later(pipes[0][1]);
    MUST(exos_read(pipes[0][0], &byte, 1) == 1 && exos_alarm(0, 0) == 0 && ended_well(pid));
    return 0;
}
