/* SPDX-License-Identifier: MIT */
/* kernel_session.c -- see kernel_session.h. */
#include "common/kernel_session.h"

#include "common/inject.h"
#include "common/line.h"
#include "machine/boot/boot.h"
#include "machine/report/panic.h"
#include "machine/device/timer.h"

static uint64_t samples[AGENT_SAMPLES_MAX];

static _Noreturn void give_up(const char *why) {
    panic("%s", why);
}

struct session_kernel kernel_session;

void kernel_session_init(const char *system) {
    kernel_session = (struct session_kernel){
        .framer = &serial_line,
        .agent = {.begin = __start_bench_entries,
                  .end = __stop_bench_entries,
                  .params = &kernel_session.params,
                  .samples = samples,
                  .record = line_record,
                  .text = line_text,
                  .inject = inject,
                  .panic = give_up},
        .hello = {.system = system, .tsc_hz = timer_tsc_hz()},
    };
    kernel_session.hello.build = boot_build_id(&kernel_session.hello.build_length);
    params_default(&kernel_session.params);
}

int kernel_session_lead(enum session_phase phase, const char *words) {
    return session_lead(&kernel_session, phase, words);
}
