/* SPDX-License-Identifier: MIT */
/* machine_check.h -- the processor's report of broken hardware: switched on, and told when it
 * comes, which is a panic in either mode. Intel SDM volume 3, chapter 16. */
#ifndef MACHINE_MACHINE_CHECK_H
#define MACHINE_MACHINE_CHECK_H

#include <stddef.h>

/* After trap_table_init(): with no gate for it a machine check would be a triple fault. */
void machine_check_init(void);

/* What the banks say of the error: ", bank 1 status 0x... address 0x..." for each that
 * holds one. */
void machine_check_text(char *into, size_t size);

#endif
