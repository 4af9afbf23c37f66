/* SPDX-License-Identifier: MIT */
/* fpu.c -- see fpu.h. Intel SDM volume 1, chapter 13. CR0.TS is set while a thread without such
 * registers runs: then those of the last one that has some are still in the processor, and nobody
 * may look. */
#include "machine/thread/fpu.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "machine/thread/switch_words.h"

#define FIRST_FCW   0x37fu
#define FIRST_MXCSR 0x1f80u
#define AREA_FCW    0 /* in either layout of the area */
#define AREA_MXCSR  24

static uint32_t state; /* what threads are given; 0: fpu_init was not called */

void fpu_init(void) {
    bool xsave = cpu_features.xsave;
    state = SWITCH_X87 | SWITCH_SSE | (xsave && cpu_features.avx ? SWITCH_AVX : 0);
    write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT | (xsave ? CR4_OSXSAVE : 0));
    if (xsave)
        xsetbv(0, state);
    write_cr0((read_cr0() & ~(uint64_t)CR0_EM) | CR0_MP | CR0_TS);
}

void fpu_save(struct fpu *into) {
    if (cpu_features.xsave)
        __asm__ volatile("xsave64 %0" : "+m"(*into) : "a"(state), "d"(0));
    else
        __asm__ volatile("fxsave64 %0" : "=m"(*into));
}

void fpu_load(const struct fpu *from) {
    if (cpu_features.xsave)
        __asm__ volatile("xrstor64 %0" : : "m"(*from), "a"(state), "d"(0));
    else
        __asm__ volatile("fxrstor64 %0" : : "m"(*from));
}

void fpu_clear(struct fpu *area) {
    const uint32_t fcw = FIRST_FCW, mxcsr = FIRST_MXCSR;
    memset(area, 0, sizeof *area);
    memcpy(area->bytes + AREA_FCW, &fcw, 2);
    memcpy(area->bytes + AREA_MXCSR, &mxcsr, sizeof mxcsr);
}

/* In these three no switch may come between what the words say and what the processor has. */

void fpu_give(struct thread *t) {
    assert_that(state);
    fpu_clear(&t->fpu);
    bool on = interrupts_off();
    switch_words_set(t, state);
    if (t == thread_current()) {
        clts();
        fpu_load(&t->fpu);
    }
    interrupts_restore(on);
}

void fpu_take(struct thread *t) {
    bool on = interrupts_off();
    switch_words_set(t, 0);
    if (t == thread_current())
        write_cr0(read_cr0() | CR0_TS);
    interrupts_restore(on);
}

int fpu_set_fs(struct thread *t, vaddr_t base) {
    if (base >= USER_TOP)
        return -E_INVALID;
    bool on = interrupts_off();
    t->fs_base = base;
    switch_words_set(t, t->leave & SWITCH_REGISTERS);
    if (t == thread_current())
        write_msr(MSR_FS_BASE, base);
    interrupts_restore(on);
    return 0;
}

/* The base of fs is written even where both have the same: the one that is left may have loaded a
 * selector. */
void fpu_switch(struct thread *from, struct thread *to) {
    bool had = from->leave & SWITCH_REGISTERS, has = to->enter & SWITCH_REGISTERS;
    if (had)
        fpu_save(&from->fpu);
    if (has && !had)
        clts();
    if (has)
        fpu_load(&to->fpu);
    if (had && !has)
        write_cr0(read_cr0() | CR0_TS);
    if (from->fs_base || to->fs_base)
        write_msr(MSR_FS_BASE, to->fs_base);
}
