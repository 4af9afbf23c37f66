/* SPDX-License-Identifier: MIT */
/* user_copy.c -- arguments of system calls that lie in pages which are not there yet: the faults
 * are those of the process, and nobody gets more by them than by touching the pages itself. */
#include "../program/attacks.h"
#include "../replace.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/memory/frame.h"
#include "machine/thread/preempt.h"
#include "measure/bench.h"
#include "spin/abi.h"
#include "spin/core/space/memory_fault.h"
#include "spin/core/space/process.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/calls/user_copy.h"
#include "spin/services/thread/kthread.h"

MODULE("TestCopies");

/* What the handlers of faults do. */
enum answer {
    BRINGS,
    SLEEPS,   /* they do nothing */
    LIES,     /* they say that it is done */
    BRINGS_2, /* the page comes the second time */
    VANISHES, /* the page goes again whenever the other one of the name comes */
    LEAVES,   /* the process is ended meanwhile */
    DIVERTS,  /* the page comes, and the call is to return to no address */
};

static struct {
    struct process p;
    struct virt_addr *v;
    struct phys_addr *page[2];
    enum answer answer;
    unsigned not_present, protection, bad;
    vaddr_t at; /* of the last fault */
    bool write, interrupts;
} k;

static int map(size_t n, unsigned rights) {
    return translation_add_mapping(&k.p.space.translation, k.v, n, k.page[n], rights);
}

static void page_in(struct translation *t, struct memory_fault *f, bool *done) {
    size_t n = (f->at - k.v->range.at) / PAGE_SIZE;
    k.not_present++;
    k.at = f->at;
    k.write = f->write;
    k.interrupts = read_rflags() & RFLAGS_IF;
    strand_yield();
    if (k.answer == LEAVES)
        process_terminate(&k.p);
    if (k.answer == VANISHES)
        (void)translation_remove_mapping(t, k.v->range.at + (1 - n) * PAGE_SIZE);
    if (k.answer == DIVERTS)
        f->frame->rip = 1ul << 63;
    if (k.answer == BRINGS || k.answer == DIVERTS || k.answer == VANISHES ||
        (k.answer == BRINGS_2 && k.not_present == 2))
        *done = map(n, 0) == 0;
    *done = *done || k.answer == LIES || k.answer == BRINGS_2;
}

static void open_page(struct translation *t, struct memory_fault *f, bool *done) {
    k.protection++;
    if (k.answer == BRINGS)
        *done = translation_change_mapping(t, page_round_down(f->at), 1, PAGE_WRITE) == 0;
    *done = *done || k.answer == LIES;
}

static void bad_address(struct translation *t, struct memory_fault *f, bool *done) {
    (void)t, (void)f, (void)done;
    k.bad++;
}

static int handle_faults(void) {
    const struct handler_request on[] = {
        {.handler = EVENT_HANDLER(translation_page_not_present, page_in)},
        {.handler = EVENT_HANDLER(translation_protection_fault, open_page)},
        {.handler = EVENT_HANDLER(translation_bad_address, bad_address)}};
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_install(&c, &event_translation_page_not_present, &on[0], NULL);
    change_install(&c, &event_translation_protection_fault, &on[1], NULL);
    change_install(&c, &event_translation_bad_address, &on[2], NULL);
    return change_commit(&c);
}

/* A process that has two pages by name, which are full of 'x'. */
static bool begin_as(address_space_handler *calls, enum answer answer) {
    static const struct phys_request one = {.pages = 1};
    char full[PAGE_SIZE];
    memset(full, 'x', sizeof full);
    memset(&k, 0, sizeof k);
    module_add(THIS_MODULE);
    if (process_create(&k.p, "attacker", calls))
        return false;
    translation_give(&k.p.space.translation, THIS_MODULE);
    k.p.fault_expected = true;
    k.answer = answer;
    for (unsigned i = 0; i < 2; i++)
        if (phys_addr_try_allocate(THIS_MODULE, &one, &k.page[i]) ||
            phys_addr_write(k.page[i], 0, full, sizeof full))
            return false;
    return virt_addr_allocate(&k.p.space.translation.names, 0, 2, &k.v) == 0 &&
           handle_faults() == 0;
}

static bool begin(enum answer answer) {
    return begin_as(user_calls_handler, answer);
}

static void end(void) {
    process_destroy(&k.p);
    for (unsigned i = 0; i < 2; i++)
        phys_addr_deallocate(k.page[i]);
    restore_event(&event_translation_page_not_present);
    restore_event(&event_translation_protection_fault);
    restore_event(&event_translation_bad_address);
}

/* What the process is told that asks for the extension whose name lies there. */
static long asks_at(vaddr_t at) {
    struct process_end end = process_run(&k.p, ATTACK_EXTEND_ONLY, at, "");
    return end.killed || end.terminated ? 1 : (long)end.status;
}

static void name_at(size_t offset, const char *name) {
    for (; *name || offset == PAGE_SIZE; offset++, name++)
        (void)phys_addr_write(k.page[offset / PAGE_SIZE], offset % PAGE_SIZE, name, 1);
    (void)phys_addr_write(k.page[offset / PAGE_SIZE], offset % PAGE_SIZE, "", 1);
}

/* --- Arguments that are read --- */

static void comes(struct check *c) {
    CHECK_THAT(c, begin(BRINGS));
    name_at(PAGE_SIZE - 3, "nobody"); /* half of it in each page */
    CHECK_THAT(c, asks_at(k.v->range.at + PAGE_SIZE - 3) == -E_NOT_FOUND);
    CHECK_THAT(c, k.not_present == 2 && !k.protection && !k.bad && !k.write && k.interrupts);
    CHECK_THAT(c, k.at == k.v->range.at + PAGE_SIZE);
    end();
}

CHECK(user_copy_comes, "user_copy/an_argument_in_pages_that_are_not_there_brings_them") {
    comes(c); /* the heap has what it needs */
    size_t frames = frame_unused();
    comes(c);
    CHECK_THAT(c, frame_unused() == frames);
}

CHECK(user_copy_diverts,
      "user_copy/a_handler_that_changes_where_the_call_returns_to_harms_its_process") {
    CHECK_THAT(c, begin(DIVERTS));
    name_at(0, "nobody");
    CHECK_THAT(c, asks_at(k.v->range.at) == 1 && k.not_present == 1);
    end();
}

/* The instruction after the call finds all registers, whichever way it returned. */
CHECK(user_copy_nobody, "user_copy/an_argument_that_nobody_brings_is_a_fault_of_the_call_alone") {
    CHECK_THAT(c, begin(SLEEPS));
    CHECK_THAT(c, asks_at(k.v->range.at) == -E_FAULT && k.not_present == 1);
    CHECK_THAT(c, asks_at(range_end(&k.v->range)) == -E_FAULT && k.bad == 1);
    CHECK_THAT(c, asks_at(8) == -E_FAULT && k.bad == 2);
    k.bad = 0;
    CHECK_THAT(c, asks_at(USER_TOP) == -E_FAULT && asks_at(KERNEL_BASE) == -E_FAULT);
    CHECK_THAT(c, asks_at(DIRECT_BASE) == -E_FAULT && asks_at(-8ul) == -E_FAULT);
    CHECK_THAT(c, asks_at(1ul << 63) == -E_FAULT && !k.bad && k.not_present == 1);
    end();
}

CHECK(user_copy_lies,
      "user_copy/a_handler_that_says_done_and_is_not_is_asked_a_bounded_number_of_times") {
    CHECK_THAT(c, begin(LIES));
    CHECK_THAT(c, asks_at(k.v->range.at) == -E_FAULT);
    CHECK_THAT(c, k.not_present > 1 && k.not_present < 20);
    end();
}

CHECK(user_copy_twice, "user_copy/a_page_that_comes_when_it_is_asked_for_again_is_there") {
    CHECK_THAT(c, begin(BRINGS_2));
    name_at(0, "nobody");
    CHECK_THAT(c, asks_at(k.v->range.at) == -E_NOT_FOUND && k.not_present == 2);
    end();
}

CHECK(user_copy_vanishes, "user_copy/two_pages_of_which_one_is_there_at_a_time_are_copied") {
    CHECK_THAT(c, begin(VANISHES));
    name_at(PAGE_SIZE - 3, "nobody");
    CHECK_THAT(c, asks_at(k.v->range.at + PAGE_SIZE - 3) == -E_NOT_FOUND);
    CHECK_THAT(c, k.not_present == 2);
    end();
}

CHECK(user_copy_ends, "user_copy/a_process_that_is_ended_while_its_argument_comes_does_not_go_on") {
    CHECK_THAT(c, begin(LEAVES));
    struct process_end ended = process_run(&k.p, ATTACK_EXTEND_ONLY, k.v->range.at, "");
    CHECK_THAT(c, ended.terminated && k.not_present == 1);
    end();
}

CHECK(user_copy_others, "user_copy/nobody_hears_of_the_arguments_of_others") {
    CHECK_THAT(c, begin(BRINGS));
    translation_give(&k.p.space.translation, NULL);
    CHECK_THAT(c, asks_at(k.v->range.at) == -E_FAULT && !k.not_present);
    end();
}

/* --- In the kernel, for copies that no call of this system makes --- */

static int (*copies)(void);
static int result;

/* Its first call makes the copy, and the next one ends it. */
static void copy_in_call(struct trap_frame *f) {
    if (f->rax == SPIN_CALL_exit)
        process_exit(f->rdi);
    result = copies();
}

static int copy_with(enum answer answer, int (*how)(void)) {
    copies = how;
    result = 1;
    if (!begin_as(copy_in_call, answer))
        return 2;
    (void)process_run(&k.p, ATTACK_CALL, SPIN_CALL_null, "");
    return result;
}

static int copy_out_across(void) {
    return copy_out(k.v->range.at + PAGE_SIZE - 2, "abcd", 4);
}

CHECK(user_copy_out, "user_copy/a_result_goes_to_pages_that_come_and_may_be_written_then") {
    char got[2][2];
    CHECK_THAT(c, copy_with(BRINGS, copy_out_across) == 0);
    CHECK_THAT(c, k.not_present == 2 && k.protection == 2 && k.write);
    (void)phys_addr_read(k.page[0], PAGE_SIZE - 2, got[0], 2);
    (void)phys_addr_read(k.page[1], 0, got[1], 2);
    CHECK_THAT(c, memcmp(got, "abcd", 4) == 0);
    end();
}

CHECK(user_copy_out_not, "user_copy/a_result_goes_to_no_page_that_may_not_be_written") {
    char got[2];
    CHECK_THAT(c, copy_with(LIES, copy_out_across) == -E_FAULT);
    end();
    CHECK_THAT(c, copy_with(VANISHES, copy_out_across) == -E_FAULT && k.protection);
    (void)phys_addr_read(k.page[0], PAGE_SIZE - 2, got, 2);
    CHECK_THAT(c, memcmp(got, "xx", 2) == 0);
    end();
}

static int copy_in_held(void) {
    char byte;
    preempt_disable();
    int error = copy_in(&byte, k.v->range.at, 1);
    preempt_enable();
    return error;
}

CHECK(user_copy_held, "user_copy/who_may_not_be_preempted_brings_no_page") {
    CHECK_THAT(c, copy_with(BRINGS, copy_in_held) == -E_FAULT && !k.not_present);
    end();
}

static int copy_in_whole(void) {
    static char bytes[2 * PAGE_SIZE];
    int error = copy_in(bytes, k.v->range.at, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        if (bytes[i] != 'x')
            return 3;
    return error || copy_in(bytes, k.v->range.at, SIZE_MAX) != -E_FAULT ||
           copy_in(bytes, k.v->range.at, sizeof bytes + 1) != -E_FAULT;
}

CHECK(user_copy_whole, "user_copy/what_is_copied_is_all_of_it_or_refused") {
    CHECK_THAT(c, copy_with(BRINGS, copy_in_whole) == 0);
    end();
}
