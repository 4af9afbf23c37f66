/* SPDX-License-Identifier: MIT */
/* preempt_anywhere.c -- the timer at every instruction of what must not be seen half done. By
 * clocks that count no instructions these checks are skipped. */
#include "../access.h"
#include "each_instruction.h"
#include "threads.h"

#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "machine/thread/preempt.h"
#include "machine/user/user.h"

static void nothing(void) {
}

/* A switch to a second thread and back. */
static struct thread *first, *second;
static unsigned turns;

static void second_turns(void *arg) {
    (void)arg;
    for (;;) {
        turns++;
        hold(switch_keeps(second, first, 0x2222222222220000), "the second thread's registers");
        sti(); /* as a thread that yields would have them */
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
    first = thread_current();
    second = thread_create(second_turns, NULL);
    CHECK_THAT(c, second);
    unsigned delays = at_each_instruction(c, NULL, switch_there_and_back, nothing);
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

CHECK(preempt_frame,
      "preempt/at_each_instruction_of_an_allocation_no_frame_is_lost_or_given_twice") {
    fill_pool();
    size_t before = frame_unused();
    unsigned delays = at_each_instruction(c, NULL, take_a_frame, keep_a_frame);
    if (kept.at)
        frame_free(kept);
    kept = PADDR(0);
    CHECK_THAT(c, frame_unused() == before);
    CHECK_THAT(c, c->skipped || delays > 40);
}

/* Stacks from the pool, as frames. */
static struct thread *kept_thread;

static void create_two_threads(void) {
    struct thread *t = thread_create(second_turns, NULL), *u = thread_create(second_turns, NULL);
    hold(t && u && t != u && t != kept_thread && u != kept_thread, "no stack is given out twice");
    thread_free(u);
    thread_free(t);
}

static void keep_a_thread(void) {
    struct thread *before = kept_thread;
    kept_thread = thread_create(second_turns, NULL);
    hold(kept_thread, "there is a stack");
    if (before)
        thread_free(before);
}

CHECK(preempt_pool,
      "preempt/at_each_instruction_of_a_threads_creation_and_end_no_stack_is_given_twice") {
    struct thread *pool[4];
    for (unsigned i = 0; i < 4; i++)
        CHECK_THAT(c, pool[i] = thread_create(second_turns, NULL));
    for (unsigned i = 0; i < 4; i++)
        thread_free(pool[i]);
    unsigned delays = at_each_instruction(c, NULL, create_two_threads, keep_a_thread);
    if (kept_thread)
        thread_free(kept_thread);
    kept_thread = NULL;
    CHECK_THAT(c, c->skipped || delays > 40);
}

/* Page tables: each time two pages of a table that is not there yet. */
static struct page_table table;
static paddr_t page;
static vaddr_t another;   /* the intruder's page, once it is mapped */
#define MAPPED 0x200000ul /* the operation's */

static void new_table(void) {
    page_table_destroy(&table);
    hold(!page_table_create(&table, 0), "what the last tables had is enough for the next");
    another = 0;
}

static bool is_mapped(vaddr_t at) {
    struct page_mapping m;
    return !page_walk(&table, at, &m) && m.frame.at == page.at;
}

static void map_and_unmap(void) {
    preempt_disable();
    int error = page_map(&table, MAPPED, page, PAGE_WRITE);
    preempt_enable();
    hold(!error && is_mapped(MAPPED), "what was mapped is there");
    hold(!another || is_mapped(another), "what the intruder mapped is there");
    preempt_disable();
    error = page_unmap(&table, MAPPED, NULL);
    preempt_enable();
    hold(!error && !is_mapped(MAPPED), "what was unmapped is not");
}

static void map_another(void) {
    another = MAPPED + PAGE_SIZE;
    hold(!page_map(&table, another, page, PAGE_READ), "the other page can be mapped");
}

CHECK(preempt_page, "preempt/at_each_instruction_of_a_change_of_page_tables_they_are_whole") {
    fill_pool();
    size_t before = frame_unused();
    CHECK_THAT(c, !page_table_create(&table, 0) && !frame_alloc(&page));
    unsigned delays = at_each_instruction(c, new_table, map_and_unmap, map_another);
    frame_free(page);
    page_table_destroy(&table);
    CHECK_THAT(c, frame_unused() == before);
    CHECK_THAT(c, c->skipped || delays > 100);
}

/* User code and back. */
static struct space space;

static void end_run(struct trap_frame *f) {
    user_return(f->rax);
}

static void run_user(void) {
    struct trap_frame f;
    user_frame_init(&f, SPACE_CODE, SPACE_STACK_TOP, true);
    f.rax = 7;
    hold(user_run(&f) == 8, "user code runs and comes back");
    sti();
}

CHECK(preempt_user_run,
      "preempt/at_each_instruction_of_a_run_of_user_code_entries_go_to_its_stack") {
    static const uint8_t code[] = {0x48, 0xff, 0xc0, 0x0f, 0x0b}; /* inc %rax; ud2 */
    CHECK_THAT(c, space_open(&space));
    for (unsigned i = 0; i < sizeof code; i++)
        space.code[i] = (char)code[i];
    trap_handle(TRAP_INVALID, end_run);
    unsigned delays = at_each_instruction(c, NULL, run_user, nothing);
    trap_handle(TRAP_INVALID, NULL);
    space_close(&space);
    CHECK_THAT(c, c->skipped || delays > 100);
}
