/* SPDX-License-Identifier: MIT */
/* arrivals.c -- the strand of connections (arrivals.h). Packets wait for it where they lie. */
#include "spin/services/stream/arrivals.h"

#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/net/clock.h"
#include "spin/services/stream/short_way.h"
#include "spin/services/stream/waiting.h"
#include "spin/services/thread/kthread.h"

MODULE("Streams");

#define BATCH 32 /* segments that are answered together */

static unsigned long alarm = UINT64_MAX;
static struct claim *rest; /* all ports that nobody has */
static const struct arrivals_owner *owner;

static unsigned long arrived(void *unused, struct packet *p, unsigned long key,
                             struct outgoing *reply) {
    (void)unused, (void)key, (void)reply;
    short_way_keep(p);
    net_short_ways |= SHORT_CONNECTIONS;
    waiting_post(container_of(p, struct arrival, packet));
    return NET_TAKEN;
}

void arrivals_send(const struct stream *s, struct departure *d, unsigned long bytes) {
    struct claim by = *rest;
    by.nic = s->nic;
    net_send(&by, d, bytes, s->who.target, 0);
}

static void due(unsigned long now) {
    const bool on = interrupts_off();
    if (now >= alarm)
        kthread_wake(&waiting_strand);
    else if (alarm != UINT64_MAX && DEFENDED(STREAM_ALARM))
        net_alarm(alarm); /* it was set while an earlier one, which is over, was still to be told */
    interrupts_restore(on);
}

void arrivals_alarm(unsigned long at) {
    if (at >= alarm)
        return; /* it is looked at then, with all others */
    const bool on = interrupts_off();
    if (at < alarm) {
        alarm = at;
        net_alarm(at);
    }
    interrupts_restore(on);
}

static void run(struct arrival *a) {
    sti();
    owner->arrived(&a->packet);
    cli();
    arrival_release(a);
}

static void run_timers(void) {
    const unsigned long now = net_clock();
    if (now < alarm)
        return;
    alarm = UINT64_MAX;
    sti();
    const unsigned long next = owner->due(now);
    cli();
    if (next != UINT64_MAX)
        arrivals_alarm(next);
    loopback_drain();
}

static void *work(void *unused) {
    (void)unused;
    cli();
    for (;;) {
        while (!waiting_any() && net_clock() < alarm)
            kthread_wait_always(&waiting_strand);
        sti();
        owner->begins();
        cli();
        run_timers();
        for (unsigned i = 0; i < BATCH && waiting_any(); i++)
            run(waiting_next());
        sti();
        owner->drained();
        cli();
        loopback_drain();
    }
    return NULL;
}

/* Of each claim its handler is bound, as long as it is there. */
static struct bound {
    struct claim *claim;
    struct event_binding *binding;
} bound[LISTENERS + 1];

static struct bound *bound_to(const struct claim *c) {
    for (struct bound *b = bound; b <= &bound[LISTENERS]; b++)
        if (b->claim == c)
            return b;
    return NULL;
}

struct claim *arrivals_claim(unsigned port) {
    struct bound *b = bound_to(NULL);
    const bool on = interrupts_off();
    struct claim *c =
        b ? claim_take(NET_TCP, port, port ? port : UINT16_MAX, NET_ANY, THIS_MODULE) : NULL;
    interrupts_restore(on);
    if (!c)
        return NULL;
    if (claim_handle(c, NET_ARRIVED, arrived, NULL, &b->binding)) {
        claim_drop(c);
        return NULL;
    }
    b->claim = c;
    return c;
}

void arrivals_give_up(struct claim *c) {
    struct bound *b = bound_to(c);
    if (claim_end(c, b->binding))
        return; /* it stays, and nobody listens */
    b->claim = NULL;
}

void arrivals_init(const struct arrivals_owner *o) {
    owner = o;
    net_short_way = short_way_take;
    module_add(THIS_MODULE);
    net_kernel_time = due;
    rest = arrivals_claim(0);
    if (!rest || !kthread_fork(work, NULL))
        panic("arrivals_init: no memory for connections");
}
