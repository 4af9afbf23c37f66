/* SPDX-License-Identifier: MIT */
/* wait.c -- the ends of children. */
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

/* How it ended, by the kernel's word as long as there is one. */
static struct exos_end end_of(const struct process *p) {
    const volatile struct exo_env *e = exposed_env(p->env);
    struct exos_end end = {.signal = p->signal};
    if (e && e->state == EXO_ENV_KILLED) {
        end.status = e->ended;
        end.signal = p->signal ? p->signal : signal_of_vector(e->ended);
    } else if (p->state == PROCESS_EXITED) {
        end.status = p->status;
    } else if (!end.signal) {
        end.signal = EXOS_SIGKILL;
    }
    end.killed = end.signal;
    return end;
}

static bool is_meant(const struct process *p, long pid) {
    if (p->parent != exos_own()->pid || p->state < PROCESS_RUNS)
        return false;
    if (pid > 0)
        return p->pid == (uint64_t)pid;
    return pid == -1 || p->group == (pid ? (uint64_t)-pid : (uint64_t)exos_getpgid(0));
}

static void take_end(struct process *p, struct exos_end *end) {
    *end = end_of(p);
    if (p->state != PROCESS_EXITED) {
        process_bury(p, p->env);
        hooks_ended(p->pid);
    }
    process_free(p);
    exos_freed();
}

/* One of the children meant that has news: its pid; 0: none has; -E_NOT_FOUND: there is none. */
static long look(long pid, struct exos_end *end, unsigned how) {
    const struct process *self = process_self();
    bool alone = self && (self->flags & PROCESS_ALONE), any = false;
    for (struct process *p = PROCESS_FIRST; p < PROCESS_END; p++) {
        if (!is_meant(p, pid))
            continue;
        if (process_has_ended(p)) {
            uint32_t ended = p->pid;
            take_end(p, end);
            if (!alone)
                return ended;
        } else if ((how & EXOS_STOPPED) && (p->flags & PROCESS_STANDS) &&
                   !(p->flags & PROCESS_TOLD)) {
            p->flags |= PROCESS_TOLD;
            *end = (struct exos_end){.signal = p->signal, .stands = true};
            return p->pid;
        } else {
            any = true;
        }
    }
    return any ? 0 : -E_NOT_FOUND;
}

/* All children that are meant get the processor in turn. */
static void let_run(long pid) {
    for (const struct process *p = PROCESS_FIRST; p < PROCESS_END; p++)
        if (is_meant(p, pid) && !process_has_ended(p))
            exo_env_yield(p->env);
}

long exos_waitpid(long pid, struct exos_end *end, unsigned how) {
    const uint64_t interrupted = exos_own()->interrupted;
    for (;;) {
        signals_hold();
        long found = look(pid, end, how);
        signals_release();
        if (found || (how & EXOS_AT_ONCE))
            return found;
        if (exos_own()->interrupted != interrupted)
            return -E_INTERRUPTED;
        let_run(pid);
    }
}

long exos_wait(struct exos_end *end) {
    return exos_waitpid(-1, end, 0);
}
