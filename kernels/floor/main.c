/* SPDX-License-Identifier: MIT */
/* main.c -- the bare machine: no kernel, only what each hardware primitive costs. Boot, as a list;
 * the machine is set up (machine/boot/start.c). */
#include "common/archive.h"
#include "common/fault.h"
#include "common/kernel_session.h"
#include "drivers/disk.h"
#include "common/line.h"
#include "common/told.h"
#include "floor/user_program.h"
#include "machine/boot/boot.h"
#include "machine/report/exit.h"

/* Its program's rows come behind its own. */
static const struct session session = {.kernel = kernel_session_lead,
                                       .program = user_program_run,
                                       .text = line_text,
                                       .read = line_read};

_Noreturn void kernel_main(const struct boot_info *boot) {
    line_init();                  /* log lines go through the sender */
    fault_report_panics("floor"); /* our own mistakes become records */
    told_check(boot, "floor");    /* a command line that was too long to be taken */
    archive_init(boot, "floor");  /* the program that comes along */
    user_program_init();          /* and traps of the user program */
    kernel_session_init("floor"); /* what this image measures */
    kernel_session.requests = disk_requests;
    machine_exit(kernel_session_each(&session, boot->command_line));
}
