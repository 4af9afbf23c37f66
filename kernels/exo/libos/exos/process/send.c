/* SPDX-License-Identifier: MIT */
/* send.c -- signals from one process to others, and groups of processes. */
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "machine/cpu/trap_frame.h"

unsigned signal_of_vector(uint64_t vector) {
    switch (vector) {
    case TRAP_DIVIDE:
    case TRAP_OVERFLOW:
    case TRAP_FPU:
    case TRAP_SIMD:
        return EXOS_SIGFPE;
    case TRAP_DEBUG:
    case TRAP_BREAKPOINT:
        return EXOS_SIGTRAP;
    case TRAP_INVALID:
        return EXOS_SIGILL;
    case TRAP_TIMER:
        return EXOS_SIGKILL; /* it did not heed its slice's end */
    default:
        return EXOS_SIGSEGV;
    }
}

static bool runs(const struct process *p) {
    return p->state == PROCESS_RUNS && !process_has_ended(p);
}

/* A process that lives in its parent's environment cannot be ended from outside: it ends itself. */
static bool is_borrower(const struct process *p) {
    const struct process *parent = process_find(p->parent);
    return parent && parent->env == p->env;
}

/* The environment goes, and what it was about to make. */
static long kill(struct process *p) {
    uint32_t pid = p->pid, env;
    long error;
    p->signal = EXOS_SIGKILL;
    process_tell_parent(p);
    do { /* it may become another meanwhile */
        env = p->env;
        error = exo_env_destroy(0, env);
        process_bury(p, env);
    } while (p->pid == pid && p->env != env);
    if (error && process_lives(pid))
        return error;
    hooks_ended(pid);
    return 0;
}

static long send(struct process *p, unsigned signal) {
    if (signal == EXOS_SIGKILL && !is_borrower(p))
        return kill(p);
    if (!signal)
        return 0;
    process_send(p, signal);
    if (signal == EXOS_SIGCONT)
        __atomic_fetch_and(&p->flags, ~(uint32_t)PROCESS_STANDS, __ATOMIC_RELAXED);
    const volatile struct exo_env *e = exposed_env(p->env);
    if (e &&
        e->waits) /* its slices are not its own while it waits for a reply: it hears of it now */
        exo_env_yield(p->env);
    return 0;
}

static long send_group(uint64_t group, unsigned signal) {
    long sent = -E_NOT_FOUND;
    struct process *self = 0;
    for (struct process *p = PROCESS_FIRST; p < PROCESS_END; p++) {
        if (!runs(p) || p->group != group)
            continue;
        sent = 0;
        if (p->pid == exos_own()->pid)
            self = p; /* the last, for it may be its end */
        else
            send(p, signal);
    }
    return self ? send(self, signal) : sent;
}

long exos_signal(long pid, unsigned signal) {
    if (signal >= EXOS_SIGNALS)
        return -E_INVALID;
    signals_hold();
    struct process *p = pid > 0 ? process_find((uint64_t)pid) : 0;
    long error = -E_NOT_FOUND;
    if (pid <= 0)
        error = send_group(pid ? (uint64_t)-pid : (uint64_t)exos_getpgid(0), signal);
    else if (p && runs(p))
        error = send(p, signal);
    signals_release();
    return error;
}

long exos_kill(uint64_t pid) {
    return pid ? exos_signal((long)pid, EXOS_SIGKILL) : -E_NOT_FOUND;
}

long exos_getpgid(uint64_t pid) {
    const struct process *p = pid ? process_find(pid) : process_self();
    return p ? (long)p->group : -E_NOT_FOUND;
}

static bool group_exists(uint64_t group) {
    for (const struct process *p = PROCESS_FIRST; p < PROCESS_END; p++)
        if (p->state != PROCESS_FREE && p->group == group)
            return true;
    return false;
}

long exos_setpgid(uint64_t pid, uint64_t group) {
    struct process *p = pid ? process_find(pid) : process_self();
    if (!p || (p->pid != exos_own()->pid && p->parent != exos_own()->pid))
        return -E_NOT_FOUND;
    if (group && group != p->pid && !group_exists(group))
        return -E_PERM;
    p->group = group ? (uint32_t)group : p->pid;
    return 0;
}
