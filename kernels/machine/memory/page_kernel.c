/* SPDX-License-Identifier: MIT */
/* page_kernel.c -- the kernel's half of every address space: the direct map, the window for device
 * registers, the image. All top-level entries that it will ever need are made at the start and
 * never change, so that all page tables may share them and each window can grow in the tables
 * below. */
#include "lib/error.h"
#include "machine/cpu/current.h"
#include "machine/cpu/stack.h"
#include "machine/cpu/x86.h"
#include "machine/image.h"
#include "machine/memory/frame.h"
#include "machine/memory/page_entry.h"
#include "machine/memory/page_flush.h"
#include "machine/report/panic.h"

#define LARGE_PAGE    0x200000ul
#define DEVICE_WINDOW 0x40000000ul /* bytes */

/* RAM is known at the start, and of what grows later each window lies in one top-level entry. */
#define ROOT_INDEX(at) ((at) >> 39 & 511)
_Static_assert(ROOT_INDEX(DEVICE_BASE) == ROOT_INDEX(STACKS_BASE + STACKS_WINDOW - 1),
               "devices' registers and stacks share the entry that page_init() makes");
_Static_assert(ROOT_INDEX(KERNEL_BASE) == ROOT_INDEX(CODE_BASE + CODE_WINDOW - 1),
               "code made at run time lies in the image's entry");

struct page_table page_table_kernel;
static vaddr_t device_next = DEVICE_BASE;

static uint64_t *entry(vaddr_t at, unsigned level) {
    uint64_t *e = page_entry_make(&page_table_kernel, at, level, ENTRY_WRITE);
    if (!e)
        panic("no memory for the kernel's page tables");
    return e;
}

static uint64_t global_bit(void) {
    return cpu_features.pge ? ENTRY_GLOBAL : 0;
}

/* Code and constants must not be writable through the direct map either. */
static bool is_constant(uint64_t physical_at) {
    return physical_at >= physical(image_start).at && physical_at < physical(data_start).at;
}

static void map_direct(uint64_t at, unsigned level) {
    uint64_t bits = ENTRY_PRESENT | ENTRY_NX | global_bit();
    bits |= level ? ENTRY_LARGE : 0;
    bits |= is_constant(at) ? 0 : ENTRY_WRITE;
    *entry(DIRECT_BASE + at, level) = at | bits;
}

/* By large pages; those that hold the image's constants by small ones. */
static void map_ram(uint64_t start, uint64_t end) {
    uint64_t constants = physical(image_start).at & -LARGE_PAGE;
    uint64_t constants_end = physical(data_start).at;
    for (uint64_t at = start & -LARGE_PAGE; at < end; at += LARGE_PAGE) {
        if (at < constants || at >= constants_end) {
            map_direct(at, 1);
            continue;
        }
        for (uint64_t small = at; small < at + LARGE_PAGE; small += PAGE_SIZE)
            map_direct(small, 0);
    }
}

static void map_image(const char *from, const char *to, uint64_t rights) {
    for (const char *p = from; p < to; p += PAGE_SIZE)
        *entry((vaddr_t)p, 0) = physical(p).at | ENTRY_PRESENT | rights | global_bit();
}

void page_guard(const void *page) {
    assert_that((const char *)page >= data_start && (const char *)page < image_end);
    *entry((vaddr_t)page, 0) = 0;
    invlpg((uint64_t)page);
}

void page_init(const struct boot_range *ram, unsigned count) {
    if (frame_alloc_zeroed(&page_table_kernel.root))
        panic("no memory for the kernel's page tables");

    map_ram(physical(image_start).at, physical(image_end).at);
    for (unsigned i = 0; i < count; i++)
        map_ram(ram[i].start.at, ram[i].start.at + ram[i].len_bytes);
    entry(DEVICE_BASE, ROOT_LEVEL - 1); /* nothing is there yet */
    map_image(image_start, text_start, ENTRY_NX);
    map_image(text_start, text_end, 0);
    map_image(text_end, data_start, ENTRY_NX);
    map_image(data_start, image_end, ENTRY_NX | ENTRY_WRITE);
    page_table_kernel.loads = page_table_kernel.root.at;
    page_table_load(&page_table_kernel);
    page_flush_init();

    page_guard((const void *)boot_thread.guard);
    for (unsigned cpu = 0; cpu < CPUS; cpu++)
        for (unsigned i = 0; i < IST_STACKS; i++)
            page_guard(ist_stacks[cpu][i].guard);
}

/* What was mapped in one go, of physical memory; the first so many are remembered, so that looking
 * for one is short. */
#define DEVICES_REMEMBERED 128
static struct device_range {
    uint64_t first, end;
    vaddr_t base;
} device_ranges[DEVICES_REMEMBERED];
static unsigned device_count;

/* Where the window shows the pages of [first, end) already, or 0. */
static vaddr_t find_device(uint64_t first, uint64_t end) {
    for (const struct device_range *r = device_ranges; r < device_ranges + device_count; r++)
        if (first >= r->first && end <= r->end)
            return r->base + (first - r->first);
    return 0;
}

volatile void *page_map_device(paddr_t at, size_t len) {
    uint64_t first = page_round_down(at.at), end = page_round_up(at.at + len);
    vaddr_t base = len ? find_device(first, end) : 0;
    if (base)
        return (volatile void *)(base + (at.at - first));
    base = device_next;
    if (len == 0 || end - first > DEVICE_BASE + DEVICE_WINDOW - device_next)
        panic("page_map_device: no room for %lu bytes at %#lx", len, at.at);
    for (uint64_t p = first; p < end; p += PAGE_SIZE, device_next += PAGE_SIZE)
        *entry(device_next, 0) =
            p | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_NX | ENTRY_UNCACHED | global_bit();
    if (device_count < DEVICES_REMEMBERED)
        device_ranges[device_count++] = (struct device_range){first, end, base};
    return (volatile void *)(base + (at.at - first));
}

int page_map_stack(vaddr_t at, paddr_t frame) {
    assert_that(at >= STACKS_BASE && at < STACKS_BASE + STACKS_WINDOW);
    uint64_t *e = page_entry_make(&page_table_kernel, at, 0, ENTRY_WRITE);
    if (!e)
        return -E_NO_MEMORY;
    assert_that(!(*e & ENTRY_PRESENT));
    *e = frame.at | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_NX | global_bit();
    return 0;
}

int page_split_direct(paddr_t frame) {
    vaddr_t at = DIRECT_BASE + frame.at;
    uint64_t *large = page_entry_make(&page_table_kernel, at, 1, ENTRY_WRITE);
    if (!(*large & ENTRY_LARGE))
        return 0;
    paddr_t table;
    if (frame_alloc(&table))
        return -E_NO_MEMORY;
    uint64_t small = *large & ~ENTRY_LARGE, *leaf = direct(table);
#pragma GCC unroll 8
    for (unsigned i = 0; i < 512; i++, small += PAGE_SIZE)
        leaf[i] = small;
    *large = table.at | ENTRY_PRESENT | ENTRY_WRITE;
    invlpg(at); /* of a large page: all of it */
    return 0;
}

/* The small page of the direct map that shows this frame. Null when there is no memory for that. */
static uint64_t *direct_leaf(paddr_t frame) {
    if (page_split_direct(frame))
        return NULL;
    return page_entry_make(&page_table_kernel, DIRECT_BASE + frame.at, 0, ENTRY_WRITE);
}

static void show_direct(uint64_t *leaf, paddr_t frame, bool writable) {
    *leaf = writable ? *leaf | ENTRY_WRITE : *leaf & ~ENTRY_WRITE;
    invlpg(DIRECT_BASE + frame.at);
}

int page_map_code(vaddr_t at, paddr_t frame, unsigned rights) {
    assert_that(at >= CODE_BASE && at < CODE_BASE + CODE_WINDOW);
    assert_that(!(rights & PAGE_WRITE) || !(rights & PAGE_EXECUTE));
    uint64_t *shown = direct_leaf(frame);
    uint64_t *e = page_entry_make(&page_table_kernel, at, 0, ENTRY_WRITE);
    if (!shown || !e)
        return -E_NO_MEMORY;
    show_direct(shown, frame, !(rights & PAGE_EXECUTE)); /* before it becomes executable */
    *e = frame.at | ENTRY_PRESENT | global_bit() | (rights & PAGE_WRITE ? ENTRY_WRITE : 0) |
         (rights & PAGE_EXECUTE ? 0 : ENTRY_NX);
    invlpg(at);
    return 0;
}

paddr_t page_unmap_code(vaddr_t at) {
    uint64_t *e = entry(at, 0);
    paddr_t frame = PADDR(*e & ENTRY_FRAME);
    assert_that(*e & ENTRY_PRESENT);
    *e = 0;
    invlpg(at);
    show_direct(direct_leaf(frame), frame, true); /* after it was executable */
    return frame;
}

bool page_is_direct(paddr_t at, size_t len) {
    struct page_mapping m;
    uint64_t end = at.at + len;
    for (uint64_t p = at.at; p < end; p = page_round_down(p) + PAGE_SIZE)
        if (p >= DEVICE_BASE - DIRECT_BASE || page_walk(&page_table_kernel, DIRECT_BASE + p, &m))
            return false;
    return end >= at.at;
}
