/* SPDX-License-Identifier: MIT */
/* process.c -- see process.h and exos.h. No lock guards the table: one processor, and a critical
 * section ends before anybody else runs. */
#include "exo/libos/exos/process/process.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/memory/fault.h"
#include "exo/libos/exos/process/critical.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

static struct process *const table = (struct process *)EXOS_PROCESSES;

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
    struct process *p = &table[pid % PROCESSES];
    return pid && p->pid == pid && p->state != PROCESS_FREE ? p : 0;
}

static bool has_ended(const struct process *p) {
    const volatile struct exo_env *e = exposed_env(p->env);
    return p->state == PROCESS_EXITED ||
           (p->state == PROCESS_RUNS && (!e || e->state >= EXO_ENV_EXITED));
}

bool process_lives(uint64_t pid) {
    const struct process *p = process_find(pid);
    return p && !has_ended(p);
}

/* Nobody will wait for it. */
static bool is_orphan(const struct process *p) {
    const struct process *parent = process_find(p->parent);
    return !parent || has_ended(parent);
}

static struct process *find_room(void) {
    for (struct process *p = table + 1; p < table + PROCESSES; p++)
        if (p->state == PROCESS_FREE || (is_orphan(p) && (has_ended(p) || p->state == PROCESS_NEW)))
            return p;
    return 0;
}

struct process *process_new(void) {
    critical_begin();
    struct process *p = find_room();
    if (p)
        *p = (struct process){.pid = p->pid ? p->pid + (uint32_t)PROCESSES
                                            : (uint32_t)(PROCESSES + (uint64_t)(p - table)),
                              .parent = (uint32_t)exos_own()->pid,
                              .state = PROCESS_NEW};
    critical_end();
    return p;
}

void process_free(struct process *p) {
    p->state = PROCESS_FREE;
}

void process_pass(void) {
    uint64_t self = exos_own()->pid % PROCESSES;
    for (uint64_t n = 1; n < PROCESSES; n++) {
        const struct process *p = &table[(self + n) % PROCESSES];
        if (p->state == PROCESS_RUNS && !has_ended(p)) {
            exo_env_yield(p->env);
            return;
        }
    }
}

struct cap process_cap(void) {
    uint64_t frame = (exposed_entry(EXOS_PROCESSES) & EXO_FRAME_OF) >> 12;
    const volatile struct cap *acl = &exposed_frame(frame)->acl;
    return *(const struct cap *)acl;
}

long exos_begin(void) {
    long error = frames_map(0, 0, 0, EXOS_PROCESSES, 1, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED);
    if (error)
        return error;
    for (struct process *p = table; p < table + PROCESSES; p++)
        *p = (struct process){0};
    fault_begin();
    struct process *p = process_new();
    p->env = (uint32_t)exo_env_self();
    p->state = PROCESS_RUNS;
    exos_own()->pid = p->pid;
    return 0;
}

uint64_t exos_getpid(void) {
    return exos_own()->pid;
}

uint64_t exos_env(uint64_t pid) {
    const struct process *p = process_find(pid);
    return p ? p->env : 0;
}

/* How it ended, by the kernel's word as long as there is one. */
static struct exos_end end_of(const struct process *p) {
    const volatile struct exo_env *e = exposed_env(p->env);
    if (e && e->state == EXO_ENV_KILLED)
        return (struct exos_end){e->ended, true};
    return (struct exos_end){p->state == PROCESS_EXITED ? p->status : 0,
                             p->state != PROCESS_EXITED};
}

/* Environments that a killed process had made and not yet begun are ended, for nobody else knows of
 * them. */
static void end_unborn(uint32_t creator) {
    for (unsigned n = 0; n < EXO_ENVS; n++) {
        const volatile struct exo_env *e = (const volatile struct exo_env *)EXO_ENV + n;
        if (e->state == EXO_ENV_NEW && e->creator == creator)
            exo_env_destroy(0, e->id);
    }
}

long exos_wait(struct exos_end *end) {
    for (;;) {
        bool any = false;
        for (struct process *p = table + 1; p < table + PROCESSES; p++) {
            if (p->parent != exos_own()->pid || p->state < PROCESS_RUNS)
                continue;
            any = true;
            if (!has_ended(p)) {
                exo_env_yield(p->env);
                continue;
            }
            *end = end_of(p);
            if (end->killed) {
                end_unborn(p->env);
                hooks_ended(p->pid);
            }
            process_free(p);
            exos_freed();
            return p->pid;
        }
        if (!any)
            return -E_NOT_FOUND;
    }
}

long exos_kill(uint64_t pid) {
    const struct process *p = process_find(pid);
    if (!p || has_ended(p))
        return -E_NOT_FOUND;
    long error = exo_env_destroy(0, p->env);
    if (!error)
        hooks_ended(pid);
    return error;
}
