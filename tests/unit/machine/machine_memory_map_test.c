/* SPDX-License-Identifier: MIT */
/* machine_memory_map_test.c -- the RAM of a loader's memory map, whatever the map is like: named
 * cases, and random maps held against a twin that asks of each piece of each page. */
#include "machine/memory/memory_map.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

enum { RAM = 1, RESERVED = 2, ACPI = 3, ENTRY_LEN = 24, ENTRIES = 40, RANGES = 64 };

static uint8_t bytes[ENTRIES * (ENTRY_LEN + 8)];
static struct memory_map map;
static struct boot_range range[RANGES];

static void begin(uint32_t entry_len) {
    map = (struct memory_map){.entries = bytes, .entry_len = entry_len};
}

static void add(uint64_t start, uint64_t len, uint32_t type) {
    uint8_t *p = bytes + map.count++ * map.entry_len;
    memset(p, 0x55, map.entry_len); /* what stands behind the type says nothing */
    memcpy(p, &start, 8);
    memcpy(p + 8, &len, 8);
    memcpy(p + 16, &type, 4);
}

static unsigned ram(uint64_t limit) {
    memset(range, 0xee, sizeof range);
    return memory_map_ram(&map, NULL, 0, limit, range, RANGES);
}

static void assert_range(unsigned i, uint64_t start, uint64_t end) {
    assert_int_equal(range[i].start.at, start);
    assert_int_equal(range[i].start.at + range[i].len_bytes, end);
}

static void ranges_are_merged_sorted_and_cut_to_pages(void **state) {
    (void)state;
    begin(ENTRY_LEN);
    add(0x800000, 0x100000, RAM);
    add(0x100800, 0x200000, RAM); /* its ends lie in pages */
    add(0x300800, 0x100, RAM);    /* touches it */
    add(0x180000, 0x1000, RAM);   /* lies in it */
    add(0x280000, 0x90000, RAM);  /* overlaps its end */
    add(0x400000, 0xfff, RAM);    /* less than a page */
    add(0x500000, 0, RAM);
    assert_int_equal(ram(1ul << 40), 2);
    assert_range(0, 0x101000, 0x310000);
    assert_range(1, 0x800000, 0x900000);
}

static void what_any_entry_calls_something_else_is_no_ram(void **state) {
    (void)state;
    for (int round = 0; round < 2; round++) { /* whichever comes first */
        begin(ENTRY_LEN + 8);
        if (round)
            add(0x200000, 0x400000, RAM);
        add(0x300000, 0x10, RESERVED); /* a few bytes cost a page */
        add(0x380fff, 2, ACPI);        /* or two */
        add(0x5ff000, 0x100000, 77);
        add(0x000000, 0x200800, RESERVED);
        if (!round)
            add(0x200000, 0x400000, RAM);
        add(0x200000, 0x400000, RAM); /* and however often it is said */
        assert_int_equal(ram(1ul << 40), 3);
        assert_range(0, 0x201000, 0x300000);
        assert_range(1, 0x301000, 0x380000);
        assert_range(2, 0x382000, 0x5ff000);
    }
}

static void a_map_may_run_past_every_end(void **state) {
    (void)state;
    begin(ENTRY_LEN);
    add(0x100000000, -1ul, RAM);
    add(-0x1000ul, 0x2000, RESERVED); /* does not come out at 0 again */
    add(0x1000, 0x1000, RAM);
    add(1ul << 40, 1ul << 40, RAM);
    assert_int_equal(ram(1ul << 40), 2);
    assert_range(0, 0x1000, 0x2000);
    assert_range(1, 0x100000000, 1ul << 40);
    add(0, -1ul, RESERVED);
    assert_int_equal(ram(1ul << 40), 0);
    begin(ENTRY_LEN);
    add(0, -1ul, RAM);
    assert_int_equal(ram(-0x1000ul), 1);
    assert_range(0, 0, -0x1000ul);
    begin(ENTRY_LEN);
    assert_int_equal(ram(1ul << 40), 0);
}

static void taken_ranges_are_left_out(void **state) {
    static const struct boot_range taken[] = {{PADDR(0), 0x100000}, {PADDR(0x200000), 0x50001}};
    (void)state;
    begin(ENTRY_LEN);
    add(0, 0x1000000, RAM);
    assert_int_equal(memory_map_ram(&map, taken, 2, 1ul << 40, range, RANGES), 2);
    assert_range(0, 0x100000, 0x200000);
    assert_range(1, 0x251000, 0x1000000);
}

static void more_ranges_than_there_is_room_for_are_counted(void **state) {
    (void)state;
    begin(ENTRY_LEN);
    for (unsigned i = 20; i-- > 0;)
        add(0x100000 + i * 0x4000, 0x2000, RAM);
    memset(range, 0xee, sizeof range);
    assert_int_equal(memory_map_ram(&map, NULL, 0, 1ul << 40, range, 3), 20);
    assert_range(2, 0x108000, 0x10a000); /* the lowest are there */
    for (size_t i = 0; i < sizeof range[3]; i++)
        assert_int_equal(((uint8_t *)&range[3])[i], 0xee);
}

/* ---- random maps ---- */

/* Every border lies at a multiple of GRAIN, so a piece of that length is one kind of memory. */
enum { PAGES = 24, MAPS = 10000, GRAIN = 256 };

static uint64_t seed;

static uint64_t draw(uint64_t below) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

/* An address on a page's border more often than not. */
static uint64_t draw_address(void) {
    uint64_t at = draw(PAGES + 4) * PAGE_SIZE;
    return draw(3) ? at : at + draw(PAGE_SIZE / GRAIN) * GRAIN;
}

static bool in_entry(uint32_t i, uint64_t at, uint32_t *type) {
    uint64_t start, len;
    memcpy(&start, bytes + i * map.entry_len, 8);
    memcpy(&len, bytes + i * map.entry_len + 8, 8);
    memcpy(type, bytes + i * map.entry_len + 16, 4);
    return at >= start && at - start < len;
}

/* The twin: is each piece of this page RAM, and none of it anything else? */
static bool page_is_ram(uint64_t page, const struct boot_range *taken, unsigned taken_count,
                        uint64_t limit) {
    for (uint64_t at = page; at < page + PAGE_SIZE; at += GRAIN) {
        bool is_ram = false;
        uint32_t type;
        if (at >= limit)
            return false;
        for (uint32_t i = 0; i < map.count; i++) {
            if (!in_entry(i, at, &type))
                continue;
            if (type != RAM)
                return false;
            is_ram = true;
        }
        for (unsigned i = 0; i < taken_count; i++)
            if (at >= taken[i].start.at && at - taken[i].start.at < taken[i].len_bytes)
                return false;
        if (!is_ram)
            return false;
    }
    return true;
}

static unsigned ranges_with(unsigned count, uint64_t page) {
    unsigned n = 0;
    for (unsigned i = 0; i < count; i++)
        n += page >= range[i].start.at && page - range[i].start.at < range[i].len_bytes;
    return n;
}

static void a_random_map(uint64_t number) {
    seed = number * 0x9e3779b97f4a7c15u + 1;
    begin(draw(2) ? ENTRY_LEN : ENTRY_LEN + 8);
    for (uint64_t n = draw(10); n; n--)
        add(draw_address(), draw(8) ? draw_address() : -1ul, draw(4) ? RAM : (uint32_t)draw(6));
    struct boot_range taken[2] = {{PADDR(draw_address()), draw(3) ? 0 : draw_address()},
                                  {PADDR(draw_address()), draw(5 * PAGE_SIZE)}};
    unsigned taken_count = (unsigned)draw(3);
    uint64_t limit = (PAGES - draw(8)) * PAGE_SIZE;
    unsigned count = memory_map_ram(&map, taken, taken_count, limit, range, RANGES);
    for (unsigned i = 0; i < count; i++) {
        assert_true(range[i].len_bytes > 0);
        assert_int_equal(range[i].start.at % PAGE_SIZE, 0);
        assert_int_equal(range[i].len_bytes % PAGE_SIZE, 0);
        assert_true(i == 0 || range[i - 1].start.at + range[i - 1].len_bytes < range[i].start.at);
        assert_true(range[i].start.at + range[i].len_bytes <= limit);
    }
    for (uint64_t page = 0; page < PAGES * PAGE_SIZE; page += PAGE_SIZE)
        if (ranges_with(count, page) != page_is_ram(page, taken, taken_count, limit))
            fail_msg("map %lu: page %#lx is in %u ranges", number, page, ranges_with(count, page));
}

static void random_maps_agree_with_a_look_at_each_piece(void **state) {
    (void)state;
    for (uint64_t number = 0; number < MAPS; number++)
        a_random_map(number);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_merged_sorted_and_cut_to_pages),
        cmocka_unit_test(what_any_entry_calls_something_else_is_no_ram),
        cmocka_unit_test(a_map_may_run_past_every_end),
        cmocka_unit_test(taken_ranges_are_left_out),
        cmocka_unit_test(more_ranges_than_there_is_room_for_are_counted),
        cmocka_unit_test(random_maps_agree_with_a_look_at_each_piece),
    };
    return cmocka_run_group_tests_name("machine/memory_map", tests, NULL, NULL);
}
