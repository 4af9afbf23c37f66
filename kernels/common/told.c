/* SPDX-License-Identifier: MIT */
/* told.c -- see told.h. */
#include "common/told.h"

#include "common/line.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/device/timer.h"
#include "machine/report/exit.h"
#include "measure/body.h"

_Static_assert(BOOT_COMMAND_LINE_MAX == PROTOCOL_TOLD_MAX + 1, "boot.h has room for it and a NUL");

struct agent_hello told_hello(const char *system) {
    struct agent_hello hello = {.system = system, .tsc_hz = timer_tsc_hz()};
    hello.build = boot_build_id(&hello.build_length);
    return hello;
}

void told_check(const struct boot_info *boot, const char *system) {
    char why[160];
    if (boot->command_line_bytes <= PROTOCOL_TOLD_MAX)
        return;
    format_text(why, sizeof why,
                "the boot command line has %lu bytes; at most %d are taken, so nothing is run",
                boot->command_line_bytes, PROTOCOL_TOLD_MAX);
    struct params params;
    params_default(&params);
    struct agent_hello hello = told_hello(system);
    hello.told_bytes = boot->command_line_bytes;
    sender_session(&serial_line);
    agent_hello(&(struct agent){.params = &params, .record = line_record}, &hello);
    body_log(line_record, why, strlen(why));
    machine_exit(PROTOCOL_EXIT_EARLY);
}
