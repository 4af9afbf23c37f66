/* SPDX-License-Identifier: MIT */
/* process.c -- see process.h and exos.h. No lock guards the table: one processor, and a critical
 * section ends before anybody else runs. */
#include "exo/libos/exos/process/process.h"

#include "exo/defence.h"
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/critical.h"
#include "exo/libos/exos/process/signal_numbers.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"

void critical_begin(void) {
    *(volatile uint64_t *)&uarea->critical = 1;
}

void critical_end(void) {
    *(volatile uint64_t *)&uarea->critical = 0;
    if (uarea->interrupted) {
        uarea->interrupted = 0;
        exo_env_yield(0);
    }
}

struct process *process_find(uint64_t pid) {
    struct process *p = process_entry(pid);
    return pid && p->pid == pid && p->state != PROCESS_FREE ? p : 0;
}

struct process *process_self(void) {
    return process_find(exos_own()->pid);
}

bool process_has_ended(const struct process *p) {
    const volatile struct exo_env *e = exposed_env(p->env);
    return p->state == PROCESS_EXITED ||
           (p->state == PROCESS_RUNS && (!e || e->state >= EXO_ENV_EXITED));
}

bool process_lives(uint64_t pid) {
    const struct process *p = process_find(pid);
    return p && !process_has_ended(p);
}

bool process_is_orphan(const struct process *p) {
    const struct process *parent = process_find(p->parent);
    return !parent || process_has_ended(parent);
}

/* It is no more, and nobody will ask how it ended. */
static bool is_forgotten(const struct process *p) {
    if (p->state == PROCESS_NEW || process_is_orphan(p))
        return process_is_orphan(p) && (p->state == PROCESS_NEW || process_has_ended(p));
    return process_has_ended(p) && (process_find(p->parent)->flags & PROCESS_ALONE);
}

static struct process *find_room(void) {
    for (struct process *p = PROCESS_FIRST; p < PROCESS_END; p++)
        if (p->state == PROCESS_FREE || is_forgotten(p))
            return p;
    return 0;
}

struct process *process_new(void) {
    const struct process *self = process_self();
    critical_begin();
    struct process *p = find_room();
    if (p) {
        uint32_t index = (uint32_t)(p - (struct process *)EXOS_PROCESSES);
        uint32_t pid = p->pid ? p->pid + (uint32_t)PROCESSES : (uint32_t)PROCESSES + index;
        *p = (struct process){.pid = pid,
                              .parent = (uint32_t)exos_own()->pid,
                              .state = PROCESS_NEW,
                              .heeds = self ? self->heeds : 0,
                              .group = self ? self->group : pid,
                              .segments = self ? self->segments : 0};
    }
    critical_end();
    return p;
}

void process_free(struct process *p) {
    p->state = PROCESS_FREE;
}

void process_send(struct process *p, unsigned signal) {
    uint32_t bit = (uint32_t)signal_bit(signal);
    /* To stop and to go on take each other back, where they have not come yet. */
    uint32_t back = bit & SIGNALS_STOP ? (uint32_t)signal_bit(EXOS_SIGCONT)
                                       : (signal == EXOS_SIGCONT ? SIGNALS_STOP : 0);
    __atomic_fetch_and(&p->pending, ~back, __ATOMIC_RELAXED);
    __atomic_fetch_or(&p->pending, bit, __ATOMIC_RELAXED);
    __atomic_fetch_add(&p->wakes, (p->heeds & bit) != 0, __ATOMIC_RELAXED);
}

void process_tell_parent(const struct process *p) {
    struct process *parent = process_find(p->parent);
    if (parent)
        process_send(parent, EXOS_SIGCHLD);
}

void process_pass(void) {
    uint64_t self = exos_own()->pid % PROCESSES;
    for (uint64_t n = 1; n < PROCESSES; n++) {
        const struct process *p = (struct process *)EXOS_PROCESSES + (self + n) % PROCESSES;
        if (p->state == PROCESS_RUNS && !process_has_ended(p) && !exo_env_yield(p->env))
            return;
    }
    exo_env_yield(0);
}

/* Environments that it had made and not yet begun, of which nobody else knows. */
void process_bury(const struct process *p, uint64_t env) {
    if (p->next)
        exo_env_destroy(0, p->next);
    for (unsigned n = 0; n < EXO_ENVS; n++) {
        const volatile struct exo_env *e = (const volatile struct exo_env *)EXO_ENV + n;
        if (e->state == EXO_ENV_NEW && e->creator == env && DEFENDED(BURY))
            exo_env_destroy(0, e->id);
    }
}

uint64_t exos_getpid(void) {
    return exos_own()->pid;
}

uint64_t exos_getppid(void) {
    const struct process *self = process_self();
    return self && !process_is_orphan(self) ? self->parent : 0;
}

uint64_t exos_env(uint64_t pid) {
    const struct process *p = process_find(pid);
    return p ? p->env : 0;
}

struct cap process_cap(void) {
    uint64_t frame = (exposed_entry(EXOS_PROCESSES) & EXO_FRAME_OF) >> 12;
    const volatile struct cap *acl = &exposed_frame(frame)->acl;
    return *(const struct cap *)acl;
}
