/* SPDX-License-Identifier: MIT */
/* strand_time.c -- see strand_time.h: an extension of the strands' own events, with their
 * authority. */
#include "spin/services/strand_time.h"

#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/handlers.h"

static struct module idle = {.name = "Idle"};
static struct account *payer; /* who is charged for what passes; null: it is not counted */
static uint64_t since;

/* Handlers are bound a little longer than somebody pays. */
static void pays(struct account *next) {
    uint64_t now = rdtsc();
    if (payer)
        account_charge(payer, RESOURCE_TIME, now - since);
    since = now;
    payer = next;
}

static struct account *payer_of(const struct strand *s) {
    return s->payer ? s->payer : s->account;
}

void strand_time_charge(void) {
    bool on = interrupts_off();
    if (payer)
        pays(payer);
    interrupts_restore(on);
}

static bool is_limited(const struct strand *s) {
    return s->package->account.quota[RESOURCE_TIME] != NO_QUOTA;
}

static void checkpoint(struct strand *s) {
    (void)s;
    pays(&idle.account);
}

static void resume(struct strand *s) {
    pays(payer_of(s));
    if (is_limited(s))
        scheduler_keep_time();
}

/* Its stack goes, and the runs of programs on it. */
static _Noreturn void cut(struct strand *s) {
    strand_cut(s);
    s->thread->net = NULL;
    s->thread->wait = NULL;
    strand_exit();
}

/* A handler of a watched event runs from here on, or has come to its end. */
static struct account *charge(struct account *next) {
    bool on = interrupts_off();
    struct strand *s = strand_current();
    struct account *was = payer_of(s);
    s->payer = next ? next : was;
    if (payer)
        pays(s->payer);
    interrupts_restore(on);
    return was;
}

static void interrupted(struct strand *s) {
    pays(payer_of(s));
    if (!is_limited(s))
        return;
    if (DEFENDED(TIME) && !account_allows(&s->package->account, RESOURCE_TIME, 0) &&
        !s->thread->run && s->thread != changer)
        cut(s);
    scheduler_keep_time();
}

/* --- From and until when --- */

static const struct handler_of of_switches[] = {
    {&event_strand_checkpoint, {.handler = EVENT_HANDLER(strand_checkpoint, checkpoint)}},
    {&event_strand_resume, {.handler = EVENT_HANDLER(strand_resume, resume)}},
    {&event_strand_interrupted, {.handler = EVENT_HANDLER(strand_interrupted, interrupted)}}};
static struct event_binding *handlers[3];

static int begin(void) {
    module_add(&idle);
    int error = handlers_bind(of_switches, 3, handlers);
    bool on = interrupts_off();
    if (!error) {
        pays(payer_of(strand_current()));
        kernel_dispatcher.charge = charge;
    }
    interrupts_restore(on);
    return error;
}

static int end(void) {
    int error = handlers_unbind(handlers, 3);
    bool on = interrupts_off();
    if (!error)
        pays(NULL);
    interrupts_restore(on);
    return error;
}

/* It is counted once, whoever else begins meanwhile. */

int strand_time_begin(void) {
    dispatcher->lock();
    int error = payer ? 0 : begin();
    dispatcher->unlock();
    return error;
}

int strand_time_end(void) {
    dispatcher->lock();
    int error = payer ? end() : 0;
    dispatcher->unlock();
    return error;
}
