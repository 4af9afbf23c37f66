/* SPDX-License-Identifier: MIT */
/* main.c -- the bare machine: no kernel, only what each hardware primitive costs. Boot, as a list;
 * the machine is set up (machine/boot/start.c). */
#include "common/fault.h"
#include "common/kernel_session.h"
#include "common/line.h"
#include "common/told.h"
#include "floor/user_program.h"
#include "machine/boot/boot.h"
#include "machine/report/exit.h"

_Noreturn void kernel_main(const struct boot_info *boot) {
    struct session session;
    line_init();                  /* log lines go through the framer */
    fault_report_panics("floor"); /* our own mistakes become records */
    told_check(boot, "floor");    /* a command line that was too long to be taken */
    user_program_init();          /* and traps of the user program */
    kernel_session_init(&session, "floor");
    session.user = user_program_run; /* its rows come behind the kernel's */
    machine_exit(session_main(&session, boot->command_line));
}
