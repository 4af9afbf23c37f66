/* SPDX-License-Identifier: MIT */
/* init.h -- what only start.c calls. */
#ifndef MACHINE_INIT_H
#define MACHINE_INIT_H

#include "machine/boot/boot_read.h"

_Noreturn void machine_start(paddr_t tables, boot_reader *read);
/* Reads the loader's tables. A panic where they cannot be right, or tell of no RAM. */
void boot_init(struct boot_info *boot, paddr_t tables, boot_reader *read);
void quiet_init(void);

#endif
