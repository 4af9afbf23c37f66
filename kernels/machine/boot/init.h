/* SPDX-License-Identifier: MIT */
/* init.h -- what only start.c calls. */
#ifndef MACHINE_INIT_H
#define MACHINE_INIT_H

#include "machine/boot/boot_read.h"

_Noreturn void machine_start(paddr_t tables, boot_reader *read);
void cpu_init(void);
/* Reads the loader's tables. A panic where they cannot be right. */
void boot_init(struct boot_info *boot, paddr_t tables, boot_reader *read);
void trap_table_init(void);
void page_init(const struct boot_info *boot);
void quiet_init(void);

#endif
