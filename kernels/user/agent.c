/* SPDX-License-Identifier: MIT */
/* agent.c -- see agent.h. */
#include "user/agent.h"

#include "lib/string.h"
#include "user/program.h"

static uint64_t samples[AGENT_SAMPLES_MAX]; /* mapped from the start, as all of a program */

static void text(const char *bytes, size_t length) {
    if (!program_text(bytes, length))
        __builtin_trap();
}

_Noreturn void program_give_up(const char *why) {
    text(why, strlen(why));
    text("\n", 1);
    __builtin_trap();
}

static void record(const char *body, size_t length) {
    if (!program_record(body, length))
        program_give_up("the kernel refused a record");
}

/* All that a program can do to the machine is to take a trap. */
static void inject(enum injection what) {
    if (what == INJECT_USER_FAULT)
        __builtin_trap();
}

const struct agent program_agent = {.begin = __start_bench_entries,
                                    .end = __stop_bench_entries,
                                    .samples = samples,
                                    .record = record,
                                    .text = text,
                                    .inject = inject,
                                    .panic = program_give_up};
