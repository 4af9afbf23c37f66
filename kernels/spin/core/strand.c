/* SPDX-License-Identifier: MIT */
/* strand.c -- see strand.h. Everything happens with interrupts off, on the stack of the strand that
 * had the processor last; so nobody sees a half-done choice, and no lock is needed. */
#include "spin/core/strand.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"
#include "spin/core/dispatch_kernel.h"

MODULE("Strand");

struct strand *strand_current(void) {
    return container_of(scheduler_current, struct strand, sched);
}

/* The current strand, whose new state the scheduler knows, leaves the processor, and returns when
 * it has it again. */
static void leave(void) {
    struct strand *s = strand_current();
    assert_that(!s->thread->unpreemptible);
    strand_checkpoint(s);
    struct strand *to = container_of(scheduler_next(), struct strand, sched);
    if (to != s)
        thread_switch(s->thread, to->thread);
    strand_resume(s);
}

EVENT(strand_block, "Strand.Block", void, (struct strand * s)) {
    bool on = interrupts_off();
    if (scheduler_remove(&s->sched))
        leave();
    interrupts_restore(on);
}

EVENT(strand_unblock, "Strand.Unblock", void, (struct strand * s)) {
    bool on = interrupts_off();
    scheduler_add(&s->sched);
    interrupts_restore(on);
}

EVENT(strand_checkpoint, "Strand.Checkpoint", void, (struct strand * s)) {
    (void)s;
}

EVENT(strand_resume, "Strand.Resume", void, (struct strand * s)) {
    (void)s;
}

void strand_hand_over(struct strand *to) {
    struct strand *s = strand_current();
    assert_that(s->package == to->package && !s->thread->unpreemptible);
    strand_checkpoint(s);
    scheduler_hand_over(&to->sched);
    thread_switch(s->thread, to->thread);
    strand_resume(s);
}

void strand_suspend(struct strand *s) {
    bool on = interrupts_off();
    if (s->thread == changer)
        s->sched.suspended++; /* when it has changed: others would wait for it */
    else if (scheduler_suspend(&s->sched))
        leave();
    else if (s->member && s->sched.state == SCHED_SUSPENDED)
        strand_block(s);
    interrupts_restore(on);
}

void strand_continue(struct strand *s) {
    bool on = interrupts_off();
    scheduler_continue(&s->sched);
    if (s->member)
        strand_unblock(s);
    interrupts_restore(on);
}

void strand_release(struct strand *s) {
    while (s->sched.suspended > 0)
        strand_continue(s);
}

void strand_yield(void) {
    bool on = interrupts_off();
    scheduler_yield();
    leave();
    interrupts_restore(on);
}

void strand_exit(void) {
    cli();
    account_credit(strand_current()->account, RESOURCE_STRANDS, 1);
    scheduler_end();
    thread_exit(container_of(scheduler_next(), struct strand, sched)->thread);
}

EVENT(strand_interrupted, "Strand.Interrupted", void, (struct strand * s)) {
    (void)s;
}

EVENT(strand_cut, "Strand.Cut", void, (struct strand * s)) {
    (void)s;
}

/* The hook of preemption. It comes between strands, too, while none can go on. */
static void quantum_ends(void) {
    struct strand *s = strand_current();
    if (s->sched.state == SCHED_RUNNING)
        strand_interrupted(s);
    if (scheduler_expire())
        leave();
}

/* The guard that is imposed on whoever is not this module. */
static bool is_of_package(void *package, struct strand *s) {
    return s->package == package;
}

static bool allows(void *unused, struct change_request *request) {
    (void)unused;
    return impose_guard(request, (struct procedure)EVENT_GUARD_WITH(strand_block, is_of_package,
                                                                    (void *)request->by));
}

const struct thread *changer;
static struct list waiting = LIST_INIT(waiting);

struct waiter {
    struct list link;
    struct strand *strand;
};

/* The lock of who changes what is bound. Whoever is continued first takes it: one that waits may be
 * suspended. */
static void lock(void) {
    struct waiter w = {.strand = strand_current()};
    assert_that(!w.strand->thread->unpreemptible);
    bool on = interrupts_off();
    list_push_back(&waiting, &w.link);
    while (changer && changer != w.strand->thread)
        strand_block(w.strand);
    list_remove(&w.link);
    changer = w.strand->thread;
    w.strand->thread->locks++;
    interrupts_restore(on);
}

static void unlock(void) {
    struct strand *s = strand_current();
    bool on = interrupts_off();
    if (--s->thread->locks == 0) {
        changer = NULL;
        list_each(n, &waiting) strand_unblock(container_of(n, struct waiter, link)->strand);
        if (s->sched.suspended > 0) {
            s->sched.suspended--;
            strand_suspend(s);
        }
    }
    interrupts_restore(on);
}

void strand_init(struct strand *running, struct module *package) {
    event_authorize(THIS_MODULE, allows);
    account_charge(&package->account, RESOURCE_STRANDS, 1);
    *running = (struct strand){.thread = thread_current(), .package = package};
    running->account = &package->account;
    scheduler_init(&running->sched);
    preempt_init(quantum_ends);
    kernel_dispatcher.lock = lock;
    kernel_dispatcher.unlock = unlock;
}

/* Where a strand begins: the scheduler has just switched to it, interrupts off. */
static void begin(void *strand) {
    struct strand *s = strand;
    strand_resume(s);
    sti();
    s->fn(s->arg);
    strand_exit();
}

int strand_create(struct strand *s, struct module *package, unsigned priority,
                  void (*fn)(void *arg), void *arg) {
    if (priority >= PRIORITIES || !module_exists(package))
        return -E_INVALID;
    if (!account_take(&package->account, RESOURCE_STRANDS, 1))
        return -E_QUOTA;
    struct thread *thread = thread_create(begin, s);
    if (!thread) {
        account_credit(&package->account, RESOURCE_STRANDS, 1);
        return -E_NO_MEMORY;
    }
    thread->own[THREAD_OWN_SUBJECT] = thread_current()->own[THREAD_OWN_SUBJECT];
    s->thread = thread; /* one by one, for speed */
    s->package = package;
    s->account = &package->account;
    s->payer = NULL;
    s->member = NULL;
    s->fn = fn;
    s->arg = arg;
    sched_entry_init(&s->sched, (uint8_t)priority);
    return 0;
}

void strand_free(struct strand *s) {
    assert_that(s->sched.state == SCHED_BLOCKED);
    thread_free(s->thread);
    account_credit(s->account, RESOURCE_STRANDS, 1);
}
