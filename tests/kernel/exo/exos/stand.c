/* SPDX-License-Identifier: MIT */
/* stand.c -- a process that stands still and goes on, told so at any instruction; and what a child
 * that borrows its environment does not take from it. */
#include "cases.h"
#include "sweep.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/yield.h"

static volatile uint64_t came, to, told, stuck;

static void note(unsigned signal, struct slice_registers *at) {
    (void)signal, (void)at;
    came++;
    to = exos_getpid();
}

static void handle(unsigned signal) {
    const struct exos_action a = {.fn = note};
    exos_sigaction(signal, &a, 0);
}

/* What has not come yet is taken back by its contrary; a parent hears that its child stands. */
static uint64_t taken_back(void) {
    struct exos_end end;
    uint64_t parent = exos_getpid();
    handle(EXOS_SIGCONT);
    long pid = exos_fork();
    if (pid == 0) {
        while (!came)
            exo_env_yield(exos_env(parent));
        exos_exit(came);
    }
    MUST(exos_signal(pid, EXOS_SIGSTOP) == 0 && exos_signal(pid, EXOS_SIGCONT) == 0);
    MUST(exos_waitpid(pid, &end, EXOS_STOPPED) == pid && !end.stands && end.status == 1);
    handle(EXOS_SIGCHLD);
    came = 0;
    if ((pid = exos_fork()) == 0)
        for (;;)
            exo_env_yield(exos_env(parent));
    MUST(exos_signal(pid, EXOS_SIGCONT) == 0 && exos_signal(pid, EXOS_SIGSTOP) == 0);
    while (!(process_find((uint64_t)pid)->flags & PROCESS_STANDS))
        exo_env_yield(exos_env((uint64_t)pid));
    MUST(!(process_find((uint64_t)pid)->pending & signal_bit(EXOS_SIGCONT)) && came == 1);
    MUST(exos_kill((uint64_t)pid) == 0 && exos_waitpid(pid, &end, 0) == pid);
    return 0;
}

static void go_on(struct slice_registers *at) {
    (void)at;
    exos_signal((long)exos_getpid(), EXOS_SIGCONT);
    told = 1;
}

/* Who stands still in the slice after it was told to go on would do so for ever. */
static void look(struct slice_hook *h, struct slice_registers *at) {
    struct process *self = process_self();
    (void)h, (void)at;
    if (told && (self->flags & PROCESS_STANDS)) {
        self->flags &= ~(uint32_t)PROCESS_STANDS;
        stuck++;
    }
}

static uint64_t told_anywhere(void) {
    static struct slice_hook hook = {.fn = look};
    sweep_begin(go_on);
    slice_on_begin(&hook);
    for (uint64_t early = 0; early < 250; early++) {
        signals_hold();
        exos_signal((long)exos_getpid(), EXOS_SIGSTOP);
        told = 0;
        sweep_delay(early);
        signals_release();
        sweep_wait();
        MUST(!stuck && told);
    }
    return 0;
}

static uint64_t lent(void) {
    struct exos_end end;
    const uint64_t parent = exos_getpid(), mask = signal_bit(EXOS_SIGUSR2);
    handle(EXOS_SIGALRM);
    exos_sigmask(mask);
    came = 0;
    MUST(exos_alarm(200000, 0) == 0);
    volatile uint64_t until = __builtin_ia32_rdtsc() + env_info()->tsc_hz / 1000;
    long pid = exos_vfork();
    if (pid == 0) {
        exos_sigmask(0);
        while (__builtin_ia32_rdtsc() < until)
            exo_env_yield(0);
        exos_exit(came);
    }
    MUST(exos_waitpid(pid, &end, 0) == pid && end.status == 0);
    if (!came)
        exos_sigsuspend(0);
    MUST(came == 1 && to == parent && exos_sigmask(0) == mask);
    return 0;
}

uint64_t case_stand(void) {
    static uint64_t (*const parts[])(void) = {taken_back, told_anywhere, lent};
    slice_handle();
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
        uint64_t line = i == 1 ? parts[i]() : in_child(parts[i]);
        if (line)
            return line;
    }
    return 0;
}
