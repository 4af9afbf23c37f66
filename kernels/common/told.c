/* SPDX-License-Identifier: MIT */
/* told.c -- see told.h. */
#include "common/told.h"

#include "common/kernel_session.h"
#include "common/line.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/report/exit.h"

_Static_assert(BOOT_COMMAND_LINE_MAX == PROTOCOL_TOLD_MAX + 1, "boot.h has room for it and a NUL");

void told_check(const struct boot_info *boot, const char *system) {
    char why[160];
    if (boot->command_line_bytes <= PROTOCOL_TOLD_MAX)
        return;
    format_text(why, sizeof why,
                "the boot command line has %lu bytes; at most %d are taken, so nothing is run",
                boot->command_line_bytes, PROTOCOL_TOLD_MAX);
    kernel_session_init(system);
    kernel_session.hello.told_bytes = boot->command_line_bytes;
    sender_session(&serial_line);
    agent_hello(&kernel_session.agent, &kernel_session.hello);
    body_log(line_record, why, strlen(why));
    machine_exit(PROTOCOL_EXIT_EARLY);
}
