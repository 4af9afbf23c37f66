/* SPDX-License-Identifier: MIT */
/* strand.c -- strands, as a package of its own sees them, and the scheduler that they share. */
#include "spin/core/strand.h"

#include "../replace.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"
#include "spin/core/scheduler.h"

MODULE("TestPackage");

static char heard[64]; /* a letter for each event that the package was told */

static void hear(char letter) {
    size_t length = strlen(heard);
    if (length + 1 < sizeof heard)
        heard[length] = letter;
}

/* Capital letters tell of what is not the package's. */
static void hear_of(const struct strand *s, char letter) {
    hear(s->package == THIS_MODULE ? letter : (char)(letter - 'a' + 'A'));
}

static void checkpoint(struct strand *s) {
    hear_of(s, 'c');
}

static void resume(struct strand *s) {
    hear_of(s, 'r');
}

static void block(struct strand *s) {
    hear_of(s, 'b');
}

static void unblock(struct strand *s) {
    hear_of(s, 'u');
}

/* Blocks each time it runs. */
static void runs_and_blocks(void *runs) {
    for (;;) {
        ++*(volatile unsigned *)runs;
        strand_block(strand_current());
    }
}

static void ends(void *ran) {
    *(volatile unsigned *)ran = 1;
}

/* For a strand that runs_and_blocks(): it ends where it was left. */
static void end(struct strand *s) {
    strand_free(s);
}

/* As another module than Strand itself would. */
static int listen(void) {
    static struct change c;
    static const struct {
        const struct event *event;
        struct procedure handler;
        uint8_t place;
    } handlers[] = {
        {&event_strand_block, EVENT_HANDLER(strand_block, block), ORDER_FIRST},
        {&event_strand_unblock, EVENT_HANDLER(strand_unblock, unblock), ORDER_FIRST},
        {&event_strand_checkpoint, EVENT_HANDLER(strand_checkpoint, checkpoint), ORDER_ANYWHERE},
        {&event_strand_resume, EVENT_HANDLER(strand_resume, resume), ORDER_ANYWHERE},
    };
    module_add(THIS_MODULE);
    change_open(&c, THIS_MODULE, NULL);
    for (unsigned i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
        const struct handler_request request = {.handler = handlers[i].handler,
                                                .order.place = handlers[i].place};
        change_install(&c, handlers[i].event, &request, NULL);
    }
    return change_commit(&c);
}

static void listen_no_more(void) {
    restore_event(&event_strand_block);
    restore_event(&event_strand_unblock);
    restore_event(&event_strand_checkpoint);
    restore_event(&event_strand_resume);
}

CHECK(strand_events, "strand/its_package_is_told_when_it_has_the_processor_and_when_it_leaves") {
    struct strand s;
    unsigned runs = 0;
    memset(heard, 0, sizeof heard);
    CHECK_THAT(c, listen() == 0);
    int error = strand_create(&s, THIS_MODULE, PRIORITY_USUAL, runs_and_blocks, &runs);
    for (unsigned i = 0; i < 2 && !error; i++) {
        strand_unblock(&s);
        strand_unblock(&s); /* it can already */
        strand_yield();
    }
    end(&s);
    listen_no_more();
    CHECK_THAT(c, !error && runs == 2);
    if (strcmp(heard, "uurbcuurbc") != 0)
        check_fail(c, "heard %s", heard);
}

/* The kernel's own strand blocks, goes on, leaves and comes back meanwhile. */
CHECK(strand_foreign, "strand/a_package_hears_nothing_of_strands_of_others") {
    struct strand s;
    unsigned ran = 0;
    memset(heard, 0, sizeof heard);
    CHECK_THAT(c, listen() == 0);
    int error = strand_create(&s, strand_current()->package, PRIORITY_USUAL, ends, &ran);
    if (!error)
        strand_unblock(&s);
    strand_yield();
    listen_no_more();
    CHECK_THAT(c, !error && ran && s.sched.state == SCHED_ENDED);
    if (*heard)
        check_fail(c, "heard %s", heard);
}

static void turn_away(uint64_t *argument) {
    argument[0] = (uint64_t)strand_current();
}

CHECK(strand_filter, "strand/a_package_cannot_put_another_strand_in_the_place_of_its_own") {
    static struct change change;
    const struct handler_request request = {.handler = EVENT_FILTER(strand_unblock, turn_away),
                                            .flags = BINDING_FILTER};
    const struct procedure otherwise = EVENT_HANDLER(strand_unblock, unblock);
    module_add(THIS_MODULE);
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_strand_unblock, &request, NULL);
    CHECK_THAT(c, change_commit(&change) == -E_PERM);
    change_open(&change, THIS_MODULE, NULL);
    change_default_handler(&change, &event_strand_unblock, &otherwise);
    CHECK_THAT(c, change_commit(&change) == -E_PERM);
    change_open(&change, THIS_MODULE, NULL);
    change_withdraw_intrinsic(&change, &event_strand_unblock);
    CHECK_THAT(c, change_commit(&change) == -E_PERM);
    CHECK_THAT(c, event_is_intrinsic(&event_strand_unblock));
}

CHECK(strand_refused, "strand/one_of_no_module_or_no_priority_is_not_made") {
    struct strand s;
    struct module copy = this_module;
    module_add(THIS_MODULE);
    CHECK_THAT(c, strand_create(&s, &copy, 0, ends, NULL) == -E_INVALID);
    CHECK_THAT(c, strand_create(&s, THIS_MODULE, PRIORITIES, ends, NULL) == -E_INVALID);
}

CHECK(strand_end, "strand/a_thousand_that_end_leave_no_memory_behind") {
    struct strand s;
    unsigned ran = 0;
    module_add(THIS_MODULE);
    struct thread *stack = NULL;
    for (unsigned i = 0; i < 1000; i++) {
        ran = 0;
        CHECK_THAT(c, strand_create(&s, THIS_MODULE, PRIORITY_USUAL, ends, &ran) == 0);
        stack = stack ? stack : s.thread;
        CHECK_THAT(c, s.thread == stack); /* the one that the last gave back */
        strand_unblock(&s);
        strand_yield();
        CHECK_THAT(c, ran && s.sched.state == SCHED_ENDED);
        strand_unblock(&s); /* changes nothing any more */
        CHECK_THAT(c, s.sched.state == SCHED_ENDED);
    }
}

/* --- Who has the processor --- */

CHECK(strand_priority,
      "strand/who_outranks_the_current_one_has_the_processor_at_once_others_wait") {
    struct strand high, low;
    unsigned high_runs = 0, low_runs = 0;
    module_add(THIS_MODULE);
    if (!timer_hz()) {
        check_skip(c, "no clock");
        return;
    }
    CHECK_THAT(
        c, strand_create(&high, THIS_MODULE, PRIORITY_USUAL + 1, runs_and_blocks, &high_runs) == 0);
    CHECK_THAT(
        c, strand_create(&low, THIS_MODULE, PRIORITY_USUAL - 1, runs_and_blocks, &low_runs) == 0);
    strand_unblock(&low);
    strand_unblock(&high);
    unsigned early = high_runs; /* interrupts are off */
    sti();
    for (volatile unsigned i = 0; i < 100000 && !high_runs; i++)
        ;
    cli();
    unsigned at_once = high_runs;
    strand_yield(); /* to nobody of the same priority */
    unsigned before = low_runs;
    strand_block(&low);
    end(&high);
    end(&low);
    CHECK_THAT(c, early == 0 && at_once == 1 && high_runs == 1);
    CHECK_THAT(c, before == 0 && low.sched.state == SCHED_BLOCKED);
}

static volatile bool stop;

static void counts(void *counter) {
    while (!stop)
        ++*(volatile uint64_t *)counter;
}

/* Neither of the two ever blocks, nor does this one. */
CHECK(strand_turns, "strand/those_of_one_priority_take_turns_and_who_is_alone_has_no_timer") {
    struct strand s[2];
    uint64_t counter[2] = {0, 0};
    module_add(THIS_MODULE);
    if (!timer_hz()) {
        check_skip(c, "no clock");
        return;
    }
    stop = false;
    scheduler_quantum_ns = 100000;
    for (unsigned i = 0; i < 2; i++) {
        CHECK_THAT(c, strand_create(&s[i], THIS_MODULE, PRIORITY_USUAL, counts, &counter[i]) == 0);
        strand_unblock(&s[i]);
    }
    sti();
    unsigned turns = 0;
    for (uint64_t seen = counter[1]; turns < 5; seen = *(volatile uint64_t *)&counter[1])
        turns += seen != *(volatile uint64_t *)&counter[1];
    stop = true;
    cli();
    while (s[0].sched.state != SCHED_ENDED || s[1].sched.state != SCHED_ENDED)
        strand_yield();
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    CHECK_THAT(c, counter[0] > 100 && counter[1] > 100);
    CHECK_THAT(c, cpu_features.tsc_deadline || apic_read(APIC_TIMER_CURRENT) == 0);
}

#define TEST_VECTOR 0xf1 /* no device's */

static void wake_first(struct trap_frame *f) {
    (void)f;
    apic_eoi();
    strand_unblock(strand_current());
}

CHECK(strand_idle, "strand/where_none_can_go_on_the_processor_waits_for_an_interrupt") {
    trap_handle(TEST_VECTOR, wake_first);
    /* Both are taken once interrupts are on, in the wait; the timer's after the strand was made
     * ready, and before it goes on. */
    apic_send(0, APIC_SEND_SELF | TRAP_TIMER);
    apic_send(0, APIC_SEND_SELF | TEST_VECTOR);
    strand_block(strand_current());
    trap_handle(TEST_VECTOR, NULL);
    CHECK_THAT(c, strand_current()->sched.state == SCHED_RUNNING);
}
