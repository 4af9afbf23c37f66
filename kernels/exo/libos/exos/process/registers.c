/* SPDX-License-Identifier: MIT */
/* registers.c -- see registers.h. */
#include "exo/libos/exos/process/registers.h"

#include "exo/defence.h"
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"

static uint32_t mxcsr;
static uint16_t control;

void registers_note(void) {
    if (vectors_kept)
        __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr), "=m"(control));
}

void registers_take(void) {
    if (exos_own()->fs && DEFENDED(FORK_FS))
        exo_fs_set(exos_own()->fs);
    if (vectors_kept && DEFENDED(FORK_MODES))
        __asm__ volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(mxcsr), "m"(control));
}

long exos_set_fs(uint64_t base) {
    long error = exo_fs_set(base);
    if (!error)
        exos_own()->fs = base;
    return error;
}
