/* SPDX-License-Identifier: MIT */
/* vectors.c -- see vectors.h. */
#include "exo/kernel/env/vectors.h"

#include "exo/kernel/env/turn.h"
#include "machine/cpu/x86.h"
#include "machine/thread/fpu.h"
#include "machine/trap/trap.h"

static struct fpu first;

static void give(struct trap_frame *f) {
    (void)f; /* it goes on with what it wanted */
    clts();
    env_turn |= TURN_VECTORS;
}

void vectors_reset(void) {
    fpu_load(&first);
    write_cr0(read_cr0() | CR0_TS);
    env_turn &= (uint8_t)~TURN_VECTORS;
}

void vectors_init(void) {
    fpu_init();
    fpu_clear(&first);
    clts();
    vectors_reset();
    trap_handle(TRAP_NO_FPU, give);
}
