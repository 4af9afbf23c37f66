/* SPDX-License-Identifier: MIT */
/* measure.c -- see measure.h. */
#include "floor/measure.h"

#include "floor/console.h"
#include "floor/user_program.h"
#include "machine/boot.h"
#include "machine/exit.h"
#include "machine/panic.h"
#include "machine/timer.h"
#include "measure/session.h"

static uint64_t samples[AGENT_SAMPLES_MAX];

/* A fault in user code is the user program's to take. */
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

unsigned measure_main(const char *words) {
    struct session session = {
        .framer = console_framer(),
        .agent = {.begin = __start_bench_entries,
                  .end = __stop_bench_entries,
                  .samples = samples,
                  .record = console_record,
                  .text = console_text,
                  .inject = inject,
                  .panic = give_up},
        .hello = {.system = "floor", .tsc_hz = timer_tsc_hz()},
        .user = user_program_run,
        .read = console_read,
    };
    session.hello.build = boot_build_id(&session.hello.build_length);
    return session_main(&session, words);
}
