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

void kernel_session_init(struct session *session, const char *system) {
    *session = (struct session){
        .framer = &serial_line,
        .agent = {.begin = __start_bench_entries,
                  .end = __stop_bench_entries,
                  .samples = samples,
                  .record = line_record,
                  .text = line_text,
                  .inject = inject,
                  .panic = give_up},
        .hello = {.system = system, .tsc_hz = timer_tsc_hz()},
        .read = line_read,
    };
    session->hello.build = boot_build_id(&session->hello.build_length);
}
