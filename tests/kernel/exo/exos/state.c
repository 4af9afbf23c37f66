/* SPDX-License-Identifier: MIT */
/* state.c -- the base of fs, and how floating point rounds, of a child and of its parent. */
#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

static uint64_t local[2] = {11, 22};

static uint64_t at_fs(void) {
    uint64_t word;
    __asm__ volatile("mov %%fs:0, %0" : "=r"(word));
    return word;
}

static void set_modes(uint32_t mxcsr, uint16_t control) {
    __asm__ volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(mxcsr), "m"(control));
}

static bool are_modes(uint32_t mxcsr, uint16_t control) {
    uint32_t m;
    uint16_t c;
    __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(m), "=m"(c));
    return m == mxcsr && c == control;
}

#define MXCSR   0x7f80u /* rounds towards 0 */
#define CONTROL 0x0f7f

static uint64_t child(void) {
    MUST(at_fs() == 11);
    local[0] = 33;
    MUST(at_fs() == 33 && exos_set_fs((uint64_t)&local[1]) == 0 && at_fs() == 22);
    return 1;
}

static uint64_t child_with_modes(void) {
    MUST(are_modes(MXCSR, CONTROL));
    set_modes(0x1f80, 0x037f);
    return 1;
}

static void skip(unsigned signal, struct slice_registers *at) {
    (void)signal;
    at->rip += 2;
    __asm__ volatile("pcmpeqd %xmm7, %xmm7\n\tfninit\n\tfld1");
    set_modes(0x1f80, 0x037f);
}

/* A trap whose handler uses what was in use. */
static uint64_t trapped(void) {
    const struct exos_action action = {.fn = skip};
    uint64_t word = 4711;
    exos_sigaction(EXOS_SIGILL, &action, 0);
    __asm__ volatile("movq %0, %%xmm7\n\tud2\n\tmovq %%xmm7, %0" : "+r"(word) : : "memory");
    MUST(word == 4711 && are_modes(MXCSR, CONTROL));
    return 1;
}

uint64_t case_state(void) {
    slice_handle();
    MUST(exos_set_fs((uint64_t)&local[0]) == 0 && at_fs() == 11);
    MUST(in_child(child) == 1 && at_fs() == 11);
    MUST(exos_set_fs(0) == 0);
    if (!slice_keep_vectors())
        return 0;
    set_modes(MXCSR, CONTROL);
    for (unsigned i = 0; i < 3; i++)
        MUST(exo_env_yield(0) == 0 && are_modes(MXCSR, CONTROL));
    MUST(exo_env_yield(-1ul) == -E_DEAD && are_modes(MXCSR, CONTROL));
    MUST(in_child(child_with_modes) == 1 && in_child(trapped) == 1);
    MUST(are_modes(MXCSR, CONTROL));
    return 0;
}
