/* SPDX-License-Identifier: MIT */
/* signal.c -- signals between processes. */
#include "exo/libos/exos/process/signal.h"

#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

static volatile uint64_t came, last, nested;

static void note(unsigned signal, struct slice_registers *at) {
    (void)at;
    came++;
    last = signal;
}

static void handle(unsigned signal, exos_handler *fn, uint64_t masked, unsigned flags) {
    const struct exos_action a = {fn, masked, flags};
    exos_sigaction(signal, &a, 0);
}

static long self(void) {
    return (long)exos_getpid();
}

/* Within a handler its own signal waits, and another one comes at once. */
static void send_within(unsigned signal, struct slice_registers *at) {
    (void)at;
    came++;
    nested = nested + 1;
    if (came == 1) {
        exos_signal(self(), signal);
        exos_signal(self(), EXOS_SIGUSR2);
        if (came != 2)
            came = 100;
    }
    nested = nested - 1;
}

static uint64_t to_itself(void) {
    handle(EXOS_SIGUSR1, note, 0, 0);
    MUST(exos_signal(self(), 0) == 0 && exos_signal(self(), EXOS_SIGNALS) == -E_INVALID);
    MUST(exos_signal(self(), EXOS_SIGUSR1) == 0 && came == 1 && last == EXOS_SIGUSR1);
    exos_sigmask(signal_bit(EXOS_SIGUSR1));
    MUST(exos_signal(self(), EXOS_SIGUSR1) == 0 && exos_signal(self(), EXOS_SIGUSR1) == 0);
    MUST(came == 1 && exos_sigpending() == signal_bit(EXOS_SIGUSR1));
    MUST(exos_sigmask(0) == signal_bit(EXOS_SIGUSR1) && came == 2 && exos_sigpending() == 0);
    handle(EXOS_SIGUSR1, EXOS_IGNORE, 0, 0);
    MUST(exos_signal(self(), EXOS_SIGUSR1) == 0 && came == 2);
    handle(EXOS_SIGUSR1, note, 0, EXOS_ONCE);
    MUST(exos_signal(self(), EXOS_SIGUSR1) == 0 && came == 3);
    struct exos_action now;
    MUST(exos_sigaction(EXOS_SIGUSR1, 0, &now) == 0 && now.fn == EXOS_DEFAULT);
    MUST(exos_sigaction(EXOS_SIGKILL, &now, 0) == -E_INVALID);
    came = 0;
    handle(EXOS_SIGUSR1, send_within, 0, 0);
    handle(EXOS_SIGUSR2, note, 0, 0);
    exos_signal(self(), EXOS_SIGUSR1);
    MUST(came == 3 && nested == 0); /* USR1, within it USR2, after it USR1 again */
    return 0;
}

/* What a child ends with that is sent this signal; its parent has what it does about it from it. */
static struct exos_end child_sent(unsigned signal) {
    struct exos_end end;
    long pid = exos_fork();
    if (pid == 0)
        for (;;)
            exo_env_yield(exos_env(exos_getppid()));
    exos_signal(pid, signal);
    return exos_wait(&end) == pid ? end : (struct exos_end){.status = 1};
}

static void leave(unsigned signal, struct slice_registers *at) {
    (void)at;
    exos_exit(signal);
}

static uint64_t to_a_child(void) {
    struct exos_end end = child_sent(EXOS_SIGTERM);
    MUST(end.killed && end.signal == EXOS_SIGTERM);
    end = child_sent(EXOS_SIGKILL);
    MUST(end.killed && end.signal == EXOS_SIGKILL);
    handle(EXOS_SIGTERM, leave, 0, 0);
    end = child_sent(EXOS_SIGTERM);
    MUST(!end.killed && end.status == EXOS_SIGTERM);
    MUST(exos_signal(self() + 1, 0) == -E_NOT_FOUND);
    return 0;
}

/* SIGCHLD comes for each way to end; a wait that it interrupts says so. */
static uint64_t of_a_child(void) {
    struct exos_end end;
    handle(EXOS_SIGCHLD, note, 0, EXOS_RESTART);
    came = 0;
    long pid = exos_fork();
    if (pid == 0)
        exos_exit(4);
    MUST(exos_wait(&end) == pid && end.status == 4 && came == 1 && last == EXOS_SIGCHLD);
    end = child_sent(EXOS_SIGKILL);
    MUST(end.signal == EXOS_SIGKILL && came == 2);
    handle(EXOS_SIGUSR1, note, 0, 0);
    long parent = self();
    if ((pid = exos_fork()) == 0) {
        exos_signal(parent, EXOS_SIGUSR1);
        exo_env_yield(exos_env((uint64_t)parent));
        exos_exit(5);
    }
    MUST(exos_wait(&end) == -E_INTERRUPTED && came == 3);
    MUST(exos_waitpid(pid, &end, EXOS_AT_ONCE) == 0);
    handle(EXOS_SIGUSR1, note, 0, EXOS_RESTART);
    MUST(exos_wait(&end) == pid && end.status == 5);
    /* Who ignores the ends of its children has no dead ones to wait for. */
    handle(EXOS_SIGCHLD, EXOS_IGNORE, 0, 0);
    if ((pid = exos_fork()) == 0)
        exos_exit(6);
    MUST(exos_wait(&end) == -E_NOT_FOUND && exos_env((uint64_t)pid) == 0);
    return 0;
}

static uint64_t groups(void) {
    struct exos_end end;
    uint64_t parent = exos_getpid();
    long first = exos_fork(), second;
    if (first == 0)
        for (;;)
            exo_env_yield(exos_env(parent));
    MUST(exos_getpgid((uint64_t)first) == exos_getpgid(0));
    MUST(exos_setpgid((uint64_t)first, 999) == -E_PERM);
    MUST(exos_setpgid((uint64_t)first, 0) == 0 && exos_getpgid((uint64_t)first) == first);
    if ((second = exos_fork()) == 0)
        for (;;)
            exo_env_yield(exos_env(parent));
    MUST(exos_setpgid((uint64_t)second, (uint64_t)first) == 0);
    MUST(exos_waitpid(0, &end, EXOS_AT_ONCE) == -E_NOT_FOUND);
    MUST(exos_waitpid(-first, &end, EXOS_AT_ONCE) == 0);
    MUST(exos_signal(-first, EXOS_SIGINT) == 0);
    MUST(exos_waitpid(-first, &end, 0) == first && end.signal == EXOS_SIGINT);
    MUST(exos_waitpid(second, &end, 0) == second && end.signal == EXOS_SIGINT);
    MUST(exos_signal(-first, EXOS_SIGINT) == -E_NOT_FOUND);
    /* Its own group, itself last. */
    MUST(exos_setpgid(0, 0) == 0);
    handle(EXOS_SIGHUP, note, 0, 0);
    came = 0;
    if ((first = exos_fork()) == 0) {
        handle(EXOS_SIGHUP, leave, 0, 0);
        for (;;)
            exo_env_yield(exos_env(parent));
    }
    exo_env_yield(exos_env((uint64_t)first));
    MUST(exos_signal(0, EXOS_SIGHUP) == 0 && came == 1);
    MUST(exos_wait(&end) == first && end.status == EXOS_SIGHUP);
    return 0;
}

/* A process that stands still does nothing until it is told to go on, or killed. */
static uint64_t stands(void) {
    struct exos_end end;
    volatile uint64_t *shared = (volatile uint64_t *)0x600000000000;
    MUST(frames_map(0, 0, 0, (uint64_t)shared, 1, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED) == 0);
    *shared = 0;
    uint64_t parent = exos_getpid();
    long pid = exos_fork();
    if (pid == 0)
        for (;;) {
            ++*shared;
            exo_env_yield(exos_env(parent));
        }
    exo_env_yield(exos_env((uint64_t)pid));
    MUST(*shared == 1);
    exos_signal(pid, EXOS_SIGSTOP);
    MUST(exos_waitpid(pid, &end, EXOS_STOPPED) == pid && end.stands && *shared == 1);
    MUST(exos_waitpid(pid, &end, EXOS_STOPPED | EXOS_AT_ONCE) == 0);
    exo_env_yield(exos_env((uint64_t)pid));
    MUST(*shared == 1);
    exos_signal(pid, EXOS_SIGCONT);
    while (*shared < 3)
        exo_env_yield(exos_env((uint64_t)pid));
    exos_signal(pid, EXOS_SIGSTOP);
    MUST(exos_waitpid(pid, &end, EXOS_STOPPED) == pid);
    MUST(exos_kill((uint64_t)pid) == 0 && exos_wait(&end) == pid && end.signal == EXOS_SIGKILL);
    return 0;
}

static uint64_t skipped_to;

static void skip(unsigned signal, struct slice_registers *at) {
    last = signal;
    came++;
    at->rip = skipped_to;
    at->rax = 77;
}

/* A trap is a signal, and its handler may go on elsewhere. */
static uint64_t trap(void) {
    struct exos_end end;
    uint64_t got = 0;
    came = 0;
    handle(EXOS_SIGSEGV, skip, 0, 0);
    handle(EXOS_SIGILL, skip, 0, 0);
    for (unsigned i = 0; i < 100; i++) {
        __asm__ volatile("lea 1f(%%rip), %%rcx\n\tmov %%rcx, %1\n\tmovq $0x1234, -8(%%rsp)\n\t"
                         "mov 0, %%rax\n\thlt\n1: mov %%rax, %0\n\t"
                         "cmpq $0x1234, -8(%%rsp)\n\tje 2f\n\tmovq $0, %0\n2:"
                         : "=m"(got), "=m"(skipped_to)
                         :
                         : "rax", "rcx", "memory", "cc");
        MUST(came == i + 1 && last == EXOS_SIGSEGV && got == 77);
    }
    exos_sigmask(signal_bit(EXOS_SIGSEGV));
    exos_env_flags = EXO_FAULT_EXPECTED;
    long pid = exos_fork();
    if (pid == 0) {
        __asm__ volatile("mov 0, %%rax" : : : "rax"); /* masked: it is its end */
        exos_exit(0);
    }
    MUST(exos_wait(&end) == pid && end.killed && end.signal == EXOS_SIGSEGV);
    return 0;
}

/* Without slices of its own and with them; ns is the least it may take. */
static uint64_t alarm(void) {
    if (!env_info()->tsc_hz)
        return 0;
    handle(EXOS_SIGALRM, note, 0, 0);
    came = 0;
    MUST(exos_alarm(200000, 100000) == 0);
    uint64_t begun = __builtin_ia32_rdtsc();
    MUST(exos_sigsuspend(0) == -E_INTERRUPTED && came == 1 && last == EXOS_SIGALRM);
    uint64_t took = __builtin_ia32_rdtsc() - begun;
    MUST(took * 1000 / (env_info()->tsc_hz / 1000000) >= 199000);
    MUST(exos_sigsuspend(0) == -E_INTERRUPTED && came == 2);
    MUST(exos_sleep(10000000) == -E_INTERRUPTED && came == 3);
    MUST(exos_alarm(0, 0) == 0 && exos_sleep(300000) == 0 && came == 3);
    return 0;
}

uint64_t case_signal(void) {
    static uint64_t (*const parts[])(void) = {to_itself, to_a_child, of_a_child, groups,
                                              stands,    trap,       alarm};
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
        uint64_t line = in_child(parts[i]);
        if (line)
            return line;
    }
    return 0;
}
