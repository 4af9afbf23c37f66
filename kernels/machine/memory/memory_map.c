/* SPDX-License-Identifier: MIT */
/* memory_map.c -- see memory_map.h. A sweep: from one border of any entry to the next nothing
 * changes, so one pass over all entries tells what lies between. Nothing is sorted or stored, hence
 * no map is too damaged; O(n * n), n is at most MEMORY_ENTRIES_MAX. */
#include "machine/memory/memory_map.h"

#include "lib/string.h"

#define MEMORY_RAM 1

struct entry {
    uint64_t start, len;
    uint32_t type;
};

static struct entry entry_at(const struct memory_map *map, uint32_t i) {
    const uint8_t *p = map->entries + (size_t)i * map->entry_len;
    struct entry e;
    memcpy(&e.start, p, sizeof e.start);
    memcpy(&e.len, p + 8, sizeof e.len);
    memcpy(&e.type, p + 16, sizeof e.type);
    return e;
}

/* What is so from `at` up to `next`. */
struct stretch {
    uint64_t at, next;
    bool ram, taken;
};

/* Whether [start, start + len) holds s->at; s->next comes down to its nearest border. */
static bool covers(struct stretch *s, uint64_t start, uint64_t len) {
    uint64_t end = len > UINT64_MAX - start ? UINT64_MAX : start + len;
    if (start > s->at) {
        if (start < s->next)
            s->next = start;
        return false;
    }
    if (end <= s->at)
        return false;
    if (end < s->next)
        s->next = end;
    return true;
}

static struct stretch stretch_at(const struct memory_map *map, const struct boot_range *taken,
                                 unsigned taken_count, uint64_t at, uint64_t limit) {
    struct stretch s = {.at = at, .next = limit};
    for (uint32_t i = 0; i < map->count; i++) {
        struct entry e = entry_at(map, i);
        if (!covers(&s, e.start, e.len))
            continue;
        s.ram |= e.type == MEMORY_RAM;
        s.taken |= e.type != MEMORY_RAM;
    }
    for (unsigned i = 0; i < taken_count; i++)
        s.taken |= covers(&s, taken[i].start.at, taken[i].len_bytes);
    return s;
}

/* Appends [start, end) in whole pages, if a page is left of it; gives the new count. */
static unsigned keep_pages(uint64_t start, uint64_t end, struct boot_range *range, unsigned max,
                           unsigned count) {
    start = page_round_up(start);
    end = page_round_down(end);
    if (start >= end)
        return count;
    if (count < max)
        range[count] = (struct boot_range){PADDR(start), end - start};
    return count + 1;
}

unsigned memory_map_ram(const struct memory_map *map, const struct boot_range *taken,
                        unsigned taken_count, uint64_t limit, struct boot_range *range,
                        unsigned max) {
    unsigned count = 0;
    uint64_t start = 0; /* since where all has been RAM */
    bool ram = false;
    for (uint64_t at = 0; at < limit;) {
        struct stretch s = stretch_at(map, taken, taken_count, at, limit);
        bool now = s.ram && !s.taken;
        if (now && !ram)
            start = at;
        if (ram && !now)
            count = keep_pages(start, at, range, max, count);
        ram = now;
        at = s.next;
    }
    return ram ? keep_pages(start, limit, range, max, count) : count;
}
