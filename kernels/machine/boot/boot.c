/* SPDX-License-Identifier: MIT */
/* boot.c -- hands the loader's tables to their reader (boot_read.h) and makes of the memory map the
 * RAM that may be used (memory_map.h). */
#include "machine/boot/boot.h"

#include "machine/boot/init.h"
#include "machine/cpu/cpu.h"
#include "machine/image.h"
#include "machine/report/log.h"
#include "machine/report/panic.h"

#define FIRST_MIB 0x100000ul
/* The boot page tables, under which this runs, map no more at DIRECT_BASE; loaders in 32-bit mode
 * reach no further either. */
#define BOOT_MAPPED 0x100000000ul

/* Not inside the image, which has been written to since. */
static const void *loaders_bytes(uint64_t at, uint64_t len) {
    if (at >= BOOT_MAPPED || len > BOOT_MAPPED - at)
        return NULL;
    if (at < physical(image_end).at && at + len > physical(image_start).at)
        return NULL;
    return direct(PADDR(at));
}

/* What the processor can address and the direct map has room for. */
static uint64_t address_limit(void) {
    uint64_t reach = 1ul << cpu_features.physical_bits, space = DEVICE_BASE - DIRECT_BASE;
    return reach < space ? reach : space;
}

void boot_init(struct boot_info *boot, paddr_t tables, boot_reader *read) {
    struct memory_map map;
    const char *wrong = read(boot, &map, loaders_bytes, tables.at);
    if (wrong)
        panic("what the loader tells (%s) cannot be used: %s", boot->route, wrong);
    if (boot->rsdp_copy[0])
        boot->rsdp = physical(boot->rsdp_copy);
    if (boot->modules > 1)
        log_line("boot: %u modules were loaded; the first is used", boot->modules);

    /* The first MiB is the firmware's, whatever the map says. */
    const struct boot_range taken[] = {
        {PADDR(0), FIRST_MIB},
        {physical(image_start), (uint64_t)(image_end - image_start)},
        boot->archive,
    };
    unsigned found = memory_map_ram(&map, taken, sizeof taken / sizeof taken[0], address_limit(),
                                    boot->range, BOOT_RANGES_MAX);
    boot->ranges = found < BOOT_RANGES_MAX ? found : BOOT_RANGES_MAX;
    boot->range[boot->ranges] = boot->archive;
    if (!found)
        panic("the boot protocol (%s) tells of no RAM", boot->route);
    if (found > BOOT_RANGES_MAX)
        log_line("boot: RAM in %u pieces; the first %d are used", found, BOOT_RANGES_MAX);
}

const void *boot_build_id(size_t *length) {
    enum { NOTE_HEADER = 16 }; /* three words and "GNU\0" */
    *length = (size_t)(build_id_end - build_id_start) - NOTE_HEADER;
    return build_id_start + NOTE_HEADER;
}
