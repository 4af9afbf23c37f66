/* SPDX-License-Identifier: MIT */
/* begin.c -- a program becomes a process: the first of an ExOS, or the one whose pid its
 * environment was made with. */
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/memory/fault.h"
#include "exo/libos/exos/process/exec.h"
#include "exo/libos/exos/process/nap.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/frames.h"
#include "exo/libos/image.h"
#include "exo/libos/stubs.h"
#include "lib/string.h"

static long begin_first(void) {
    long error =
        frames_map(0, 0, 0, EXOS_PROCESSES, EXOS_TABLES, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED);
    if (error)
        return error;
    for (struct process *p = (struct process *)EXOS_PROCESSES; p < PROCESS_END; p++)
        *p = (struct process){0};
    memset((void *)EXOS_SEGMENTS, 0, PAGE);
    struct process *p = process_new();
    p->env = (uint32_t)exo_env_self();
    p->state = PROCESS_RUNS;
    exos_own()->pid = p->pid;
    image_find("", &(struct elf_source){.len = 0}); /* looks through the archive, for all to come */
    return 0;
}

long exos_begin(void) {
    long error = exos_own()->pid ? 0 : begin_first();
    if (error)
        return error;
    fault_begin();
    signal_begin();
    nap_begin();
    exec_publish();
    return 0;
}
