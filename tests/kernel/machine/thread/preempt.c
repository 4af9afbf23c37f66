/* SPDX-License-Identifier: MIT */
/* preempt.c -- regions in which a thread keeps the processor, and user programs that never give it
 * up. */
#include "../access.h"
#include "each_instruction.h"

#include "machine/cpu/x86.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/interrupt/interrupt.h"
#include "machine/thread/preempt.h"
#include "machine/trap/catch.h"
#include "machine/user/user.h"

/* Regions nest, and what was due in one happens at the end of the outermost. */
static unsigned hooks;

static void count_hook(void) {
    hooks++;
}

static bool lacks_timer(struct check *c) {
    if (!timer_hz())
        check_skip(c, "the machine has no clock to calibrate the timer by");
    return !timer_hz();
}

/* The timer's interrupt has come in a region, which has not ended yet; interrupts are off. */
static void begin_due_region(void) {
    preempt_disable();
    sti();
    timer_arm_ns(1000);
    while (!*(volatile bool *)&thread_current()->preempt_due)
        pause();
    cli();
}

CHECK(preempt_nests, "preempt/regions_nest_and_what_was_due_comes_at_their_end") {
    if (lacks_timer(c))
        return;
    hooks = 0;
    preempt_init(count_hook);
    preempt_disable();
    begin_due_region();
    sti();
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

static void listen(void) {
    sti();
    for (unsigned i = 0; i < 100; i++)
        pause();
    cli();
}

CHECK(preempt_off, "preempt/a_region_that_ends_without_interrupts_gives_nobody_the_processor") {
    if (lacks_timer(c))
        return;
    hooks = 0;
    preempt_init(count_hook);
    begin_due_region();
    preempt_enable();
    unsigned within = hooks;
    listen();
    preempt_init(NULL);
    CHECK_THAT(c, within == 0 && hooks == 1);
}

/* A device's handler with a region in it, as an allocation has. */
enum { IN_SERVICE = 0x100, MESSAGE_WORDS = 4, MESSAGE_DATA = 2 };
static uint32_t message[MESSAGE_WORDS];
static unsigned handled;

static bool handle_in_region(void *arg) {
    (void)arg;
    preempt_disable();
    handled++;
    preempt_enable();
    return true;
}

static void look_at_service(void) {
    unsigned vector = message[MESSAGE_DATA];
    hooks++;
    hold(!(apic_read(IN_SERVICE + vector / 32 * 16) >> vector % 32 & 1),
         "the device's interrupt was ended before another thread may run");
}

CHECK(preempt_handler, "preempt/a_region_in_a_devices_handler_gives_nobody_the_processor") {
    struct msix messages = {.table = message, .entries = 1};
    struct interrupt_handler h = {.fn = handle_in_region};
    if (lacks_timer(c))
        return;
    CHECK_THAT(c, interrupt_on_message(&h, &messages, 0) == 0);
    hooks = handled = 0;
    violation = NULL;
    preempt_init(look_at_service);
    begin_due_region();
    thread_current()->unpreemptible--; /* preempt_enable(), but before it asks the device does */
    apic_send(0, APIC_SEND_SELF | message[MESSAGE_DATA]);
    listen();
    preempt_late();
    preempt_init(NULL);
    interrupt_unregister(&h);
    if (violation)
        check_fail(c, "%s", violation);
    CHECK_THAT(c, handled == 1 && hooks == 1);
}

static void trap_in_region(void *arg) {
    (void)arg;
    preempt_disable();
    __asm__ volatile("ud2");
}

CHECK(preempt_caught, "preempt/a_trap_that_is_caught_ends_the_regions_that_began_within") {
    struct trap_frame f;
    preempt_disable();
    bool trapped = trap_catch(&f, trap_in_region, NULL);
    unsigned left = thread_current()->unpreemptible;
    preempt_enable();
    CHECK_THAT(c, trapped && left == 1 && !thread_current()->unpreemptible);
}

/* A hook that does wrong: the catch of the interrupted thread is not there for it, its own is, and
 * the thread has its catch again when it goes on. */
static bool hook_is_caught, hook_catches;
static struct thread *catching, *other;

static void trap(void *unused) {
    (void)unused;
    __asm__ volatile("ud2");
}

static void wrong_hook(void) {
    struct trap_frame f;
    if (thread_current() != catching)
        return;
    hook_is_caught |= trap_is_caught();
    hook_catches = trap_catch(&f, trap, NULL) && f.vector == TRAP_INVALID && !trap_is_caught();
    thread_switch(catching, other);
    hooks++;
}

static void go_back(void *unused) {
    (void)unused;
    for (;;)
        thread_switch(other, catching);
}

static void be_interrupted(void *in_region) {
    sti();
    if (*(bool *)in_region)
        preempt_disable();
    timer_arm_ns(1000);
    for (unsigned before = hooks; hooks == before;) {
        pause();
        if (*(bool *)in_region && thread_current()->preempt_due) {
            preempt_enable();
            break;
        }
    }
    cli();
    __asm__ volatile("ud2");
}

CHECK(preempt_hooks_trap,
      "preempt/a_trap_in_the_hook_is_not_the_interrupted_threads_to_catch_its_own_still_is") {
    if (lacks_timer(c))
        return;
    catching = thread_current();
    CHECK_THAT(c, other = thread_create(go_back, NULL));
    for (unsigned in_region = 0; in_region < 2; in_region++) {
        struct trap_frame f = {0};
        bool region = in_region;
        hooks = 0;
        hook_is_caught = hook_catches = false;
        preempt_init(wrong_hook);
        bool caught = trap_catch(&f, be_interrupted, &region);
        preempt_init(NULL);
        if (!caught || f.vector != TRAP_INVALID || hooks != 1)
            check_fail(c, "in a region: %u: the thread caught %lu", in_region, f.vector);
        if (hook_is_caught || !hook_catches)
            check_fail(c, "in a region: %u: the hook's trap was not its own", in_region);
    }
    thread_free(other);
}

static void be_due_and_trap(void *arg) {
    (void)arg;
    begin_due_region();
    __asm__ volatile("ud2");
}

CHECK(preempt_caught_due, "preempt/what_was_due_in_a_region_that_a_trap_ends_happens_then") {
    struct trap_frame f;
    if (lacks_timer(c))
        return;
    hooks = 0;
    preempt_init(count_hook);
    preempt_disable();
    sti();
    trap_catch(&f, be_due_and_trap, NULL);
    unsigned within = hooks;
    preempt_enable();
    unsigned behind = hooks;
    trap_catch(&f, be_due_and_trap, NULL); /* no region is around it */
    cli();
    unsigned at_once = hooks;
    trap_catch(&f, be_due_and_trap, NULL);
    unsigned off = hooks;
    listen();
    preempt_init(NULL);
    CHECK_THAT(c, within == 0 && behind == 1 && at_once == 2 && off == 2 && hooks == 3);
}

static void raise_timer(void *arg) {
    (void)arg;
    __asm__ volatile("int %0" : : "i"(TRAP_TIMER) : "memory");
}

CHECK(preempt_nobody, "preempt/without_a_hook_the_timers_interrupt_is_nobodys") {
    struct trap_frame f;
    hooks = 0;
    preempt_init(count_hook);
    thread_current()->preempt_due = true;
    preempt_init(NULL);
    preempt_disable();
    sti();
    preempt_enable();
    cli();
    CHECK_THAT(c, !thread_current()->preempt_due && hooks == 0);
    CHECK_THAT(c, trap_catch(&f, raise_timer, NULL) && f.vector == TRAP_TIMER);
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

static void spin_first(void *count) {
    *(uint64_t *)count = spin();
    hold(trap_is_caught(), "who leaves user code by the hook has its catch again");
}

static void spin_second(void *count) {
    *(uint64_t *)count = spin();
    thread_switch(users[1], users[0]);
}

CHECK(preempt_user, "preempt/two_users_that_never_stop_share_the_processor") {
    static const uint8_t forever[] = {0x48, 0xff, 0xc0, 0xeb, 0xfb}; /* 1: inc %rax; jmp 1b */
    uint64_t counts[2] = {0};
    struct trap_frame f;
    if (lacks_timer(c))
        return;
    CHECK_THAT(c, space_open(&space));
    for (unsigned i = 0; i < sizeof forever; i++)
        space.code[i] = (char)forever[i];
    users[0] = thread_current();
    users[1] = thread_create(spin_second, &counts[1]);
    CHECK_THAT(c, users[1]);
    rounds = 0;
    violation = NULL;
    preempt_init(next_user);
    timer_arm_ns(500);
    trap_catch(&f, spin_first, &counts[0]);
    if (!counts[1])
        thread_switch(users[0], users[1]); /* in its hook, and ends */
    timer_stop();
    preempt_init(NULL);
    space_close(&space);
    thread_free(users[1]);
    if (violation)
        check_fail(c, "%s", violation);
    CHECK_THAT(c, counts[0] > ROUNDS && counts[1] > ROUNDS);
}

static void run_in_region(void *arg) {
    (void)arg;
    preempt_disable();
    timer_arm_ns(500);
    spin();
}

CHECK(preempt_region_user, "preempt/a_region_that_is_open_in_user_mode_is_a_panic") {
    static const uint8_t forever[] = {0xeb, 0xfe}; /* 1: jmp 1b */
    struct trap_frame f;
    if (lacks_timer(c))
        return;
    CHECK_THAT(c, space_open(&space));
    for (unsigned i = 0; i < sizeof forever; i++)
        space.code[i] = (char)forever[i];
    preempt_init(count_hook);
    bool trapped = trap_catch(&f, run_in_region, NULL);
    preempt_init(NULL);
    space_close(&space);
    CHECK_THAT(c, trapped && f.vector == TRAP_PANIC);
}
