/* SPDX-License-Identifier: MIT */
/* work.c -- what a handler leaves for later is done once, in order, and not before. */
#include "machine/interrupt/work.h"

#include "../../exact.h"

#include "machine/cpu/x86.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/interrupt/interrupt.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"

static char done[8];
static unsigned done_count, told;
static bool told_with_interrupts;
static struct work a, b;

static void note(void *arg) {
    done[done_count++ % sizeof done] = *(const char *)arg;
}

static void note_and_post(void *arg) {
    note(arg);
    if (done_count < 4)
        work_post(&b);
}

static void tell(void) {
    told++;
    told_with_interrupts = read_rflags() & RFLAGS_IF;
}

static void begin(void) {
    a = (struct work){.fn = note, .arg = "a"};
    b = (struct work){.fn = note_and_post, .arg = "b"};
    done_count = told = 0;
    told_with_interrupts = false;
    work_tell(tell);
}

CHECK(work_order, "work/is_done_in_order_and_once_however_often_it_was_posted") {
    begin();
    CHECK_THAT(c, !work_is_posted() && !work_do());
    work_post(&a);
    work_post(&b);
    work_post(&a);
    CHECK_THAT(c, work_is_posted() && done_count == 0 && told == 1);
    CHECK_THAT(c, work_do() && done_count == 4); /* b posts itself twice */
    CHECK_THAT(c, done[0] == 'a' && done[1] == 'b' && done[2] == 'b' && done[3] == 'b');
    CHECK_THAT(c, !work_is_posted() && !work_do() && !a.posted && !b.posted);
    work_post(&a);
    CHECK_THAT(c, work_do() && done_count == 5);
    work_tell(NULL);
}

CHECK(work_withdrawn, "work/that_is_withdrawn_is_not_done_wherever_it_stands") {
    struct work *three[] = {&a, &b, &(struct work){.fn = note, .arg = "c"}};
    for (unsigned out = 0; out < 3; out++) {
        begin();
        b.fn = note;
        for (unsigned i = 0; i < 3; i++)
            work_post(three[i]);
        work_withdraw(three[out]);
        work_withdraw(three[out]); /* it does not stand there: nothing */
        bool others = work_do() && done_count == 2 && !three[out]->posted;
        work_post(three[out]); /* the list's end is sound */
        work_post(three[(out + 1) % 3]);
        CHECK_THAT(c, others && work_do() && done_count == 4);
    }
    work_tell(NULL);
}

static bool post(void *arg) {
    work_post(arg);
    return true;
}

CHECK(work_handler, "work/of_a_handler_waits_until_somebody_does_it_with_interrupts_on") {
    static uint32_t table[4];
    static struct msix messages = {.table = table, .entries = 1};
    struct interrupt_handler h = {.fn = post, .arg = &a};
    begin();
    CHECK_THAT(c, interrupt_on_message(&h, &messages, 0) == 0);
    sti();
    apic_send(apic_own_number(), table[2]);
    for (unsigned i = 0; i < 1000; i++)
        pause();
    bool waits = work_is_posted() && done_count == 0 && told == 1 && !told_with_interrupts;
    bool any = work_do();
    bool on = read_rflags() & RFLAGS_IF;
    cli();
    interrupt_unregister(&h);
    work_tell(NULL);
    CHECK_THAT(c, waits && any && done_count == 1 && on);
}

/* A handler that comes at each instruction of posting and doing: of what it posts nothing
 * is lost. */
static unsigned ours_done, theirs_done, theirs_posted, withdrawn_done;
static bool came;

static void count(void *arg) {
    ++*(unsigned *)arg;
}

static void post_theirs(struct trap_frame *f) {
    (void)f;
    came = true;
    theirs_posted += !b.posted;
    work_post(&b);
    apic_eoi();
}

CHECK(work_whenever,
      "work/posted_at_each_instruction_of_posting_doing_and_withdrawing_is_done_once") {
    enum { DELAYS_MAX = 2000 };
    unsigned delay = 0;
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    a = (struct work){.fn = count, .arg = &ours_done};
    b = (struct work){.fn = count, .arg = &theirs_done};
    struct work withdrawn = {.fn = count, .arg = &withdrawn_done};
    ours_done = theirs_done = theirs_posted = withdrawn_done = 0;
    trap_handle(TRAP_TIMER, post_theirs);
    do {
        came = false;
        timer_arm_ns(++delay);
        sti();
        work_post(&a);
        work_do();
        work_post(&withdrawn);
        work_withdraw(&withdrawn);
        cli();
        timer_stop();
        work_do();
    } while (came && ours_done == delay && delay < DELAYS_MAX);
    __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory"); /* what came meanwhile */
    trap_handle(TRAP_TIMER, NULL);
    work_do();
    CHECK_THAT(c, ours_done == delay && delay < DELAYS_MAX && theirs_done == theirs_posted);
    CHECK_THAT(c, withdrawn_done == 0 && theirs_posted > 60 &&
                      !work_is_posted()); /* instructions on the way */
}
