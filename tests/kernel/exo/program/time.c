/* SPDX-License-Identifier: MIT */
/* time.c -- see time.h. */
#include "time.h"

#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"

/* An epilogue that yields to attack_partner; one that counts, and ends the slice; a trap handler
 * that goes where nothing is; a loop that slices begin in. */
uint64_t attack_partner, attack_timeouts, attack_trap_stack;
void attack_hands_over(void), attack_times_out(void), attack_storms(void);
_Noreturn void attack_spins(void);
__asm__(".pushsection .text\n"
        "attack_hands_over: mov attack_partner, %rax\n\tshl $32, %rax\n\tor $0x100, %rax\n\t"
        "syscall\n\tjmp attack_hands_over\n"
        "attack_times_out: incq attack_timeouts\n\tjmp slice_ends\n"
        "attack_storms: mov uarea, %rax\n\tmov attack_trap_stack, %rdx\n\tmov %rdx, 8(%rax)\n\t"
        "mov $0x10000000, %rax\n\tjmp *%rax\n"
        "attack_spins: nop\n\tjmp attack_spins\n"
        ".popsection");
_Static_assert(EXO_YIELD == 0x100 && UAREA_TRAP_STACK == 8, "in the assembly");

static _Noreturn void hog(void) {
    uarea->timeout_entry = (uint64_t)attack_times_out;
    slice_handle();
    volatile uint64_t *own = uarea->own;
    for (;;)
        own[0] = *(volatile uint64_t *)&attack_timeouts;
}

static _Noreturn void bounce(uint64_t creator) {
    while (!*(volatile uint64_t *)uarea->own) /* the creator names whom */
        exo_env_yield(creator);
    attack_partner = uarea->own[0];
    uarea->prologue_entry = (uint64_t)attack_spins;
    uarea->epilogue_entry = (uint64_t)attack_hands_over;
    attack_spins();
}

static _Noreturn void burst(void) {
    volatile uint64_t *own = uarea->own;
    sleep_by((uint64_t)uarea->own);
    slice_handle();
    own[1] = __builtin_ia32_rdtsc();
    for (;;)
        own[2] = __builtin_ia32_rdtsc();
}

static _Noreturn void storm(void) {
    static char stack[256] __attribute__((aligned(16)));
    attack_trap_stack = (uint64_t)(stack + sizeof stack);
    uarea->trap_entry = (uint64_t)attack_storms;
    uarea->trap_stack = attack_trap_stack;
    uarea->epilogue_entry = 0x10000000;
    attack_spins();
}

_Noreturn void attack_time(enum attack attack, uint64_t creator) {
    switch ((unsigned)attack) {
    case ATTACK_HOG:
        hog();
    case ATTACK_BOUNCE:
        bounce(creator);
    case ATTACK_BURST:
        burst();
    case ATTACK_STORM:
        storm();
    case ATTACK_TIMER:
        uarea->timer_entry = (uint64_t)attack_spins;
        for (;;) {
            exo_timer_set(__builtin_ia32_rdtsc() + 20000);
            exo_env_yield(creator);
        }
    default:
        slice_handle();
        uarea->critical = 1;
        attack_spins();
    }
}
