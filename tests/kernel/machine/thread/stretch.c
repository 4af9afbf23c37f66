/* SPDX-License-Identifier: MIT */
/* stretch.c -- how long each operation of the machine keeps the processor, in instructions: those
 * that turn interrupts off or begin a region by themselves, and those that are called in a region
 * (preempt.h). Measured is the whole operation, in its longest case. docs/machine.md lists them. */
#include "../access.h"
#include "../../exact.h"

#include "machine/cpu/x86.h"
#include "machine/device/acpi.h"
#include "machine/interrupt/interrupt.h"
#include "machine/interrupt/work.h"
#include "machine/memory/code.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/memory/page_flush.h"
#include "machine/memory/page_range.h"
#include "machine/thread/fpu.h"
#include "machine/thread/thread.h"
#include "measure/bench.h"

/* begin() makes ready what run() works on, end() takes away what is left. */
static struct page_table table;
static paddr_t frame;
static struct thread *thread;
static struct code_pages code;
static struct msix messages;
static struct interrupt_handler handler;
static struct work works[32];
static void *memory;

#define AT 0x400000ul
enum {
    PAGES = PAGE_FLUSH_MAX,
    JUNK = PAGE_SIZE / 8
}; /* JUNK: instructions (tests/kernel/freed.c) */

static void nothing(void) {
}

static void never_runs(void *arg) {
    (void)arg;
}

static bool no_interrupt(void *arg) {
    (void)arg;
    return false;
}

static void take(void) {
    (void)frame_alloc(&frame);
}

static void give(void) {
    frame_free(frame);
}

static void take_zeroed(void) {
    (void)frame_alloc_zeroed(&frame);
}

static void pin_and_unpin(void) {
    (void)frame_pin(frame);
    frame_unpin(frame);
}

static void make_table(void) {
    (void)page_table_create(&table, 0);
}

static void end_table(void) {
    page_table_destroy(&table);
}

static void make_both(void) {
    make_table();
    take();
}

static void end_both(void) {
    page_unmap_range(&table, 0, USER_TOP, NULL, NULL);
    end_table();
    give();
}

static void map(void) {
    (void)page_map(&table, AT, frame, PAGE_WRITE);
}

static void unmap(void) {
    (void)page_unmap(&table, AT, NULL);
}

static void protect(void) {
    (void)page_protect(&table, AT, PAGE_READ);
}

static void make_mapped(void) {
    make_both();
    map();
}

static void make_range(void) {
    make_both();
    for (unsigned i = 0; i < PAGES; i++)
        (void)page_map(&table, AT + i * PAGE_SIZE, frame, PAGE_WRITE);
}

static void protect_range(void) {
    (void)page_protect_range(&table, AT, PAGES, PAGE_READ);
}

static void unmap_range(void) {
    (void)page_unmap_range(&table, AT, AT + PAGES * PAGE_SIZE, NULL, NULL);
}

static void heap_take_small(void) {
    memory = heap_alloc(16);
}

static void heap_give_small(void) {
    heap_free(memory, 16);
}

static void heap_take_half(void) {
    memory = heap_alloc(2048);
}

static void heap_give_half(void) {
    heap_free(memory, 2048);
}

static void code_take(void) {
    (void)code_alloc(&code, 64);
}

static void code_take_page(void) {
    (void)code_alloc(&code, PAGE_SIZE);
}

static void code_end(void) {
    code_seal(&code);
}

static void code_give(void) {
    code_free(&code);
}

static void code_make(void) {
    code_take();
    code_end();
}

static void thread_make(void) {
    thread = thread_create(never_runs, NULL);
}

static void thread_end(void) {
    thread_free(thread);
}

static void thread_pool(void) {
    thread_make();
    thread_end();
}

static void register_line(void) {
    struct interrupt_line line = {.gsi = acpi.io_apic[0].gsi + 10, .level = true};
    (void)interrupt_on_line(&handler, &line);
}

static void register_message(void) {
    static uint32_t words[4];
    messages = (struct msix){.table = words, .entries = 1};
    (void)interrupt_on_message(&handler, &messages, 0);
}

static void unregister(void) {
    interrupt_unregister(&handler);
}

static void mask_and_unmask(void) {
    interrupt_mask(&handler);
    interrupt_unmask(&handler);
}

static void post(void) {
    work_post(&works[31]);
}

static void post_all(void) {
    for (unsigned i = 0; i < 32; i++)
        work_post(&works[i]);
}

static void withdraw(void) {
    work_withdraw(&works[31]);
}

static void work_end(void) {
    work_do();
}

static void map_device(void) {
    static uint64_t next = 0x6f00000000;
    (void)page_map_device(PADDR(next += 2 * PAGE_SIZE), 1);
}

static void set_fs(void) {
    (void)fpu_set_fs(thread, 0x1000);
}

static const struct {
    const char *name;
    unsigned longest, frees; /* frees: frames that it gives back, which test images fill */
    void (*begin)(void), (*run)(void), (*end)(void);
} operations[] = {
    {"frame_alloc", 50, 0, nothing, take, give},
    {"frame_alloc_zeroed", 600, 0, nothing, take_zeroed, give},
    {"frame_free", 100, 1, take, give, nothing},
    {"frame_pin, frame_unpin", 100, 0, take, pin_and_unpin, give},
    {"page_table_create", 950, 0, nothing, make_table, end_table},
    {"page_table_destroy", 1750, 1, make_table, end_table, nothing},
    {"page_map, three tables made", 2000, 0, make_both, map, end_both},
    {"page_unmap", 250, 0, make_mapped, unmap, end_both},
    {"page_protect", 250, 0, make_mapped, protect, end_both},
    {"page_protect_range, 32 pages", 1900, 0, make_range, protect_range, end_both},
    {"page_unmap_range, 32 pages", 1700, 0, make_range, unmap_range, end_both},
    {"heap_alloc, 16 bytes", 1700, 0, nothing, heap_take_small, heap_give_small},
    {"heap_alloc, half a page", 500, 0, nothing, heap_take_half, heap_give_half},
    {"heap_free", 100, 0, heap_take_half, heap_give_half, nothing},
    {"code_alloc, a piece", 10000, 0, nothing, code_take, code_give},
    {"code_alloc, a page", 3500, 0, nothing, code_take_page, code_give},
    {"code_seal, a piece", 1050, 0, code_take, code_end, code_give},
    {"code_seal, a page", 2200, 0, code_take_page, code_end, code_give},
    {"code_free, a piece", 1600, 1, code_make, code_give, nothing},
    {"thread_create, from the pool", 250, 0, thread_pool, thread_make, thread_end},
    {"thread_free", 50, 0, thread_make, thread_end, nothing},
    {"fpu_set_fs", 60, 0, thread_make, set_fs, thread_end},
    {"interrupt_on_line", 1500, 0, nothing, register_line, unregister},
    {"interrupt_on_message", 1200, 0, nothing, register_message, unregister},
    {"interrupt_unregister", 150, 0, register_line, unregister, nothing},
    {"interrupt_mask, interrupt_unmask", 200, 0, register_line, mask_and_unmask, unregister},
    {"work_post", 50, 0, nothing, post, work_end},
    {"work_withdraw, of 32", 250, 0, post_all, withdraw, work_end},
    {"page_map_device", 1000, 0, nothing, map_device, nothing},
};

CHECK(stretch, "preempt/no_operation_keeps_the_processor_longer_than_is_said") {
    if (!clock_is_exact() || !acpi.io_apics) {
        check_skip(c, "no clock counts instructions here, or there is no I/O APIC");
        return;
    }
    handler.fn = no_interrupt;
    for (unsigned i = 0; i < 32; i++)
        works[i].fn = never_runs;
    for (unsigned i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        operations[i].begin();
        uint64_t took = rdtsc();
        operations[i].run();
        took = rdtsc() - took;
        operations[i].end();
        unsigned longest = operations[i].longest + operations[i].frees * JUNK;
        if (took > longest)
            check_fail(c, "%s: %lu instructions", operations[i].name, took);
    }
}
