/* SPDX-License-Identifier: MIT */
/* attacker.c -- a user process that misbehaves as it is told (attacks.h). */
#include "attacks.h"

#include "../../random_calls.h"

#include "lib/string.h"
#include "user/program.h"
#include "spin/user/stubs.h"

/* Ends by no test, which the compiler must not find out. */
static uint64_t recurse(volatile uint64_t *above) {
    volatile uint64_t here = *above + 1;
    return here ? recurse(&here) + here : 0;
}

static void exit_badly(void) {
    __asm__ volatile("mov %0, %%rsp\n\tsyscall"
                     :
                     : "r"(HOSTILE_TEXT), "a"(SPIN_CALL_exit), "D"(9)
                     : "rcx", "r11", "memory");
}

static uint64_t look_at_own(uint64_t word) {
    static volatile uint64_t own;
    own = word;
    for (unsigned i = 0; i < 100000; i++)
        if (own != word)
            return own;
    return word;
}

static _Noreturn void loop(void) {
    for (;;)
        __asm__ volatile("");
}

static bool not_at_random(uint64_t number) {
    return number == SPIN_CALL_exit;
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    if (a < HOSTILE_COUNT)
        hostile_cases[a].attempt(0);
    else if (a == ATTACK_EXIT)
        return b;
    else if (a == ATTACK_CALL)
        return (uint64_t)syscall0(b);
    else if (a == ATTACK_STACK_OVERFLOW)
        return recurse(&b);
    else if (a == ATTACK_COUNT_WORDS)
        return strlen(words);
    else if (a == ATTACK_EXIT_BADLY)
        exit_badly();
    else if (a == ATTACK_RANDOM_CALLS)
        return random_calls(b, SPIN_CALL_COUNT, not_at_random);
    else if (a == ATTACK_READ)
        return *(volatile uint64_t *)b;
    else if (a == ATTACK_WRITE)
        return ++*(volatile uint64_t *)b;
    else if (a == ATTACK_LOOP)
        loop();
    else if (a == ATTACK_OWN_WORD)
        return look_at_own(b);
    else if (a == ATTACK_EXTEND)
        return spin_extend(words), (uint64_t)syscall0(b);
    else if (a == ATTACK_EXTEND_ONLY)
        return (uint64_t)spin_extend(b ? (const char *)b : words);
    return 0;
}
