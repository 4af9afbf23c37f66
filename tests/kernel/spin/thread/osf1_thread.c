/* SPDX-License-Identifier: MIT */
/* osf1_thread.c -- threads as OSF/1 has them: who waits is woken by its event and by nothing else,
 * wherever the timer interrupts it. An instruction is a nanosecond under icount. */
#include "spin/services/thread/osf1_thread.h"

#include "../../exact.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/memory/heap.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"

#define TEST_VECTOR 0xf1 /* no device's */
#define DELAY_MAX   5000 /* ns; a wait takes less */

static char said[16];
static int events[2] __attribute__((aligned(16))); /* of one queue */
#define event events[0]
#define other events[1]

static void say(char letter) {
    said[strlen(said)] = letter;
}

static void let_others(void) {
    for (unsigned i = 0; i < 10; i++)
        strand_yield();
}

/* What they say has been said, and is forgotten. */
static bool have_said(const char *what) {
    let_others();
    bool right = strcmp(said, what) == 0;
    memset(said, 0, sizeof said);
    return right;
}

static void waits_for(void *e) {
    assert_wait(e, false);
    static const char letter[] = {'w', 'a', 'i', 't'};
    say(letter[thread_block()]);
}

static void waits_interruptibly(void *e) {
    assert_wait(e, true);
    static const char letter[] = {'W', 'A', 'I', 'T'};
    say(letter[thread_block()]);
}

CHECK(osf1_wakeup, "osf1_thread/an_event_wakes_all_who_wait_for_it_or_the_first_and_no_others") {
    memset(said, 0, sizeof said);
    for (unsigned i = 0; i < 4; i++)
        CHECK_THAT(c, kernel_thread(i == 1 ? waits_interruptibly : waits_for,
                                    i == 3 ? (void *)&other : (void *)&event));
    CHECK_THAT(c, have_said(""));
    thread_wakeup(&said); /* nobody's */
    CHECK_THAT(c, have_said(""));
    thread_wakeup_one(&event);
    CHECK_THAT(c, have_said("a"));
    thread_wakeup(&event);
    CHECK_THAT(c, have_said("Aa"));
    thread_wakeup(&event);
    CHECK_THAT(c, have_said(""));
    thread_wakeup(&other);
    CHECK_THAT(c, have_said("a"));
}

CHECK(osf1_clear_wait,
      "osf1_thread/a_wait_is_cleared_and_one_that_is_not_interruptible_if_it_must") {
    struct osf1_thread *firm = kernel_thread(waits_for, &event),
                       *soft = kernel_thread(waits_interruptibly, &event);
    CHECK_THAT(c, firm && soft && have_said(""));
    clear_wait(firm, THREAD_INTERRUPTED, true);
    CHECK_THAT(c, have_said(""));
    clear_wait(soft, THREAD_INTERRUPTED, true);
    CHECK_THAT(c, have_said("I"));
    clear_wait(firm, THREAD_INTERRUPTED, false);
    CHECK_THAT(c, have_said("i"));
}

static void waits_twice(void *e) {
    waits_interruptibly(e);
    waits_interruptibly(e);
    waits_for(e);
    say('.');
    thread_terminate(osf1_thread_current());
    say('!');
}

CHECK(osf1_terminate, "osf1_thread/one_that_is_terminated_while_it_waits_unwinds_and_goes") {
    struct osf1_thread *t = kernel_thread(waits_twice, &event);
    CHECK_THAT(c, t && have_said(""));
    size_t threads = heap_used();
    thread_terminate(t);
    CHECK_THAT(c, have_said("TT")); /* and stays in a wait that nothing but its event ends */
    thread_terminate(t);
    CHECK_THAT(c, have_said(""));
    thread_wakeup(&event);
    CHECK_THAT(c, have_said("a."));
    for (unsigned i = 0; i < 100; i++) { /* its memory is another one's */
        CHECK_THAT(c, kernel_thread(waits_for, &event) && have_said(""));
        thread_wakeup(&event);
        CHECK_THAT(c, have_said("a") && heap_used() == threads);
    }
}

static void wakes_by_interrupt(struct trap_frame *f) {
    (void)f;
    thread_wakeup(&event);
    apic_eoi();
}

CHECK(osf1_interrupt, "osf1_thread/a_devices_handler_wakes_who_waits_for_its_event") {
    CHECK_THAT(c, kernel_thread(waits_for, &event) && have_said(""));
    trap_handle(TEST_VECTOR, wakes_by_interrupt);
    sti();
    apic_send(0, APIC_SEND_SELF | TEST_VECTOR);
    cli();
    trap_handle(TEST_VECTOR, NULL);
    CHECK_THAT(c, have_said("a"));
}

/* --- The lost wake-up --- */

static volatile bool given, stop;
static volatile unsigned rounds, interrupted; /* waits that ended; before which others had run */

/* Waits for what is given once, the timer `delay` ns after it has begun to. */
static void waits_again(void *unused) {
    (void)unused;
    for (unsigned delay = 1; delay < DELAY_MAX && !stop; delay++) {
        given = false;
        timer_arm_ns(delay);
        sti();
        while (!given) {
            assert_wait(&event, false);
            interrupted += given;
            if (given)
                clear_wait(osf1_thread_current(), THREAD_AWAKENED, false);
            thread_block();
        }
        cli();
        rounds++;
    }
    stop = true;
}

/* Once for each time it is waited for. */
static void gives(void *unused) {
    (void)unused;
    for (; !stop; strand_yield()) {
        if (given)
            continue;
        given = true;
        thread_wakeup(&event);
    }
}

CHECK(osf1_preempted, "osf1_thread/preempted_at_each_instruction_of_a_wait_no_wake_up_is_lost") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    stop = false;
    rounds = interrupted = 0;
    struct osf1_thread *waiter = kernel_thread(waits_again, NULL),
                       *giver = kernel_thread(gives, NULL);
    CHECK_THAT(c, waiter && giver);
    for (unsigned before = 0, idle = 0; !stop && idle < 100;
         idle = rounds == before ? idle + 1 : 0) {
        before = rounds;
        strand_yield();
    }
    bool lost = !stop;
    stop = given = true;
    clear_wait(waiter, THREAD_INTERRUPTED, false);
    let_others();
    if (lost || interrupted < 10 || rounds != DELAY_MAX - 1)
        check_fail(c, "after %u rounds, interrupted in %u: %s", rounds, interrupted,
                   lost ? "a wake-up was lost" : "none was");
}
