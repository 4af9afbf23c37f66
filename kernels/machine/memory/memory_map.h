/* SPDX-License-Identifier: MIT */
/* memory_map.h -- from what a loader says of physical memory to the RAM that may be used. Pure, and
 * total on any bytes: a map may be unsorted, its entries may overlap, lie in each other or run past
 * the end of the address space. Tested on the host against a slow twin. */
#ifndef MACHINE_MEMORY_MAP_H
#define MACHINE_MEMORY_MAP_H

#include "machine/types.h"

/* A longer map is not believed: the time to read one grows with the square of its length. */
#define MEMORY_ENTRIES_MAX 1024

/* A part of the physical address space. */
struct boot_range {
    paddr_t start;
    uint64_t len_bytes;
};

/* `count` entries of `entry_len` bytes, each of which begins with a 64-bit start, a 64-bit length
 * in bytes and a 32-bit type, 1 for RAM: PVH's form and multiboot2's. */
struct memory_map {
    const uint8_t *entries;
    uint32_t count, entry_len;
};

/* Writes the map's RAM to range[], in whole pages, in ascending order, no range touching the next;
 * at most `max` of them, the lowest. Gives how many there are, so more than max where some found no
 * room. A byte is RAM if an entry says so, no entry calls it anything else, it lies in none of the
 * `taken` ranges, and below `limit`, which is a page's address. */
unsigned memory_map_ram(const struct memory_map *map, const struct boot_range *taken,
                        unsigned taken_count, uint64_t limit, struct boot_range *range,
                        unsigned max);

#endif
