/* SPDX-License-Identifier: MIT */
/* boot_read.c -- see boot_read.h. */
#include "machine/boot/boot_read.h"

#include "lib/string.h"

/* How far the end of a string is looked for, so that its length can be told. */
#define STRING_MAX 0x10000ul

/* Keeps a command line of n bytes, if it fits. */
static void keep_command_line(struct boot_info *boot, const char *text, size_t n) {
    boot->command_line_bytes = n;
    if (n >= sizeof boot->command_line)
        return;
    memcpy(boot->command_line, text, n);
    boot->command_line[n] = 0;
}

/* Where n bytes are readable but n + 1 are not there is no string. */
static const char *read_command_line(struct boot_info *boot, boot_bytes *bytes, uint64_t at) {
    const char *byte;
    size_t n = 0;
    while ((byte = bytes(at + n, 1)) && *byte && n < STRING_MAX)
        n++;
    if (!byte)
        return "the command line lies where no loader can have put it";
    keep_command_line(boot, bytes(at, n + 1), n);
    return NULL;
}

/* The first module of all is the archive. */
static const char *keep_module(struct boot_info *boot, boot_bytes *bytes, uint64_t start,
                               uint64_t len) {
    if (boot->archive.len_bytes)
        return NULL;
    if (len == 0 || !bytes(start, len))
        return "a module lies where no loader can have put it";
    boot->archive = (struct boot_range){PADDR(start), len};
    return NULL;
}

static const char *read_modules(struct boot_info *boot, boot_bytes *bytes, uint64_t list) {
    struct pvh_module first;
    const void *at = bytes(list, sizeof first);
    if (!boot->modules)
        return NULL;
    if (!at)
        return "the list of modules lies where no loader can have put it";
    memcpy(&first, at, sizeof first);
    return keep_module(boot, bytes, first.start, first.len);
}

const char *boot_read_pvh(struct boot_info *boot, struct memory_map *map, boot_bytes *bytes,
                          uint64_t tables) {
    enum { PVH_ENTRY = 24 };
    struct pvh_start_info info;
    const void *at = bytes(tables, sizeof info);
    boot->route = "pvh";
    if (!at)
        return "the start info lies where no loader can have put it";
    memcpy(&info, at, sizeof info);
    if (info.magic != PVH_MAGIC)
        return "the start info's magic number is wrong";
    if (info.version < 1 || info.memory_map_entries == 0)
        return "the start info has no memory map";
    if (info.memory_map_entries > MEMORY_ENTRIES_MAX)
        return "the memory map has too many entries";
    map->count = info.memory_map_entries;
    map->entry_len = PVH_ENTRY;
    map->entries = bytes(info.memory_map, (uint64_t)map->count * PVH_ENTRY);
    if (!map->entries)
        return "the memory map lies where no loader can have put it";
    boot->modules = info.modules;
    boot->rsdp = PADDR(info.rsdp);
    const char *wrong = read_modules(boot, bytes, info.module_list);
    if (wrong || !info.command_line)
        return wrong;
    return read_command_line(boot, bytes, info.command_line);
}

struct tag {
    uint32_t type, len;
    const uint8_t *data; /* len - TAG_HEADER bytes */
};
enum { TAG_HEADER = 8 };

static const char *read_memory_map(struct memory_map *map, const struct tag *tag) {
    enum { MAP_HEADER = 8, MAP_ENTRY = 24 }; /* an entry's length and version come first */
    size_t n = tag->len - TAG_HEADER;
    if (n < MAP_HEADER)
        return "multiboot2's memory map is cut";
    memcpy(&map->entry_len, tag->data, sizeof map->entry_len);
    if (map->entry_len < MAP_ENTRY || map->entry_len > n)
        return "multiboot2's memory map has entries of an impossible length";
    if ((n - MAP_HEADER) / map->entry_len > MEMORY_ENTRIES_MAX)
        return "the memory map has too many entries";
    map->count = (uint32_t)((n - MAP_HEADER) / map->entry_len);
    map->entries = tag->data + MAP_HEADER;
    return NULL;
}

static void keep_rsdp(struct boot_info *boot, const struct tag *tag) {
    size_t n = tag->len - TAG_HEADER;
    memset(boot->rsdp_copy, 0, sizeof boot->rsdp_copy);
    memcpy(boot->rsdp_copy, tag->data, n < sizeof boot->rsdp_copy ? n : sizeof boot->rsdp_copy);
}

static const char *read_module(struct boot_info *boot, boot_bytes *bytes, const struct tag *tag) {
    uint32_t bounds[2]; /* its first byte and the one behind its last */
    boot->modules++;
    if (tag->len - TAG_HEADER < sizeof bounds)
        return "multiboot2's module is cut";
    memcpy(bounds, tag->data, sizeof bounds);
    if (bounds[1] < bounds[0])
        return "a module ends before it begins";
    return keep_module(boot, bytes, bounds[0], bounds[1] - bounds[0]);
}

static const char *read_tag(struct boot_info *boot, struct memory_map *map, boot_bytes *bytes,
                            const struct tag *tag) {
    switch (tag->type) {
    case TAG_COMMAND_LINE:
        keep_command_line(boot, (const char *)tag->data,
                          strnlen((const char *)tag->data, tag->len - TAG_HEADER));
        return NULL;
    case TAG_MODULE:
        return read_module(boot, bytes, tag);
    case TAG_MEMORY_MAP:
        return read_memory_map(map, tag);
    case TAG_ACPI_OLD: /* the new one counts, in whichever order they come */
        if (!boot->rsdp_copy[0])
            keep_rsdp(boot, tag);
        return NULL;
    case TAG_ACPI_NEW:
        keep_rsdp(boot, tag);
        return NULL;
    default:
        return NULL;
    }
}

const char *boot_read_multiboot2(struct boot_info *boot, struct memory_map *map, boot_bytes *bytes,
                                 uint64_t tables) {
    uint32_t total;
    const uint8_t *information = bytes(tables, TAG_HEADER);
    boot->route = "multiboot2";
    *map = (struct memory_map){.entries = NULL};
    if (!information)
        return "the information lies where no loader can have put it";
    memcpy(&total, information, sizeof total);
    if (!(information = bytes(tables, total)))
        return "the information is longer than memory";
    for (uint64_t at = TAG_HEADER; at < total && total - at >= TAG_HEADER;) {
        struct tag tag;
        const char *wrong;
        memcpy(&tag.type, information + at, sizeof tag.type);
        memcpy(&tag.len, information + at + 4, sizeof tag.len);
        tag.data = information + at + TAG_HEADER;
        if (tag.type == TAG_END)
            return map->entries ? NULL : "the information has no memory map";
        if (tag.len < TAG_HEADER || tag.len > total - at)
            return "a tag of the information has an impossible length";
        if ((wrong = read_tag(boot, map, bytes, &tag)))
            return wrong;
        at += ((uint64_t)tag.len + 7) & -8ull;
    }
    return "the information is cut: it has no end tag";
}
