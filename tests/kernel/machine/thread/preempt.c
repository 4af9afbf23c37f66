/* SPDX-License-Identifier: MIT */
/* preempt.c -- the timer at every instruction of what must not be seen half done: it is armed for
 * one instruction later each time, until it would come when all is over. Whom it interrupts must go
 * on as if nothing had been. An instruction is a nanosecond under icount; by other clocks these
 * checks are skipped.
 *
 * The last check is a soak: many threads under a timer that comes at random. tests/kernel/soak runs
 * it for longer. */
#include "../access.h"
#include "../exact.h"
#include "threads.h"

#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/memory/frame.h"
#include "machine/thread/preempt.h"
#include "machine/user/user.h"
#include "measure/bench.h"

#define DELAY_MAX 3000 /* ns; what is looked at takes less */

static struct thread *first, *intruder;
static struct thread *interrupted; /* whom the intruder gives the processor back to */
static unsigned taken;             /* times that the hook ran */
static const char *broken;         /* the first invariant that did not hold */

static void hold(bool holds, const char *what) {
    if (!holds && !broken)
        broken = what;
}

static void check_current(void) {
    struct thread *t = thread_current();
    uint64_t here = (uint64_t)__builtin_frame_address(0);
    hold(here > t->guard && here < t->guard + 0x10000, "the current thread runs on its own stack");
    hold(cpu_this()->tss.rsp[0] == t->top,
         "entries from user mode go to the current thread's stack");
}

static void to_intruder(void) {
    taken++;
    check_current();
    interrupted = thread_current();
    thread_switch(interrupted, intruder);
    check_current();
}

static void intrude(void *step) {
    for (;;) {
        check_current();
        ((void (*)(void))step)();
        thread_switch(intruder, interrupted);
    }
}

/* Runs operation() with the timer armed for 1 ns, 2 ns, ... and the intruder's step() when it
 * comes, until it does not come any more. Gives how many delays that were, 0 if something was not
 * right. */
static unsigned at_each_instruction(struct check *c, void (*operation)(void), void (*step)(void)) {
    unsigned delay = 0;
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return 0;
    }
    first = thread_current();
    broken = NULL;
    intruder = thread_create(intrude, (void *)step);
    if (!intruder) {
        check_fail(c, "no memory for a thread");
        return 0;
    }
    preempt_init(to_intruder);
    do {
        taken = 0;
        timer_arm_ns(++delay);
        sti();
        operation();
        cli();
        unsigned in_time = taken;
        timer_stop();
        __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory"); /* what came meanwhile */
        taken = in_time;
        check_current();
    } while (taken && !broken && delay < DELAY_MAX);
    preempt_init(NULL);
    thread_free(intruder);
    if (broken || delay == DELAY_MAX)
        check_fail(c, "%u ns after the timer was armed: %s", delay, broken ? broken : "no end");
    return broken ? 0 : delay;
}

static void nothing(void) {
}

/* A switch to a second thread and back. */
static struct thread *second;
static unsigned turns;

static void second_turns(void *arg) {
    (void)arg;
    for (;;) {
        turns++;
        hold(switch_keeps(second, first, 0x2222222222220000), "the second thread's registers");
        sti(); /* as who switches of its own will would have them */
        pause();
        cli();
    }
}

static void switch_there_and_back(void) {
    unsigned before = turns;
    cli();
    bool kept = switch_keeps(first, second, 0x1111111111110000);
    sti();
    hold(kept, "the first thread's registers");
    hold(turns == before + 1, "one switch, one turn");
}

CHECK(preempt_switch, "preempt/at_each_instruction_of_a_switch_both_threads_go_on_unharmed") {
    second = thread_create(second_turns, NULL);
    CHECK_THAT(c, second);
    unsigned delays = at_each_instruction(c, switch_there_and_back, nothing);
    CHECK_THAT(c, delays == 0 || delays > 60); /* instructions of two switches */
    thread_free(second);
}

/* Frames: none is given out twice, none is lost. The intruder keeps what it was given until it
 * comes again. */
static paddr_t kept;

static void take_a_frame(void) {
    paddr_t frame;
    preempt_disable();
    int error = frame_alloc(&frame);
    preempt_enable();
    hold(!error && frame.at != kept.at, "no frame is given out twice");
    preempt_disable();
    frame_free(frame);
    preempt_enable();
}

static void keep_a_frame(void) {
    paddr_t before = kept;
    hold(!frame_alloc(&kept), "there is a frame");
    if (before.at)
        frame_free(before);
}

/* The stack of a thread that was given back is the intruder's: it will take no frame. */
static void fill_pool(void) {
    thread_free(thread_create(intrude, NULL));
}

CHECK(preempt_frame,
      "preempt/at_each_instruction_of_an_allocation_no_frame_is_lost_or_given_twice") {
    fill_pool();
    size_t before = frame_unused();
    unsigned delays = at_each_instruction(c, take_a_frame, keep_a_frame);
    if (kept.at)
        frame_free(kept);
    kept = PADDR(0);
    CHECK_THAT(c, frame_unused() == before);
    CHECK_THAT(c, c->skipped || delays > 40);
}

/* Page tables: each time two pages of a table that is not there yet. */
static struct page_table table;
static paddr_t page;
static vaddr_t region, another; /* the operation's page, the intruder's */
#define REGION 0x200000ul

static bool is_mapped(vaddr_t at) {
    struct page_mapping m;
    return !page_walk(&table, at, &m) && m.frame.at == page.at;
}

static void map_and_unmap(void) {
    region += REGION;
    preempt_disable();
    int error = page_map(&table, region, page, PAGE_WRITE);
    preempt_enable();
    hold(!error && is_mapped(region), "what was mapped is there");
    hold(!another || is_mapped(another), "what the intruder mapped is there");
    preempt_disable();
    error = page_unmap(&table, region, NULL);
    preempt_enable();
    hold(!error && !is_mapped(region), "what was unmapped is not");
}

static void map_another(void) {
    another = region + PAGE_SIZE;
    hold(!page_map(&table, another, page, PAGE_READ), "the other page can be mapped");
}

CHECK(preempt_page, "preempt/at_each_instruction_of_a_change_of_page_tables_they_are_whole") {
    fill_pool();
    size_t before = frame_unused();
    CHECK_THAT(c, !page_table_create(&table, 0) && !frame_alloc(&page));
    region = REGION;
    another = 0;
    unsigned delays = at_each_instruction(c, map_and_unmap, map_another);
    frame_free(page);
    page_table_destroy(&table);
    CHECK_THAT(c, frame_unused() == before);
    CHECK_THAT(c, c->skipped || delays > 100);
}

/* Regions nest, and what was due in one happens at the end of the outermost. */
static unsigned hooks;

static void count_hook(void) {
    hooks++;
}

CHECK(preempt_nests, "preempt/regions_nest_and_what_was_due_comes_at_their_end") {
    if (!timer_hz()) {
        check_skip(c, "the machine has no clock to calibrate the timer by");
        return;
    }
    hooks = 0;
    preempt_init(count_hook);
    preempt_disable();
    preempt_disable();
    sti();
    timer_arm_ns(1000);
    while (!*(volatile bool *)&thread_current()->preempt_due)
        pause();
    unsigned within = hooks;
    preempt_enable();
    unsigned between = hooks;
    preempt_enable();
    unsigned behind = hooks;
    preempt_disable();
    preempt_enable();
    cli();
    preempt_init(NULL);
    CHECK_THAT(c, within == 0 && between == 0 && behind == 1 && hooks == 1);
}

/* Two threads in user mode that never give up the processor by themselves. */
static struct space space;
static struct thread *users[2];
static unsigned rounds;
#define ROUNDS 50

static void next_user(void) {
    struct thread *t = thread_current();
    struct trap_frame *f = thread_frame(t);
    hold(trap_from_user(f), "the timer interrupts user mode");
    hold(f->rbx == (uint64_t)t && f->r15 == ~(uint64_t)t, "a user's registers are its own");
    if (++rounds < ROUNDS) {
        timer_arm_ns(500);
        thread_switch(t, t == users[0] ? users[1] : users[0]);
    }
    if (rounds >= ROUNDS) /* here, or while the other one ran */
        user_return(f->rax);
}

static uint64_t spin(void) {
    struct trap_frame f;
    user_frame_init(&f, SPACE_CODE, SPACE_STACK_TOP, true);
    f.rbx = (uint64_t)thread_current();
    f.r15 = ~f.rbx;
    uint64_t count = user_run(&f);
    cli();
    return count;
}

static void spin_second(void *count) {
    *(uint64_t *)count = spin();
    thread_switch(users[1], users[0]);
}

CHECK(preempt_user, "preempt/two_users_that_never_stop_share_the_processor") {
    static const uint8_t forever[] = {0x48, 0xff, 0xc0, 0xeb, 0xfb}; /* 1: inc %rax; jmp 1b */
    uint64_t counts[2] = {0};
    if (!timer_hz()) {
        check_skip(c, "the machine has no clock to calibrate the timer by");
        return;
    }
    CHECK_THAT(c, space_open(&space));
    for (unsigned i = 0; i < sizeof forever; i++)
        space.code[i] = (char)forever[i];
    users[0] = thread_current();
    users[1] = thread_create(spin_second, &counts[1]);
    CHECK_THAT(c, users[1]);
    rounds = 0;
    broken = NULL;
    preempt_init(next_user);
    timer_arm_ns(500);
    counts[0] = spin();
    if (!counts[1])
        thread_switch(users[0], users[1]); /* in its hook, and ends */
    timer_stop();
    preempt_init(NULL);
    space_close(&space);
    thread_free(users[1]);
    if (broken)
        check_fail(c, "%s", broken);
    CHECK_THAT(c, counts[0] > ROUNDS && counts[1] > ROUNDS);
}

/* The soak. */
#ifndef SOAK_TICKS
#define SOAK_TICKS 3000
#endif
#define SOAK_THREADS 16

static struct thread *soakers[SOAK_THREADS];
static uint64_t soak_ticks, soak_work[SOAK_THREADS];
static uint64_t seed;

static uint64_t draw(uint64_t below) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (seed >> 33) % below;
}

static void soak_next(void) {
    struct thread *t = thread_current();
    check_current();
    if (++soak_ticks >= SOAK_TICKS || broken) {
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
    hold(!error && is_mapped(at), "what was mapped is there");
    preempt_disable();
    error = page_unmap(&table, at, NULL);
    preempt_enable();
    hold(!error && !is_mapped(at), "what was unmapped is not");
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
    broken = NULL;
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
    if (broken)
        check_fail(c, "after %lu interrupts: %s", soak_ticks, broken);
    CHECK_THAT(c, idle == 0);
    CHECK_THAT(c,
               before - frame_unused() <= SOAK_THREADS); /* of threads that were left in between */
}
