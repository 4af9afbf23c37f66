/* SPDX-License-Identifier: MIT */
/* boot_read.h -- the two readers of loaders' tables, chosen by boot_entry.S. They believe nothing:
 * addresses, lengths and counts are checked before they are followed. Pure but for what `bytes`
 * does, so tested and fuzzed on the host. Each copies what it finds; the loader's memory may be
 * overwritten afterwards, but for the memory map, which is to be used first. */
#ifndef MACHINE_BOOT_READ_H
#define MACHINE_BOOT_READ_H

#include "machine/boot/boot_info.h"

/* PVH: Xen's public/arch-x86/hvm/start_info.h. */
#define PVH_MAGIC 0x336ec578u

struct pvh_start_info {
    uint32_t magic, version, flags, modules;
    uint64_t module_list, command_line, rsdp;
    uint64_t memory_map; /* this and the next since version 1 */
    uint32_t memory_map_entries, reserved;
};

/* An entry of its list of modules. */
struct pvh_module {
    uint64_t start, len, command_line, reserved;
};

/* Multiboot2's specification 2.0, chapter 3.6: a length in bytes and a reserved word, then tags,
 * each at a multiple of 8, the last one of type TAG_END. */
enum {
    TAG_END = 0,
    TAG_COMMAND_LINE = 1,
    TAG_MODULE = 3,
    TAG_MEMORY_MAP = 6,
    TAG_ACPI_OLD = 14,
    TAG_ACPI_NEW = 15
};

/* The `len` bytes of physical memory from `at` on, or null where no loader can have put any. */
typedef const void *boot_bytes(uint64_t at, uint64_t len);

/* Reads the loader's tables at this address. Null, or what is wrong with them: then the rest of the
 * results means nothing. */
typedef const char *boot_reader(struct boot_info *boot, struct memory_map *map, boot_bytes *bytes,
                                uint64_t tables);
boot_reader boot_read_pvh, boot_read_multiboot2;

#endif
