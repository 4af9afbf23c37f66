/* SPDX-License-Identifier: MIT */
/* info.h -- the information page: what the kernel knows and need not hide, mapped read-only into
 * every environment at EXO_INFO, so that it is read without a system call. */
#ifndef EXO_KERNEL_INFO_H
#define EXO_KERNEL_INFO_H

#include "exo/abi.h"
#include "machine/boot/boot.h"

extern struct exo_info info;

void info_init(const struct boot_info *boot);

#endif
