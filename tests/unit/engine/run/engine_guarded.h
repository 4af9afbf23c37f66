/* SPDX-License-Identifier: MIT */
/* engine_guarded.h -- for the tests of the net: a guard as a program on Linux has it, by the signal
 * that a refused instruction raises. */
#ifndef TESTS_ENGINE_GUARDED_H
#define TESTS_ENGINE_GUARDED_H

#include <setjmp.h>
#include <signal.h>
#include <ucontext.h>

#include "engine/net.h"

static struct {
    sigjmp_buf back;
    struct net_trap *trap;
} catching;

static inline void on_signal(int number, siginfo_t *info, void *context) {
    static const uint8_t place[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                      REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                      REG_R12, REG_R13, REG_R14, REG_R15};
    const greg_t *reg = ((ucontext_t *)context)->uc_mcontext.gregs;
    (void)number, (void)info;
    catching.trap->at = (uintptr_t)reg[REG_RIP];
    for (unsigned i = 0; i < 16; i++)
        catching.trap->processor[i] = (uint64_t)reg[place[i]];
    catching.trap->reason = "page fault";
    siglongjmp(catching.back, 1);
}

static inline bool run_guarded(void *owner, void (*fn)(void *), void *arg, struct net_trap *trap) {
    struct sigaction act = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_NODEFER}, old;
    (void)owner;
    catching.trap = trap;
    sigaction(SIGSEGV, &act, &old);
    bool trapped = sigsetjmp(catching.back, 1);
    if (!trapped)
        fn(arg);
    sigaction(SIGSEGV, &old, NULL);
    return trapped;
}
static const struct net_guard guard = {.run = run_guarded};

#endif
