/* SPDX-License-Identifier: MIT */
/* floor.c -- what the hardware's own primitives cost in kernel mode, interrupts off, everything
 * warm. Most are in a batch: they are below the resolution of a clock that is not exact. Calls and
 * traps do nothing at their other end. trap/int, which crosses from ring 3, is in floor-user.c. */
#include "lib/string.h"
#include "machine/device/acpi.h"
#include "machine/device/apic.h"
#include "machine/cpu/cpu.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"
#include "machine/device/timer.h"
#include "machine/cpu/trap_frame.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "machine/thread/fpu.h"
#include "machine/thread/preempt.h"
#include "machine/thread/thread.h"
#include "measure/bench.h"

/* Makes the compiler forget what it knows of a value. */
#define FORGET(value) __asm__ volatile("" : "+r"(value))

static __attribute__((noinline)) void nothing(void) {
    __asm__ volatile("");
}

BENCH(call_direct, "call/direct") {
    bench_time(b, nothing());
}

BENCH(call_indirect, "call/indirect") {
    void (*call)(void) = nothing;
    FORGET(call);
    bench_time(b, call());
}

/* As a system call's table: a pointer is loaded from memory and called. */
BENCH(call_table, "call/table") {
    static void (*const volatile table[4])(void) = {nothing, nothing, nothing, nothing};
    unsigned long i = 2;
    FORGET(i);
    bench_time(b, table[i]());
}

/* Loads the same root again; all of the TLB but global entries goes. */
BENCH(mmu_cr3, "mmu/cr3") {
    uint64_t root = read_cr3();
    bench_time(b, write_cr3(root));
}

/* The same with the TLB kept. */
BENCH(mmu_cr3_pcid, "mmu/cr3_pcid") {
    const uint64_t keep = 1ul << 63;
    if (!cpu_features.pcid) {
        bench_skip(b, "the CPU has no PCID");
        return;
    }
    uint64_t cr4 = read_cr4();
    write_cr4(cr4 | CR4_PCIDE);
    uint64_t root = read_cr3() | keep;
    bench_time(b, write_cr3(root));
    write_cr3(root & ~keep);
    write_cr4(cr4);
}

static _Alignas(PAGE_SIZE) char page[PAGE_SIZE], other[PAGE_SIZE];

BENCH(mmu_invlpg, "mmu/invlpg") {
    uint64_t at = (uint64_t)page;
    bench_time(b, invlpg(at));
}

/* Eight bytes a move, as all systems here do. */
static inline __attribute__((always_inline)) void copy(void *to, const void *from, uint64_t bytes) {
    uint64_t words = bytes / 8;
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

BENCH(copy_64, "copy/64B") {
    bench_time(b, copy(page, other, 64));
}

BENCH(copy_4k, "copy/4KiB") {
    bench_data(page);
    bench_data(other);
    bench_time(b, copy(page, other, 4096));
    bench_no_data();
}

/* Nobody else has the line, the exchange succeeds. Clearing the register it compares with is part
 * of it. */
BENCH(atomic_cmpxchg, "atomic/cmpxchg") {
    static uint64_t word;
    uint64_t new = 0;
    bench_time(b, __asm__ volatile("xor %%eax, %%eax\n\tlock cmpxchg %1, %0"
                                   : "+m"(word)
                                   : "r"(new)
                                   : "rax", "cc", "memory"));
}

/* With no interrupt in service it changes nothing. By an MSR in x2APIC mode, by a device register
 * otherwise. */
BENCH(apic_end, "apic/eoi") {
    volatile uint32_t *registers = apic_registers;
    if (registers) {
        bench_time(b, registers[APIC_EOI / 4] = 0);
    } else {
        bench_time(b, write_msr(MSR_X2APIC + APIC_EOI / 16, 0));
    }
}

/* As many as a batch may have: a bracket of 1,000 cycles is long enough. */
#define FRAMES_MAX 4096
static paddr_t frames[FRAMES_MAX];

static void free_frames(paddr_t *end) {
    while (end > frames)
        frame_free(*--end);
}

BENCH(frame_allocate, "frame/allocate") {
    while (bench_next(b)) {
        paddr_t *next = frames;
        FORGET(next);
        bench_start(b);
        bench_batch (b) {
            (void)frame_alloc(next);
            next++;
        }
        bench_stop(b);
        free_frames(next);
    }
}

BENCH(frame_release, "frame/free") {
    while (bench_next(b)) {
        for (paddr_t *to = frames; to < frames + b->batch; to++)
            (void)frame_alloc(to);
        const paddr_t *next = frames;
        FORGET(next);
        bench_start(b);
        bench_batch (b) {
            frame_free(*next);
            next++;
        }
        bench_stop(b);
    }
}

/* The UART's scratch register, which does nothing. */
BENCH(io_port, "io/port") {
    bench_time(b, inb(0x3f8 + 7));
}

/* The I/O APIC's index register, which does nothing until it is written. */
BENCH(io_mmio, "io/mmio") {
    static volatile uint32_t *index;
    if (!acpi.io_apics) {
        bench_skip(b, "the machine has no I/O APIC");
        return;
    }
    if (!index)
        index = page_map_device(acpi.io_apic[0].at, PAGE_SIZE);
    bench_time(b, (void)*index);
}

/* The other thread: a bracket that was opened here is closed there, which is one way. */
struct there {
    struct bench *bench;
    struct thread *here;
};

static void close_there(void *arg) {
    const struct there *t = arg;
    struct thread *there = thread_current(), *here = t->here;
    struct bench *b = t->bench;
    bench_stop(b);
    for (;;) {
        thread_switch(there, here);
        bench_stop(b);
    }
}

static struct thread *begin_there(struct there *t) {
    struct thread *there = thread_create(close_there, t);
    if (!there)
        panic("no memory for a thread");
    return there;
}

/* From the call to the first instruction behind the other thread's call. */
BENCH(thread_switch, "thread/switch") {
    struct thread *here = thread_current();
    struct there t = {b, here};
    struct thread *there = begin_there(&t);
    while (bench_next(b)) {
        bench_start(b);
        thread_switch(here, there);
    }
    thread_free(there);
}

/* The same, and both threads have registers of the FPU (x87, SSE, AVX): one is saved,
 * one loaded. */
BENCH(thread_switch_fpu, "thread/switch_fpu") {
    struct thread *here = thread_current();
    struct there t = {b, here};
    struct thread *there = begin_there(&t);
    uint64_t cr0 = read_cr0(), cr4 = read_cr4();
    fpu_init();
    fpu_give(here);
    fpu_give(there);
    while (bench_next(b)) {
        bench_start(b);
        thread_switch(here, there);
    }
    fpu_take(here);
    write_cr4(cr4);
    write_cr0(cr0);
    thread_free(there);
}

/* The same, and the root of another address space is loaded before. */
BENCH(thread_switch_space, "thread/switch_space") {
    struct thread *here = thread_current();
    struct there t = {b, here};
    struct thread *there = begin_there(&t);
    struct page_table space;
    if (page_table_create(&space, 0))
        panic("no memory for an address space");
    while (bench_next(b)) {
        page_table_load(&page_table_kernel);
        bench_start(b);
        thread_switch_space(here, there, &space);
    }
    page_table_load(&page_table_kernel);
    page_table_destroy(&space);
    thread_free(there);
}

static void keep_running(void) {
}

/* Leaves the timer's interrupt waiting to be taken. False, and the row is skipped: no timer. */
static bool timer_waits(struct bench *b) {
    if (!timer_hz()) {
        bench_skip(b, "the machine has no clock to calibrate the timer by");
        return false;
    }
    timer_arm_ns(1);
    while (!apic_is_pending(TRAP_TIMER))
        pause();
    return true;
}

/* The interrupt that waits is taken behind the instruction after sti. */
static inline __attribute__((always_inline)) void take_interrupt(void) {
    __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory");
}

BENCH(interrupt_timer, "interrupt/timer") {
    preempt_init(keep_running);
    while (bench_next(b) && timer_waits(b)) {
        bench_start(b);
        take_interrupt();
        bench_stop(b);
    }
    preempt_init(NULL);
}

/* How long a thread keeps the processor once it is asked for it: the timer's interrupt comes as the
 * region begins, and the hook closes the bracket. */
static struct bench *delayed;

static void close_delay(void) {
    bench_stop(delayed);
}

static void take_there(void *here) {
    struct thread *there = thread_current();
    for (;;) {
        take_interrupt();
        thread_switch(there, here);
    }
}

static void in_switch(void) {
    struct thread *here = thread_current(), *there = thread_create(take_there, here);
    if (!there)
        panic("no memory for a thread");
    bench_start(delayed);
    thread_switch(here, there);
    thread_free(there);
}

static void begin_region(void) {
    preempt_disable();
    bench_start(delayed);
    sti(); /* the interrupt that waits is taken behind the next instruction */
}

static void end_region(void) {
    preempt_enable();
    cli();
}

static void in_allocate(void) {
    paddr_t frame;
    begin_region();
    int error = frame_alloc(&frame);
    end_region();
    if (error)
        panic("no memory for a frame");
    frame_free(frame);
}

static void in_free(void) {
    paddr_t frame;
    if (frame_alloc(&frame))
        panic("no memory for a frame");
    begin_region();
    frame_free(frame);
    end_region();
}

/* The first page of an address space: three tables are made on the way. */
static void in_map(void) {
    struct page_table t;
    if (page_table_create(&t, 0))
        panic("no memory for an address space");
    begin_region();
    int error = page_map(&t, PAGE_SIZE, t.root, PAGE_READ); /* any frame will do */
    end_region();
    if (error)
        panic("no memory for page tables");
    page_table_destroy(&t);
}

BENCH(preempt_delay, "preempt/delay/in:switch,allocate,free,map") {
    static const struct {
        const char *word;
        void (*region)(void);
    } all[] = {
        {"switch", in_switch}, {"allocate", in_allocate}, {"free", in_free}, {"map", in_map}};
    char word[16];
    unsigned i = 0;
    bench_word(b, "in", word, sizeof word);
    while (strcmp(all[i].word, word) != 0)
        i++;
    delayed = b;
    preempt_init(close_delay);
    while (bench_next(b) && timer_waits(b))
        all[i].region();
    preempt_init(NULL);
}
