/* SPDX-License-Identifier: MIT */
/* fork_killed.c -- a process that is killed anywhere in a fork, or in becoming another program: by
 * its group, so that its child is, too, if there is one. */
#include "cases.h"
#include "sweep.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

#define SHARED   ((volatile uint64_t *)0x600000000000)
#define POSITION 5       /* that the one that is killed has */
#define LONGEST  60000ul /* more than a fork's instructions */
#define STRIDE   211ul

#define LONGEST_EXEC 95000ul /* nearly a slice */
#define STRIDE_EXEC  487ul

static long fork_or_become(bool become) {
    static const char *const argv[] = {"execed", "stay", 0};
    return become ? exos_exec("execed", argv, 0) : exos_fork();
}

static _Noreturn void begin_late(uint64_t early, bool become) {
    sweep_delay(early);
    SHARED[0] = 1;
    SHARED[1] += fork_or_become(become) > 0; /* it got so far */
    for (;;)
        exo_env_yield(0);
}

/* One that is killed when its slice has ended so many instructions after it began. */
static uint64_t kill_at(uint64_t early, bool become) {
    struct exos_end end;
    SHARED[0] = 0;
    long pid = exos_fork();
    if (pid == 0)
        begin_late(early, become);
    MUST(pid > 0 && exos_setpgid((uint64_t)pid, 0) == 0);
    MUST(exo_slot_set(0, POSITION, exos_env((uint64_t)pid), 0) == 0);
    while (!SHARED[0])
        exo_env_yield(0);
    MUST(exo_slot_set(0, POSITION, (uint64_t)exo_env_self(), 0) == 0);
    MUST(exos_signal(-pid, EXOS_SIGKILL) == 0);
    MUST(exos_waitpid(pid, &end, 0) == pid && end.signal == EXOS_SIGKILL);
    MUST(exos_wait(&end) == -E_NOT_FOUND && exos_signal(-pid, 0) == -E_NOT_FOUND);
    return 0;
}

/* Every entry of the table of processes is free, or its process is no more and nobody asks for it,
 * but for this one's. */
static uint64_t all_entries(void) {
    for (const struct process *p = PROCESS_FIRST; p < PROCESS_END; p++)
        MUST(p->state == PROCESS_FREE || p->pid == exos_getpid() ||
             (process_is_orphan(p) && (p->state == PROCESS_NEW || process_has_ended(p))));
    return 0;
}

uint64_t case_killed(void) {
    const volatile struct exo_env *self = exposed_env((uint64_t)exo_env_self());
    slice_handle();
    MUST(frames_map(0, 0, 0, (uint64_t)SHARED, 1, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED) == 0);
    SHARED[1] = 0;
    sweep_begin(0);
    uint64_t line = kill_at(LONGEST, false), free = frames_free(), kernel = self->kernel_most;
    for (uint64_t early = 0; !line && early < LONGEST; early += STRIDE) {
        line = kill_at(early, false);
        MUST(line || (frames_free() == free && self->kernel_most == kernel));
    }
    MUST(line || (SHARED[1] > 10 && SHARED[1] < LONGEST / STRIDE - 50));
    for (uint64_t early = 0; !line && early < LONGEST_EXEC; early += STRIDE_EXEC) {
        line = kill_at(early, true);
        MUST(line || (frames_free() == free && self->kernel_most == kernel));
    }
    return line ? line : all_entries();
}
