/* SPDX-License-Identifier: MIT */
/* boot_info.h -- what the boot protocol told us, the same for PVH (QEMU's -kernel) and multiboot2
 * (GRUB under BIOS and UEFI). Copied out of the loader's memory before anything else runs, so it
 * stays valid. */
#ifndef MACHINE_BOOT_INFO_H
#define MACHINE_BOOT_INFO_H

#include "machine/memory/memory_map.h"

#define BOOT_RANGES_MAX       128
#define BOOT_COMMAND_LINE_MAX 2048 /* the NUL included; PROTOCOL_TOLD_MAX and one */
#define BOOT_RSDP_LEN         36

struct boot_info {
    const char *route;                        /* "pvh" or "multiboot2" */
    char command_line[BOOT_COMMAND_LINE_MAX]; /* NUL-terminated; "" when there is none */
    size_t command_line_bytes; /* how many there were: where they are more than fit, none is kept */
    unsigned modules;          /* how many the loader loaded; all but the first are left alone */
    struct boot_range archive; /* the first: the archive of programs; of no length: there is none */
    unsigned ranges; /* of RAM: page-aligned, in ascending order, without image and archive */
    struct boot_range range[BOOT_RANGES_MAX + 1]; /* behind the last the archive, to be mapped */
    paddr_t rsdp;                                 /* ACPI's root pointer; 0 when there is none */
    uint8_t rsdp_copy[BOOT_RSDP_LEN]; /* multiboot2's is a copy inside its tables; kept here */
};

#endif
