/* SPDX-License-Identifier: MIT */
/* each_instruction.c -- see each_instruction.h. */
#include "each_instruction.h"

#include "../../exact.h"

#include "machine/cpu/stack.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/thread/preempt.h"

extern char boot_stack_top[];

#define DELAY_MAX 3000 /* ns; what is looked at takes less */

static struct thread *intruder;
static struct thread *interrupted; /* whom the intruder gives the processor back to */
static unsigned taken;             /* times that the hook ran */
const char *violation;

void hold(bool holds, const char *what) {
    if (!holds && !violation)
        violation = what;
}

void check_current(void) {
    struct thread *t = thread_current();
    uint64_t here = (uint64_t)__builtin_frame_address(0);
    vaddr_t end = t == &boot_thread ? (vaddr_t)boot_stack_top : t->guard + PAGE_SIZE + STACK_SIZE;
    hold(here > t->guard + PAGE_SIZE && here < end, "the current thread runs on its own stack");
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

unsigned at_each_instruction(struct check *c, void (*begin)(void), void (*operation)(void),
                             void (*step)(void)) {
    unsigned delay = 0;
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return 0;
    }
    violation = NULL;
    intruder = thread_create(intrude, (void *)step);
    if (!intruder) {
        check_fail(c, "no memory for a thread");
        return 0;
    }
    preempt_init(to_intruder);
    do {
        taken = 0;
        if (begin)
            begin();
        timer_arm_ns(++delay);
        sti();
        operation();
        cli();
        unsigned in_time = taken;
        timer_stop();
        __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory"); /* what came meanwhile */
        taken = in_time;
        check_current();
    } while (taken && !violation && delay < DELAY_MAX);
    preempt_init(NULL);
    thread_free(intruder);
    if (violation || delay == DELAY_MAX)
        check_fail(c, "%u ns after the timer was armed: %s", delay,
                   violation ? violation : "no end");
    return violation ? 0 : delay;
}

void fill_pool(void) {
    thread_free(thread_create(intrude, NULL));
}
