/* SPDX-License-Identifier: MIT */
/* machine_boot_fuzz.c -- any bytes as a loader's tables, by either protocol: read within their
 * bounds, and what comes out as RAM is in order, in whole pages, and not what was taken. */
#include "machine/boot/boot_read.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Physical memory from BASE on: a copy of the input, so that a read past its end is seen. */
enum { BASE = 0x1000, RANGES = 16 };
#define LIMIT (1ull << 40)
static uint8_t *memory;
static size_t memory_len;

static const void *bytes(uint64_t at, uint64_t len) {
    if (at < BASE || at - BASE > memory_len || len > memory_len - (at - BASE))
        return NULL;
    return memory + (at - BASE);
}

static void check(boot_reader *reader) {
    static struct boot_info boot;
    static struct boot_range range[RANGES];
    static const struct boot_range taken[] = {{PADDR(0), 0x100000}, {PADDR(0x200000), 0x54321}};
    struct memory_map map;
    memset(&boot, 0, sizeof boot);
    if (reader(&boot, &map, bytes, BASE))
        return;
    if (strlen(boot.command_line) !=
        (boot.command_line_bytes < sizeof boot.command_line ? boot.command_line_bytes : 0))
        abort();
    unsigned count = memory_map_ram(&map, taken, 2, LIMIT, range, RANGES);
    uint64_t last = 0;
    for (unsigned i = 0; i < count && i < RANGES; i++) {
        uint64_t start = range[i].start.at, end = start + range[i].len_bytes;
        if (start < 0x100000 || start <= last || end <= start || end > LIMIT ||
            (start | end) % PAGE_SIZE || (start < 0x254321 && end > 0x200000))
            abort();
        last = end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    memory = malloc(size ? size : 1);
    if (!memory)
        return 0;
    memory_len = size;
    memcpy(memory, data, size);
    check(boot_read_pvh);
    check(boot_read_multiboot2);
    free(memory);
    return 0;
}
