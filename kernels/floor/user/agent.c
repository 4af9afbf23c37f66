/* SPDX-License-Identifier: MIT */
/* agent.c -- the ring-3 program: the measuring agent with the rows of experiments' floor-user.c.
 * Kernel mode leads the session (floor/measure.c). */
#include "floor/user/control.h"
#include "lib/string.h"
#include "measure/session.h"

static uint64_t samples[AGENT_SAMPLES_MAX]; /* mapped from the start, as all of the program */

/* What cannot be said ends the program, and so the session: it would end well without it. */

static void send(const char *body, size_t length) {
    if (control(CONTROL_RECORD, (uint64_t)body, length) < 0)
        __builtin_trap();
}

static void text(const char *bytes, size_t length) {
    if (control(CONTROL_TEXT, (uint64_t)bytes, length) < 0)
        __builtin_trap();
}

/* All that user code can do to the machine is to take a trap. */
static void inject(enum injection what) {
    if (what == INJECT_USER_FAULT)
        __builtin_trap();
}

static _Noreturn void give_up(const char *why) {
    text(why, strlen(why));
    text("\n", 1);
    __builtin_trap();
}

_Noreturn void program_main(enum session_phase phase, uint64_t first_row, const char *words);

_Noreturn void program_main(enum session_phase phase, uint64_t first_row, const char *words) {
    struct agent agent = {
        .begin = __start_bench_entries,
        .end = __stop_bench_entries,
        .samples = samples,
        .record = send,
        .text = text,
        .inject = inject,
        .panic = give_up,
    };
    session_follow(&agent, phase, (unsigned)first_row, words);
    for (;;)
        control(CONTROL_RETURN, 0, 0);
}
