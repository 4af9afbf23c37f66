/* SPDX-License-Identifier: MIT */
/* boot.h -- from the loader to the kernel. */
#ifndef MACHINE_BOOT_H
#define MACHINE_BOOT_H

#include "machine/boot/boot_info.h"

/* Supplied by each system; called once on the boot stack, interrupts off, the whole machine set up
 * (start.c). Does not return. */
_Noreturn void kernel_main(const struct boot_info *boot);

/* The GNU build id the linker put into the image: the hash of its contents. */
const void *boot_build_id(size_t *length);

#endif
