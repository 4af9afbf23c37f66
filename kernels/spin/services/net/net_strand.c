/* SPDX-License-Identifier: MIT */
/* net_strand.c -- packets of those whose handlers may take longer than an interrupt: a strand has
 * them in the order in which they came. While they wait they are held where they lie; there is room
 * for so many, and one more is dropped. */
#include "spin/services/net/plexus.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/net/clock.h"
#include "spin/services/thread/kthread.h"

#define QUEUE 64 /* a power of two */

static struct pending {
    struct arrival *a; /* its packet is as the node has it */
    unsigned node;
    unsigned long key;
} queue[QUEUE];
static unsigned long posted, taken;
static struct list idle = LIST_INIT(idle); /* where the strand waits */

uint64_t net_tick;
static unsigned long alarm = UINT64_MAX;

void net_to_strand(struct arrival *a, unsigned node, unsigned long key) {
    if (posted - taken == QUEUE) {
        a->of->dropped++;
        return;
    }
    arrival_hold(a);
    queue[posted++ % QUEUE] = (struct pending){a, node, key};
    kthread_wake(&idle);
}

static unsigned long raise_received(unsigned node, struct packet *p, unsigned long key,
                                    struct outgoing *reply) {
    switch (node) {
    case NET_ETHER:
        return ether_received(p, key, reply);
    case NET_IP:
        return ip_received(p, key, reply);
    case NET_UDP:
        return udp_received(p, key, reply);
    case NET_TCP:
        return tcp_received(p, key, reply);
    case NET_AM:
        return am_received(p, key, reply);
    default:
        return rpc_received(p, key, reply);
    }
}

/* Gives back the reply's page, or sends it. */
static bool reply(const struct pending *p, struct departure *d, unsigned long verdict) {
    const struct packet *packet = &p->a->packet;
    if (verdict_kind(verdict) == VERDICT_REPLY)
        net_reply(packet, p->node, p->key, d, verdict >> 8);
    else if (verdict_kind(verdict) == VERDICT_ANSWER)
        net_reply(packet, p->node, p->key, d, net_append(packet, d->o, verdict));
    else {
        departure_free(d);
        return false;
    }
    return true;
}

/* Handlers run with interrupts on; all else with them off. */
static void run(const struct pending *p) {
    struct departure *d = departure_new();
    unsigned long verdict = NET_NOTHING;
    if (d) {
        sti();
        verdict = raise_received(p->node, &p->a->packet, p->key, d->o);
        cli();
        raise_exception_take(NULL); /* nobody's */
    }
    if (verdict == NET_NOTHING)
        p->a->of->nobodys++;
    if (d && !reply(p, d, verdict) && verdict != NET_NOTHING)
        net_go_up(p->a, p->node, p->key, verdict);
    loopback_drain();
    arrival_release(p->a);
}

void (*net_kernel_time)(unsigned long now);

static void run_alarm(void) {
    const unsigned long now = net_clock();
    if (now < alarm)
        return;
    alarm = UINT64_MAX;
    sti();
    if (net_kernel_time)
        net_kernel_time(now);
    net_time(now);
    cli();
    raise_exception_take(NULL);
}

static void *work(void *unused) {
    (void)unused;
    cli();
    for (;;) {
        while (posted == taken && net_clock() < alarm)
            kthread_wait_always(&idle);
        run_alarm();
        if (posted != taken) {
            struct pending p = queue[taken++ % QUEUE];
            run(&p);
        }
    }
    return NULL;
}

/* --- Time --- */

unsigned long net_now(void) {
    return net_clock();
}

/* One that is far away is looked at again: others may want the timer before. */
static void arm(void) {
    const unsigned long now = net_clock(), left = alarm > now ? alarm - now : 1;
    timer_arm_ns(left < SCHEDULER_QUANTUM_NS ? left : SCHEDULER_QUANTUM_NS);
}

static preempt_fn *before;

static void tick(void) {
    if (net_clock() >= alarm)
        kthread_wake(&idle);
    else if (alarm != UINT64_MAX)
        arm();
    before();
}

/* Nobody else wants the timer any more. */
static void stop(void) {
    if (alarm == UINT64_MAX)
        timer_stop();
    else
        arm();
}

void net_alarm(unsigned long at) {
    bool on = interrupts_off();
    if (at < alarm) {
        alarm = at;
        arm();
    }
    interrupts_restore(on);
}

void net_strand_init(void) {
    const uint64_t hz = timer_tsc_hz();
    net_tick = hz ? (uint64_t)(((unsigned __int128)1000000000 << 32) / hz) : 0;
    if (!kthread_fork(work, NULL))
        panic("net_strand_init: no memory for the strand of packets");
    before = preempt_init(tick);
    scheduler_stops_timer = stop;
}
