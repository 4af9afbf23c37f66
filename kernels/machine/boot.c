/* SPDX-License-Identifier: MIT */
/* boot.c -- reads the loader's tables. PVH: Xen's public/arch-x86/hvm/start_info.h; multiboot2: its
 * specification 2.0, chapter 3.6. All tables lie below 4 GiB, which the boot page tables map at
 * DIRECT_BASE. */
#include "machine/boot_parse.h"

#include "lib/string.h"
#include "machine/image.h"

#define MEMORY_RAM 1 /* in both protocols */
#define FIRST_MIB  0x100000ul

static void add_range(struct boot_info *boot, uint64_t start, uint64_t len, uint32_t type) {
    if (type != MEMORY_RAM || len == 0 || boot->ranges == BOOT_RANGES_MAX)
        return;
    boot->range[boot->ranges++] = (struct boot_range){PADDR(start), len};
}

static void set_command_line(struct boot_info *boot, const char *text) {
    size_t n = strnlen(text, BOOT_COMMAND_LINE_MAX - 1);
    memcpy(boot->command_line, text, n);
    boot->command_line[n] = 0;
}

struct pvh_start_info {
    uint32_t magic, version, flags, modules;
    uint64_t module_list, command_line, rsdp, memory_map;
    uint32_t memory_map_entries, reserved;
};

struct pvh_memory {
    uint64_t start, len;
    uint32_t type, reserved;
};

void boot_from_pvh(struct boot_info *boot, paddr_t tables) {
    const struct pvh_start_info *info = direct(tables);
    const struct pvh_memory *map = direct(PADDR(info->memory_map));

    boot->route = "pvh";
    if (info->command_line)
        set_command_line(boot, direct(PADDR(info->command_line)));
    for (uint32_t i = 0; i < info->memory_map_entries; i++)
        add_range(boot, map[i].start, map[i].len, map[i].type);
    boot->rsdp = PADDR(info->rsdp);
}

enum {
    TAG_END = 0,
    TAG_COMMAND_LINE = 1,
    TAG_MEMORY_MAP = 6,
    TAG_ACPI_OLD = 14,
    TAG_ACPI_NEW = 15
};

struct tag {
    uint32_t type, len;
    uint8_t data[];
};

struct tag_memory_map {
    uint32_t entry_len, version;
    uint8_t entries[];
};

struct multiboot2_memory {
    uint64_t start, len;
    uint32_t type, reserved;
};

static void read_memory_map(struct boot_info *boot, const struct tag *tag) {
    const struct tag_memory_map *map = (const void *)tag->data;
    const uint8_t *end = (const uint8_t *)tag + tag->len;
    if (map->entry_len < sizeof(struct multiboot2_memory))
        return;
    for (const uint8_t *p = map->entries; p + map->entry_len <= end; p += map->entry_len) {
        const struct multiboot2_memory *m = (const void *)p;
        add_range(boot, m->start, m->len, m->type);
    }
}

/* GRUB hands over a copy of the RSDP inside its tables, so we keep a copy of the copy. */
static void keep_rsdp(struct boot_info *boot, const struct tag *tag) {
    static uint8_t copy[36] __attribute__((aligned(8)));
    size_t n = tag->len - sizeof *tag;
    memset(copy, 0, sizeof copy);
    memcpy(copy, tag->data, n < sizeof copy ? n : sizeof copy);
    boot->rsdp = physical(copy);
}

void boot_from_multiboot2(struct boot_info *boot, paddr_t tables) {
    const char *p = direct(tables);
    const char *end = p + *(const uint32_t *)p;

    boot->route = "multiboot2";
    for (p += 8; p + sizeof(struct tag) <= end;) {
        const struct tag *tag = (const void *)p;
        if (tag->type == TAG_END || tag->len < sizeof *tag)
            break;
        if (tag->type == TAG_COMMAND_LINE)
            set_command_line(boot, (const char *)tag->data);
        else if (tag->type == TAG_MEMORY_MAP)
            read_memory_map(boot, tag);
        else if (tag->type == TAG_ACPI_NEW || (tag->type == TAG_ACPI_OLD && !boot->rsdp.at))
            keep_rsdp(boot, tag);
        p += (tag->len + 7) & -8ul;
    }
}

static void sort_ranges(struct boot_info *boot) {
    for (unsigned i = 1; i < boot->ranges; i++) {
        struct boot_range r = boot->range[i];
        unsigned k = i;
        for (; k && boot->range[k - 1].start.at > r.start.at; k--)
            boot->range[k] = boot->range[k - 1];
        boot->range[k] = r;
    }
}

/* Appends [start, end) in whole pages, if a page is left of it. */
static void keep_pages(struct boot_info *boot, uint64_t start, uint64_t end) {
    start = page_round_up(start);
    end = page_round_down(end);
    if (start < end && boot->ranges < BOOT_RANGES_MAX)
        boot->range[boot->ranges++] = (struct boot_range){PADDR(start), end - start};
}

void boot_ranges_finish(struct boot_info *boot, paddr_t start, paddr_t end) {
    static struct boot_range all[BOOT_RANGES_MAX];
    sort_ranges(boot);
    unsigned count = boot->ranges;
    memcpy(all, boot->range, sizeof all);
    boot->ranges = 0;
    for (unsigned i = 0; i < count; i++) {
        uint64_t low = all[i].start.at, high = low + all[i].len_bytes;
        if (low < FIRST_MIB)
            low = FIRST_MIB;
        if (low < start.at)
            keep_pages(boot, low, high < start.at ? high : start.at);
        if (high > end.at)
            keep_pages(boot, low > end.at ? low : end.at, high);
    }
}

const void *boot_build_id(size_t *length) {
    enum { NOTE_HEADER = 16 }; /* three words and "GNU\0" */
    *length = (size_t)(build_id_end - build_id_start) - NOTE_HEADER;
    return build_id_start + NOTE_HEADER;
}
