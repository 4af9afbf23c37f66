/* SPDX-License-Identifier: MIT */
/* boot_parse.h -- the two readers of loaders' tables, chosen by boot_entry.S. Each copies what it
 * finds; the loader's memory may be overwritten afterwards. Ranges come as the loader has them:
 * boot_ranges_finish puts them in order. */
#ifndef MACHINE_BOOT_PARSE_H
#define MACHINE_BOOT_PARSE_H

#include "machine/boot.h"

typedef void boot_reader(struct boot_info *boot, paddr_t tables);
boot_reader boot_from_pvh, boot_from_multiboot2;

/* Sorts the ranges, rounds them to whole pages and takes away the first MiB (firmware's) and
 * [start, end), the image. */
void boot_ranges_finish(struct boot_info *boot, paddr_t start, paddr_t end);

#endif
