/* SPDX-License-Identifier: MIT */
/* thread_exit.c -- threads that end by themselves: their stacks come back to the pool, and not
 * while anybody stands on them. */
#include "each_instruction.h"
#include "threads.h"

#include "lib/string.h"
#include "machine/cpu/stack.h"
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "machine/thread/fpu.h"
#include "machine/thread/preempt.h"
#include "machine/trap/catch.h"

static struct thread *first;
static unsigned ended;

static void end_at_once(void *unused) {
    (void)unused;
    ended++;
    thread_exit(first);
}

CHECK(thread_exit_pool, "thread/a_thread_that_ends_gives_its_stack_to_the_next") {
    struct thread *one = thread_create(end_at_once, NULL), *next;
    first = thread_current();
    ended = 0;
    CHECK_THAT(c, one);
    size_t unused = frame_unused();
    for (unsigned i = 1; i <= 1000; i++) {
        thread_switch(first, one);
        next = thread_create(end_at_once, NULL);
        if (ended != i || thread_current() != first || next != one) {
            check_fail(c, "time %u: %u ended", i, ended);
            return;
        }
    }
    thread_free(one);
    CHECK_THAT(c, frame_unused() == unused);
}

/* One that has never run goes on where a thread ends. */
static void start_there(void *there) {
    thread_exit(there);
}

CHECK(thread_exit_first, "thread/one_that_ends_may_begin_another_one") {
    first = thread_current();
    ended = 0;
    struct thread *other = thread_create(end_at_once, NULL);
    struct thread *one = thread_create(start_there, other);
    CHECK_THAT(c, other && one);
    thread_switch(first, one);
    CHECK_THAT(c, ended == 1 && thread_current() == first);
}

/* At each instruction of an end. A thread that comes in between takes what stack there is and
 * writes over all of it. */
static void end_with_interrupts(void *unused) {
    sti();
    end_at_once(unused);
}

static void begin_and_end(void) {
    struct thread *t = thread_create(end_with_interrupts, NULL);
    unsigned before = ended;
    hold(t, "there is a stack");
    cli();
    if (t)
        thread_switch(first, t);
    sti();
    hold(ended == before + 1 && thread_current() == first, "a thread ran, ended, and is left");
}

static void write_over_a_stack(void) {
    struct thread *t = thread_create(end_at_once, NULL);
    hold(t, "there is a stack");
    if (!t)
        return;
    memset((char *)t->guard + PAGE_SIZE, 0xee, t->rsp - t->guard - PAGE_SIZE);
    thread_free(t);
}

CHECK(thread_exit_anywhere, "preempt/at_each_instruction_of_a_threads_end_its_stack_is_its_own") {
    struct thread *pool[3];
    first = thread_current();
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, pool[i] = thread_create(end_at_once, NULL));
    for (unsigned i = 0; i < 3; i++)
        thread_free(pool[i]);
    size_t unused = frame_unused();
    unsigned delays = at_each_instruction(c, NULL, begin_and_end, write_over_a_stack);
    CHECK_THAT(c, frame_unused() == unused);
    CHECK_THAT(c, c->skipped || delays > 60);
}

/* What a thread ends with is nobody else's. */
static void end_with_registers(void *unused) {
    vector_write(0x2222222222222222);
    end_at_once(unused);
}

CHECK(thread_exit_fpu, "thread/who_goes_on_where_one_ends_finds_its_own_registers") {
    const uint64_t mine = 0x1111111111111111, base = 0x123000;
    uint64_t cr0 = read_cr0(), cr4 = read_cr4();
    struct thread *one = thread_create(end_with_registers, NULL);
    first = thread_current();
    CHECK_THAT(c, one && fpu_set_fs(one, base) == 0);
    fpu_init();
    fpu_give(first);
    fpu_give(one);
    vector_write(mine);
    thread_switch(first, one);
    uint64_t found = vector_read(), fs = read_msr(MSR_FS_BASE);
    struct thread *next = thread_create(end_at_once, NULL);
    bool clean = next == one && !next->leave && !next->enter && !next->fs_base;
    thread_free(next);
    fpu_take(first);
    write_cr4(cr4);
    write_cr0(cr0);
    CHECK_THAT(c, found == mine && fs == 0 && clean);
}

/* A thread whose stack is in use may not end. */
static void end_caught(void *unused) {
    (void)unused;
    thread_exit(first);
}

static void end_in_region(void *unused) {
    struct trap_frame f;
    bool *panicked = unused;
    preempt_disable();
    *panicked = trap_catch(&f, end_caught, NULL) && f.vector == TRAP_PANIC;
    preempt_enable();
    thread_exit(first);
}

CHECK(thread_exit_wanted, "thread/who_is_wanted_on_its_stack_cannot_end") {
    bool panicked = false;
    struct trap_frame f;
    first = thread_current();
    struct thread *one = thread_create(end_in_region, &panicked);
    CHECK_THAT(c, one);
    thread_switch(first, one);
    CHECK_THAT(c, panicked);
    CHECK_THAT(c, trap_catch(&f, end_caught, NULL) && f.vector == TRAP_PANIC); /* the first one */
}
