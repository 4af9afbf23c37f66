/* SPDX-License-Identifier: MIT */
/* measure.c -- see measure.h. */
#include "spin/services/measure.h"

#include "machine/boot.h"
#include "machine/exit.h"
#include "machine/panic.h"
#include "machine/timer.h"
#include "measure/session.h"
#include "spin/core/process.h"
#include "spin/services/console.h"
#include "spin/services/user_calls.h"

_Static_assert(PROCESS_WORDS_MAX >= SESSION_WORDS_MAX, "a process is told all words of a session");

static uint64_t samples[AGENT_SAMPLES_MAX];

static void record(const char *body, size_t length) {
    console_record(body, length);
}

static void text(const char *bytes, size_t length) {
    console_write(bytes, length);
}

static int read_byte(void) {
    return console_read();
}

/* A fault in user code is the user process's to take. */
static void inject(enum injection what) {
    if (what == INJECT_PANIC)
        panic("injected: the boot command line asked for a panic");
    if (what == INJECT_TRIPLE)
        machine_triple_fault();
    if (what == INJECT_RESET)
        machine_reset();
}

static _Noreturn void give_up(const char *why) {
    panic("%s", why);
}

/* The user process does its part, each time from its image, whatever was done to it before. */
static bool user(enum session_phase phase, unsigned first_row, const char *words) {
    struct process p;
    int error = process_create(&p, "agent", user_calls_handler);
    if (error)
        panic("the user process cannot be created: error %d", error);
    struct process_end end = process_run(&p, phase, first_row, words);
    process_destroy(&p);
    return !end.killed;
}

unsigned measure_main(const char *words) {
    struct session session = {
        .framer = console_framer(),
        .agent = {.begin = __start_bench_entries,
                  .end = __stop_bench_entries,
                  .samples = samples,
                  .record = record,
                  .text = text,
                  .inject = inject,
                  .panic = give_up},
        .hello = {.system = "spin", .tsc_hz = timer_tsc_hz()},
        .user = user,
        .read = read_byte,
    };
    session.hello.build = boot_build_id(&session.hello.build_length);
    return session_main(&session, words);
}
