/* SPDX-License-Identifier: MIT */
/* agent.c -- the user process that measures and checks from ring 3: a is the phase
 * (measure/session.h), b the number of its first row, words what the machine was told. The kernel
 * leads the session (services/measure.c). */
#include "lib/string.h"
#include "measure/session.h"
#include "spin/user/start.h"
#include "spin/user/stubs.h"

static uint64_t samples[AGENT_SAMPLES_MAX]; /* mapped from the start, as all of a process */

/* What cannot be said ends the process, and so the session: it would end well without it. */

static void text(const char *bytes, size_t length) {
    if (spin_console_write(bytes, length) < 0)
        __builtin_trap();
}

static void send(const char *body, size_t length) {
    if (spin_console_record(body, length) < 0)
        __builtin_trap();
}

/* All that a process can do to the machine is to take a trap. */
static void inject(enum injection what) {
    if (what == INJECT_USER_FAULT)
        __builtin_trap();
}

static _Noreturn void give_up(const char *why) {
    text(why, strlen(why));
    text("\n", 1);
    __builtin_trap();
}

uint64_t process_main(uint64_t a, uint64_t b, const char *words) {
    struct agent agent = {.begin = __start_bench_entries,
                          .end = __stop_bench_entries,
                          .samples = samples,
                          .record = send,
                          .text = text,
                          .inject = inject,
                          .panic = give_up};
    session_follow(&agent, (enum session_phase)a, (unsigned)b, words);
    return 0;
}
