/* SPDX-License-Identifier: MIT */
/* linux.c -- traps of a process, by signals: until the handler begins, and until the process has
 * gone on behind the instruction. */
#include "traps.h"

#include "measure/bench.h"

#include <signal.h>
#include <stdlib.h>
#include <ucontext.h>

static greg_t skipped;

static void tell(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)info;
    uint64_t end = bench_end();
    ucontext_t *u = context;
    u->uc_mcontext.gregs[REG_RAX] = (greg_t)end;
    u->uc_mcontext.gregs[REG_RIP] += skipped;
}

static void go_on(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)info;
    ucontext_t *u = context;
    u->uc_mcontext.gregs[REG_RIP] += skipped;
}

static bool came;

static void note(int signal, siginfo_t *info, void *context) {
    came = true;
    go_on(signal, info, context);
}

static void handle(void (*fn)(int, siginfo_t *, void *), greg_t bytes) {
    static const int signals[] = {SIGFPE, SIGSEGV, SIGTRAP, SIGILL, SIGBUS};
    struct sigaction a = {.sa_flags = fn ? SA_SIGINFO : 0};
    skipped = bytes;
    if (fn)
        a.sa_sigaction = fn;
    else
        a.sa_handler = SIG_DFL;
    for (unsigned i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (sigaction(signals[i], &a, NULL))
            abort();
}

/* Whether an unaligned address traps. */
static bool traps_unaligned(void) {
    came = false;
    handle(note, 3);
    check_alignment(true);
    trap_unaligned(odd());
    check_alignment(false);
    handle(NULL, 0);
    return came;
}

#define ROWS(kind, instruction, bytes)                                                             \
    BENCH(kind##_dispatch, "exception/" #kind "/dispatch") {                                       \
        handle(tell, bytes);                                                                       \
        SAMPLES(kind, bench_stop_at(b, end))                                                       \
        handle(NULL, 0);                                                                           \
    }                                                                                              \
    BENCH(kind##_resumed, "exception/" #kind "/resumed") {                                         \
        handle(go_on, bytes);                                                                      \
        SAMPLES(kind, (void)end; bench_stop(b))                                                    \
        handle(NULL, 0);                                                                           \
    }
TRAPS(ROWS)
