/* SPDX-License-Identifier: MIT */
/* nic_object.c -- see nic_object.h. */
#include "spin/services/nic/nic_object.h"

#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/name_space.h"
#include "spin/services/net/station.h"

#define BUFFER_BYTES 2048 /* two in a page frame; a frame of Ethernet fits */

struct nic_object nic_objects[NET_NICS];
const struct name_type name_nic = {.name = "nic"};

static const char *const paths[NICS_MAX] = {"/devices/net0", "/devices/net1", "/devices/net2",
                                            "/devices/net3"};
static void (*frame_came)(struct nic_request *r);
static void (*frame_looped)(struct arrival *a, uint32_t bytes);

/* --- Frames that come --- */

static void give(struct arrival *a) {
    a->request.again = true;
    if (nic_hand_over(a->of->nic, NIC_RECEIVE, &a->request))
        list_push_back(&a->of->free, &a->link);
}

struct arrival arrival_new(struct nic_object *n, uint8_t *bytes) {
    return (struct arrival){
        .packet = {.frame = bytes, .nic = n->number, .me = n->ip, .mac = n->mac},
        .of = n,
        .bytes = bytes,
    };
}

/* Of what somebody kept; the device has enough without it, perhaps. */
void arrival_come_back(struct arrival *a) {
    if (a->looped) {
        departure_free(departure_of(a->looped));
        a->looped = NULL;
        list_push_back(&a->of->free, &a->link);
    } else if (!a->request.piece)
        ; /* a packet that came in pieces stays where it is */
    else if (nic_in_flight(a->of->nic, NIC_RECEIVE) < ARRIVALS_IN_NIC)
        give(a);
    else
        list_push_back(&a->of->free, &a->link);
}

void arrival_withdrawn(struct arrival *a) {
    list_push_back(&a->of->free, &a->link);
}

void arrival_replace(struct arrival *kept) {
    struct list *node = list_pop_front(&kept->of->free);
    kept->request.again = false;
    if (node) {
        kept->request.instead = &container_of(node, struct arrival, link)->request;
        kept->request.instead->again = true;
    }
}

/* --- Frames that go --- */

static struct outgoing *pages; /* follow each other; one more is behind them */
static struct departure departures[OUTGOINGS];
static struct list idle = LIST_INIT(idle);

struct departure *departure_of(struct outgoing *o) {
    return &departures[o - pages];
}

/* What has gone is told of where the next one is wanted. */
static struct list *collect(void) {
    for (unsigned i = 0; i < NICS_MAX; i++)
        if (nic_objects[i].nic)
            nic_collect_sent(nic_objects[i].nic);
    return list_pop_front(&idle);
}

struct departure *departure_new(void) {
    struct list *node = list_pop_front(&idle);
    if (!node)
        node = collect();
    return node ? container_of(node, struct departure, link) : NULL;
}

struct departure *reply_kept;

struct outgoing *reply_find(void) {
    reply_kept = departure_new();
    return reply_kept ? reply_kept->o : &pages[OUTGOINGS];
}

void departure_free(struct departure *d) {
    list_push_front(&idle, &d->link);
}

static void went(struct nic_request *r) {
    departure_free(r->arg);
}

static inline int send(struct nic_object *n, struct departure *d, uint32_t begin, uint32_t bytes) {
    int error = bytes < NIC_HEADER || bytes > NIC_FRAME_MAX ? -E_INVALID : 0;
    d->piece[0].at = physical(&d->o->byte[begin]);
    d->piece[0].bytes = bytes;
    if (!error)
        error = nic_send_short(n->nic, &d->request);
    if (error) {
        n->dropped++;
        departure_free(d);
        return error;
    }
    n->sent++;
    n->sent_bytes += bytes;
    n->last = d;
    return 0;
}

/* A frame that is too short for Ethernet has zeros behind it, and not what lay there. */
static __attribute__((noinline)) int send_padded(struct nic_object *n, struct departure *d,
                                                 uint32_t begin, uint32_t bytes) {
    if (DEFENDED(PACKET_PADDED))
        memset(&d->o->byte[begin + bytes], 0, ETHER_LEAST - bytes);
    return send(n, d, begin, bytes < NIC_HEADER ? bytes : ETHER_LEAST);
}

int departure_send(struct nic_object *n, struct departure *d, uint32_t begin, uint32_t bytes) {
    return bytes < ETHER_LEAST ? send_padded(n, d, begin, bytes) : send(n, d, begin, bytes);
}

/* It is one of its own page alone again. */
static void let_go(struct departure *d) {
    d->request.pieces = 1;
    d->request.ended = went;
    --*d->users;
}

static void went_behind(struct nic_request *r) {
    let_go(r->arg);
    went(r);
}

int departure_send_behind(struct nic_object *n, struct departure *d, uint32_t begin, uint32_t bytes,
                          struct dma_piece data, uint32_t *users) {
    if (bytes + data.bytes < ETHER_LEAST) { /* what is so short is copied */
        memcpy(&d->o->byte[begin + bytes], direct(data.at), data.bytes);
        return departure_send(n, d, begin, bytes + data.bytes);
    }
    d->piece[1] = data;
    d->users = users;
    ++*users;
    d->request.pieces = 2;
    d->request.ended = went_behind;
    int error = send(n, d, begin, bytes);
    if (error)
        let_go(d);
    else
        n->sent_bytes += data.bytes;
    return error;
}

/* --- Frames that come back --- */

struct list loopback_waiting = LIST_INIT(loopback_waiting);
static bool draining;

/* Frames that are taken one behind the other: handlers that answer each other's answers would never
 * give the processor back. */
#define LOOPS_MOST (4 * ARRIVALS_LOOPBACK)

int departure_loop(struct departure *d, uint32_t begin, uint32_t bytes) {
    struct nic_object *n = &nic_objects[NET_LOOPBACK];
    struct list *node = list_pop_front(&n->free);
    if (!node) {
        n->dropped++;
        departure_free(d);
        return -E_FULL;
    }
    struct arrival *a = container_of(node, struct arrival, link);
    a->looped = d->o;
    a->packet.frame = a->bytes = &d->o->byte[begin];
    a->request.bytes = bytes;
    n->sent++;
    n->sent_bytes += bytes;
    list_push_back(&loopback_waiting, &a->link);
    return 0;
}

void loopback_empty(void) {
    struct list *node;
    if (draining)
        return;
    draining = true;
    for (unsigned taken = 0; (node = list_pop_front(&loopback_waiting)); taken++) {
        struct arrival *a = container_of(node, struct arrival, link);
        a->holds = 1;
        if (taken < LOOPS_MOST || !DEFENDED(PACKET_LOOPED))
            frame_looped(a, a->request.bytes);
        else
            a->of->dropped++;
        arrival_release(a);
    }
    draining = false;
}

/* --- The beginning --- */

static void must(bool done) {
    if (!done)
        panic("nic_objects_init: no memory for the interfaces' buffers");
}

static struct arrival *arrivals_new(unsigned count) {
    struct arrival *a = heap_alloc(count * sizeof *a);
    must(a);
    return a;
}

static void give_buffers(struct nic_object *n) {
    struct arrival *a = arrivals_new(ARRIVALS);
    paddr_t frame;
    for (unsigned i = 0; i < ARRIVALS; i++, a++) {
        if (i % 2 == 0)
            must(!frame_alloc_zeroed(&frame));
        const paddr_t at = paddr_add(frame, i % 2 * BUFFER_BYTES);
        *a = arrival_new(n, direct(at));
        a->piece = (struct dma_piece){.at = at, .bytes = NIC_FRAME_MAX};
        a->request = (struct nic_request){
            .piece = &a->piece, .pieces = 1, .pinned = true, .ended = frame_came, .arg = a};
        must(!nic_check(NIC_RECEIVE, &a->request));
        if (i < ARRIVALS_IN_NIC)
            give(a);
        else
            list_push_back(&n->free, &a->link);
    }
}

static void begin_departures(void) {
    paddr_t first;
    must(!frame_alloc_run(&first, OUTGOINGS + 1));
    pages = direct(first);
    for (unsigned i = 0; i < OUTGOINGS; i++) {
        struct departure *d = &departures[i];
        d->o = &pages[i];
        d->request = (struct nic_request){
            .piece = d->piece, .pieces = 1, .pinned = true, .quiet = true, .ended = went, .arg = d};
        list_push_back(&idle, &d->link);
    }
}

/* Two and two are on a link: 10.0.0.1, 10.0.0.2, 10.0.1.1, 10.0.1.2. Where the first interface is
 * the second of its link, as the last byte of its station says, it is the second here. */
static uint32_t ip_of(unsigned i, const uint8_t first[6]) {
    const bool second = first[0] == 2 && first[5] == 2;
    i += second ? 1 : 0;
    return 0x0a000001 + i / 2 * 256 + i % 2;
}

static void begin_nic(unsigned i, struct nic *nic) {
    struct nic_object *n = &nic_objects[i];
    uint8_t begins[8] = {0};
    n->nic = nic;
    n->number = i;
    memcpy(begins, nic_facts(nic)->address, sizeof n->address.byte);
    memcpy(n->address.byte, begins, sizeof n->address.byte);
    n->mac = station_get(begins);
    n->alone = nic_is_alone(begins);
    n->ip = ip_of(i, nic_objects[0].address.byte);
    n->mask = 0xffffff00;
    give_buffers(n);
    name_space_attach(paths[i], &name_nic, n);
}

static void begin_loopback(void) {
    struct nic_object *n = &nic_objects[NET_LOOPBACK];
    struct arrival *a = arrivals_new(ARRIVALS_LOOPBACK);
    n->number = NET_LOOPBACK;
    n->ip = 0x7f000001;
    n->mask = 0xff000000;
    for (unsigned i = 0; i < ARRIVALS_LOOPBACK; i++) {
        a[i] = arrival_new(n, NULL);
        list_push_back(&n->free, &a[i].link);
    }
}

bool nic_objects_init(void (*came)(struct nic_request *r),
                      void (*looped)(struct arrival *a, uint32_t bytes)) {
    nic_init();
    if (!nic_at(0))
        return false;
    frame_came = came;
    frame_looped = looped;
    begin_departures();
    for (unsigned i = 0; i < NET_NICS; i++)
        list_init(&nic_objects[i].free);
    for (unsigned i = 0; i < NICS_MAX && nic_at(i); i++)
        begin_nic(i, nic_at(i));
    begin_loopback();
    return true;
}
