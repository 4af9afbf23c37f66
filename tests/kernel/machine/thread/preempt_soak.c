/* SPDX-License-Identifier: MIT */
/* preempt_soak.c -- many threads under a timer that comes at random. tests/kernel/soak runs it for
 * longer. */
#include "each_instruction.h"
#include "threads.h"

#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/memory/frame.h"
#include "machine/thread/preempt.h"

#ifndef SOAK_TICKS
#define SOAK_TICKS 3000
#endif
#define SOAK_THREADS 16

static struct thread *first, *soakers[SOAK_THREADS];
static uint64_t soak_ticks, soak_work[SOAK_THREADS];
static uint64_t seed;
static struct page_table table;
static paddr_t page;
#define REGION 0x200000ul

static uint64_t draw(uint64_t below) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (seed >> 33) % below;
}

static void soak_next(void) {
    struct thread *t = thread_current();
    check_current();
    if (++soak_ticks >= SOAK_TICKS || violation) {
        if (t != first)
            thread_switch(t, first);
        return;
    }
    timer_arm_ns(1 + draw(4000));
    struct thread *to = soakers[draw(SOAK_THREADS)];
    if (to != t)
        thread_switch(t, to);
    check_current();
}

static void soak_frame(uint64_t mark) {
    paddr_t frame;
    preempt_disable();
    int error = frame_alloc(&frame);
    preempt_enable();
    hold(!error, "there is a frame");
    volatile uint64_t *words = direct(frame);
    for (unsigned i = 0; i < 16; i++)
        words[i] = mark;
    for (unsigned i = 0; i < 16; i++)
        hold(words[i] == mark, "nobody else writes to the frame");
    preempt_disable();
    frame_free(frame);
    preempt_enable();
}

static void soak_map(vaddr_t at) {
    preempt_disable();
    int error = page_map(&table, at, page, PAGE_WRITE);
    preempt_enable();
    struct page_mapping m;
    hold(!error && !page_walk(&table, at, &m) && m.frame.at == page.at, "what was mapped is there");
    preempt_disable();
    error = page_unmap(&table, at, NULL);
    preempt_enable();
    hold(!error && page_walk(&table, at, &m), "what was unmapped is not");
}

static void soak_switch(struct thread *t, uint64_t number) {
    struct thread *to = soakers[number % SOAK_THREADS];
    cli();
    if (to != t)
        hold(switch_keeps(t, to, number), "a thread's registers are its own");
    sti();
}

static void soak(void *arg) {
    uint64_t me = (uint64_t)arg;
    struct thread *t = thread_current();
    sti();
    for (;;) {
        soak_frame(me);
        soak_map((1 + me) * REGION);
        soak_switch(t, soak_work[me] * 7 + me);
        soak_work[me]++;
    }
}

CHECK(preempt_soak, "preempt/many_threads_switch_allocate_and_map_under_a_fast_timer") {
    if (!timer_hz()) {
        check_skip(c, "the machine has no clock to calibrate the timer by");
        return;
    }
    first = thread_current();
    violation = NULL;
    soak_ticks = 0;
    for (uint64_t i = 0; i < SOAK_THREADS; i++) {
        CHECK_THAT(c, soakers[i] = thread_create(soak, (void *)i));
        soak_work[i] = 0;
    }
    size_t before = frame_unused();
    CHECK_THAT(c, !page_table_create(&table, 0) && !frame_alloc(&page));
    preempt_init(soak_next);
    timer_arm_ns(1000);
    thread_switch(first, soakers[0]);
    preempt_init(NULL);
    timer_stop();
    unsigned idle = 0;
    for (unsigned i = 0; i < SOAK_THREADS; i++) {
        idle += soak_work[i] == 0;
        thread_free(soakers[i]);
    }
    frame_free(page);
    page_table_destroy(&table);
    if (violation)
        check_fail(c, "after %lu interrupts: %s", soak_ticks, violation);
    CHECK_THAT(c, idle == 0);
    CHECK_THAT(c,
               before - frame_unused() <= SOAK_THREADS); /* of threads that were left in between */
}
