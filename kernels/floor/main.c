/* SPDX-License-Identifier: MIT */
/* main.c -- the bare machine: no kernel, only what each hardware primitive costs. Boot, as a list;
 * the machine is set up (machine/start.c). */
#include "floor/console.h"
#include "floor/fault.h"
#include "floor/measure.h"
#include "machine/boot.h"
#include "machine/exit.h"

_Noreturn void kernel_main(const struct boot_info *boot) {
    console_init(); /* log lines go through the framer */
    fault_init();   /* what goes wrong becomes a record */
    machine_exit(measure_main(boot->command_line));
}
