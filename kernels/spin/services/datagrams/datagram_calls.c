/* SPDX-License-Identifier: MIT */
/* datagram_calls.c -- see datagram_calls.h. All of it with interrupts off, but copies from and to
 * the process's memory, which may wait. */
#include "spin/services/datagrams/datagram_calls.h"

#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/space/process.h"
#include "spin/datagram_abi.h"
#include "spin/services/calls/call_guard.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/calls/user_copy.h"
#include "spin/services/handlers.h"
#include "spin/services/net/plexus.h"
#include "spin/services/thread/kthread.h"

MODULE("Datagrams");

#define ENDS    16
#define SHARE   (ENDS / 2) /* of one process */
#define PENDING 16         /* a power of two */
/* Each end may hold one datagram, and all of them so many more: an interface has these beside those
 * that its device has. */
#define MORE 16

_Static_assert(DATAGRAM_ANY == NET_ANY, "processes say it as extensions do");
_Static_assert(ENDS + MORE <= ARRIVALS - ARRIVALS_IN_NIC && ENDS + MORE < ARRIVALS_LOOPBACK, "");
_Static_assert(DATAGRAM_MOST <= OUTGOING_DATA, "it fits into a page that goes");

/* An open port. */
static struct end {
    struct process *process; /* null: it is free */
    struct claim *claim;
    struct event_binding *binding;
    struct list waiting;              /* the process, for a datagram */
    struct arrival *pending[PENDING]; /* held */
    unsigned long came, taken;
} ends[ENDS];
static unsigned more; /* that are held beside each one's first */

/* Whether it may hold one datagram more. */
static bool has_room(struct end *e) {
    const unsigned long held = e->came - e->taken;
    if (held == PENDING || (held && more == MORE && DEFENDED(PACKET_KEPT)))
        return false;
    more += held > 0;
    return true;
}

static unsigned long arrived(void *closure, struct packet *p, unsigned long key,
                             struct outgoing *reply) {
    struct end *e = closure;
    struct arrival *a = container_of(p, struct arrival, packet);
    (void)key, (void)reply;
    if (!has_room(e)) {
        a->of->dropped++;
        return NET_TAKEN;
    }
    arrival_hold(a);
    e->pending[e->came++ % PENDING] = a;
    kthread_wake(&e->waiting);
    return NET_TAKEN;
}

/* The current process's end of this number, or null. */
static struct end *end_of(uint64_t number) {
    struct end *e = number < ENDS ? &ends[number] : NULL;
    return e && e->process == process_current() ? e : NULL;
}

static bool has_its_share(const struct process *p) {
    unsigned has = 0;
    for (const struct end *e = ends; e < ends + ENDS; e++)
        has += e->process == p;
    return has >= SHARE && DEFENDED(PACKET_ENDS);
}

static long open_end(uint64_t port, uint64_t nic) {
    struct end *e = ends;
    while (e < ends + ENDS && e->process)
        e++;
    if (e == ends + ENDS || has_its_share(process_current()))
        return -E_FULL;
    if (!port || port > UINT16_MAX || (nic != NET_ANY && (nic >= NET_NICS || !nic_objects[nic].ip)))
        return -E_INVALID;
    if (!claim_is_allowed(THIS_MODULE, NET_UDP, port, port))
        return -E_PERM;
    *e = (struct end){.process = process_current(),
                      .claim = claim_take(NET_UDP, port, port, (unsigned)nic, THIS_MODULE)};
    list_init(&e->waiting);
    int error = e->claim ? claim_handle(e->claim, NET_ARRIVED, arrived, e, &e->binding) : -E_EXISTS;
    if (error && e->claim)
        claim_drop(e->claim);
    if (error)
        e->process = NULL;
    return error ? error : e - ends;
}

static struct arrival *take(struct end *e) {
    if (e->came == e->taken)
        return NULL;
    more -= e->came - e->taken > 1;
    return e->pending[e->taken++ % PENDING];
}

static long close_end(struct end *e) {
    struct arrival *a;
    int error = claim_end(e->claim, e->binding);
    if (error)
        return error;
    while ((a = take(e)))
        arrival_release(a);
    e->process = NULL;
    while (kthread_wake(&e->waiting)) /* it is no more theirs */
        continue;
    return 0;
}

static void end_of_process(struct process *p) {
    for (struct end *e = ends; e < ends + ENDS; e++)
        if (e->process == p)
            close_end(e);
}

/* While it copies another thread of the process may close the end, and it may be another's. */
static long send(const struct end *e, vaddr_t from, uint64_t bytes, uint64_t address,
                 uint64_t port) {
    struct departure *d = bytes <= DATAGRAM_MOST ? departure_new() : NULL;
    if (!d)
        return bytes > DATAGRAM_MOST ? -E_TOO_LONG : -E_FULL;
    sti();
    int error = copy_in(&d->o->byte[NET_ROOM], from, bytes);
    cli();
    if (!error && e->process != process_current())
        error = -E_NOT_FOUND;
    if (error)
        departure_free(d);
    else
        error = net_send(e->claim, d, bytes, (uint32_t)address, (uint16_t)port);
    loopback_drain();
    return error == -E_AGAIN ? 0 : error; /* it goes when the station is known */
}

/* Who is alone waits where it is, as for a disk. */
static struct arrival *wait_for(struct end *e) {
    const struct process *own = e->process;
    while (*(volatile unsigned long *)&e->came == e->taken)
        if (!scheduler_wait_alone() && !kthread_wait(&e->waiting))
            return NULL;
        else if (e->process != own) /* closed meanwhile */
            return NULL;
    return take(e);
}

static long receive(struct end *e, vaddr_t to, uint64_t room, vaddr_t from) {
    struct arrival *a = wait_for(e);
    if (!a)
        return -E_INTERRUPTED;
    const struct packet *p = &a->packet;
    const struct datagram_from who = {(uint32_t)p->source, (uint32_t)p->source_port};
    const uint64_t bytes = p->bytes < room ? p->bytes : room;
    sti();
    int error = copy_out(to, p->data, bytes);
    if (!error && from)
        error = copy_out(from, &who, sizeof who);
    cli();
    arrival_release(a);
    return error ? error : (long)bytes;
}

/* --- The calls come --- */

#define WITH_END(e, integer, expression)                                                           \
    struct end *e = end_of(integer);                                                               \
    f->rax = (uint64_t)(e ? (expression) : -E_NOT_FOUND)

CALL_HANDLER(open) {
    f->rax = (uint64_t)open_end(f->rdi, f->rsi);
}

CALL_HANDLER(close) {
    WITH_END(e, f->rdi, close_end(e));
}

CALL_HANDLER(send) {
    WITH_END(e, f->rdi, send(e, f->rsi, f->rdx, f->r10, f->r8));
}

CALL_HANDLER(receive) {
    WITH_END(e, f->rdi, receive(e, f->rsi, f->rdx, f->r10));
}

CALL_HANDLER(count) {
    WITH_END(e, f->rdi, (long)(e->came - e->taken));
}

void datagram_calls_init(void) {
    static const struct call_handler calls[] = {
        CALL_OF(user_calls_handler, DATAGRAM, open) CALL_OF(user_calls_handler, DATAGRAM, close)
            CALL_OF(user_calls_handler, DATAGRAM, send)
                CALL_OF(user_calls_handler, DATAGRAM, receive)
                    CALL_OF(user_calls_handler, DATAGRAM, count)};
    struct change c;
    if (!nic_objects[0].nic)
        return;
    assert_that(HANDLE_ONCE(process_ends, end_of_process) == 0);
    change_open(&c, event_trap_syscall.module, NULL);
    calls_handle(&c, calls, sizeof calls / sizeof calls[0]);
    if (change_commit(&c))
        panic("datagram_calls_init: the calls cannot be installed");
}
