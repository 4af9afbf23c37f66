/* SPDX-License-Identifier: MIT */
/* info.h -- what the kernel knows and need not hide, mapped read-only into every environment from
 * EXO_INFO on, so that it is read without a system call: the system's page, the environments, the
 * page frames, and the archive of programs. */
#ifndef EXO_KERNEL_INFO_H
#define EXO_KERNEL_INFO_H

#include "exo/abi.h"
#include "machine/boot/boot.h"

extern struct exo_info info;

void info_init(const struct boot_info *boot);

#endif
