/* SPDX-License-Identifier: MIT */
/* preempt_interrupt.c -- preempted at each instruction of posting work and of registering a
 * handler, by a thread that does the same meanwhile; both own registers of the FPU. */
#include "each_instruction.h"
#include "threads.h"

#include "machine/cpu/x86.h"
#include "machine/device/acpi.h"
#include "machine/interrupt/interrupt.h"
#include "machine/interrupt/work.h"
#include "machine/thread/fpu.h"

#define OURS   0x1111111111111111ul
#define THEIRS 0x2222222222222222ul

/* at_each_instruction(), and the thread that is interrupted has registers of the FPU. */
static unsigned with_fpu(struct check *c, void (*operation)(void), void (*step)(void)) {
    uint64_t cr0 = read_cr0(), cr4 = read_cr4();
    fpu_init();
    fpu_give(thread_current());
    vector_write(OURS);
    unsigned delays = at_each_instruction(c, NULL, operation, step);
    fpu_take(thread_current());
    write_cr4(cr4);
    write_cr0(cr0);
    return delays;
}

static void hold_ours(void) {
    hold(vector_read() == OURS, "the interrupted thread's vector register is its own");
}

/* Of a step: the intruder is another thread each time that a check begins. */
static void hold_theirs(void) {
    struct thread *t = thread_current();
    if (!t->leave) {
        fpu_give(t);
        vector_write(THEIRS);
    }
    hold(vector_read() == THEIRS, "the intruder's vector register is its own");
}

static void count(void *by) {
    ++*(unsigned *)by;
}

static unsigned ours_done, ours_posted, theirs_done, theirs_posted;
static struct work ours = {.fn = count, .arg = &ours_done};
static struct work theirs = {.fn = count, .arg = &theirs_done};

static void post_ours(void) {
    ours_posted++;
    work_post(&ours);
    work_do();
    hold(ours_done == ours_posted && !ours.posted, "what was posted is done once");
    hold_ours();
}

static void post_theirs(void) {
    theirs_posted += !theirs.posted;
    work_post(&theirs);
    hold_theirs();
}

CHECK(preempt_work, "preempt/at_each_instruction_of_posting_work_nothing_is_lost_nor_done_twice") {
    ours_done = ours_posted = theirs_done = theirs_posted = 0;
    unsigned delays = with_fpu(c, post_ours, post_theirs);
    work_do();
    CHECK_THAT(c, theirs_done == theirs_posted && !work_is_posted());
    CHECK_THAT(c, c->skipped || (delays > 40 && theirs_posted > 40));
}

static bool claim(void *unused) {
    (void)unused;
    return true;
}

static struct interrupt_handler on_line = {.fn = claim}, on_other = {.fn = claim};
static struct interrupt_handler on_message = {.fn = claim};
static uint32_t words[4];
static struct msix message = {.table = words, .entries = 1};
enum { LINE = 10, OTHER_LINE = 11, MESSAGE_DATA = 2 };

static struct interrupt_line line(unsigned n) {
    return (struct interrupt_line){.gsi = acpi.io_apic[0].gsi + n, .level = true};
}

static void register_line(void) {
    struct interrupt_line l = line(LINE);
    int error = interrupt_on_line(&on_line, &l);
    hold(!error && on_line.source && on_line.source != on_other.source &&
             on_line.source != on_message.source,
         "a handler has a source of its own");
    if (!error)
        interrupt_unregister(&on_line);
    hold_ours();
}

/* Comes and goes, in turn, and masks another line. */
static void register_message(void) {
    if (on_message.source)
        interrupt_unregister(&on_message);
    else
        hold(!interrupt_on_message(&on_message, &message, 0) && words[MESSAGE_DATA],
             "the intruder's handler is registered");
    interrupt_mask(&on_other);
    interrupt_unmask(&on_other);
    hold_theirs();
}

CHECK(preempt_register,
      "preempt/at_each_instruction_of_a_registration_each_handler_has_its_own_source") {
    struct interrupt_line other = line(OTHER_LINE);
    if (!acpi.io_apics) {
        check_skip(c, "the machine has no I/O APIC");
        return;
    }
    CHECK_THAT(c, !interrupt_on_line(&on_other, &other));
    unsigned delays = with_fpu(c, register_line, register_message);
    if (on_message.source)
        interrupt_unregister(&on_message);
    interrupt_unregister(&on_other);
    CHECK_THAT(c, c->skipped || delays > 40);
}
