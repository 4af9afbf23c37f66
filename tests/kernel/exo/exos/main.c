/* SPDX-License-Identifier: MIT */
/* main.c -- the program `exos`. */
#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "user/program.h"

uint64_t cases_argument;

uint64_t in_child(uint64_t (*fn)(void)) {
    struct exos_end end;
    long pid = exos_fork();
    if (pid == 0)
        exos_exit(fn());
    if (pid < 0 || exos_wait(&end) != pid || end.killed)
        return ~0ul;
    return end.status;
}

uint64_t program_main(uint64_t which, uint64_t b, const char *words) {
    static uint64_t (*const cases[EXOS_CASES])(void) = {
        [EXOS_FORK] = case_fork,
        [EXOS_TREE] = case_tree,
        [EXOS_ZERO] = case_zero,
        [EXOS_MEMORY] = case_memory,
        [EXOS_KILL] = case_kill,
        [EXOS_FULL] = case_full,
        [EXOS_PIPE] = case_pipe,
        [EXOS_VFORK] = case_vfork,
        [EXOS_PROTECTED_PIPE] = case_protected_pipe,
        [EXOS_CALL] = case_call,
        [EXOS_EXEC] = case_exec,
        [EXOS_SIGNAL] = case_signal,
        [EXOS_NESTED] = case_nested,
        [EXOS_WATCH] = case_watch,
        [EXOS_STATE] = case_state,
        [EXOS_LOCK] = case_lock,
        [EXOS_SEGMENT] = case_segment,
        [EXOS_THREAD] = case_thread,
        [EXOS_DEBUG] = case_debug,
        [EXOS_STAND] = case_stand,
        [EXOS_KILLED] = case_killed,
        [EXOS_FOREVER] = case_forever,
    };
    (void)b, (void)words;
    if (exos_begin())
        return __LINE__;
    cases_argument = which >> 32;
    exos_exit(cases[which & 0xffffffff]());
}
