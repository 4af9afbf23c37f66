/* SPDX-License-Identifier: MIT */
/* down.c -- the way down: each protocol puts its header before what is there. Who sends has no say
 * in the source: it is the claim's and the interface's. */
#include "spin/services/net/plexus.h"

#include "lib/error.h"
#include "protocol/checksum.h"
#include "protocol/udp.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch/change.h"
#include "spin/services/net/graph.h"

/* A header of at least so many bytes is before the rest. */
static inline bool put_before(struct sending *s, unsigned long header) {
    if (header > s->begin)
        return false;
    s->begin -= header;
    s->bytes += header;
    return true;
}

static inline bool is_header(unsigned long given) {
    return given < NET_DROP;
}

static int drop(struct departure *d, const struct sending *s, int error) {
    nic_objects[s->nic].dropped++;
    departure_free(d);
    return error;
}

/* --- Ethernet --- */

static int down_ether(struct departure *d, struct sending *s) {
    struct nic_object *n = &nic_objects[s->nic];
    if (!put_before(s, ether_sent(d->o, s)) || (!n->nic && loopback_sent(d->o, s)))
        return drop(d, s, -E_INVALID);
    if (!n->nic)
        return departure_loop(d, (uint32_t)s->begin, (uint32_t)s->bytes);
    /* Whoever wrote the header: the source is this interface. */
    if (DEFENDED(PACKET_SOURCE))
        memcpy(&d->o->byte[s->begin + 6], n->address.byte, sizeof n->address.byte);
    return departure_send(n, d, (uint32_t)s->begin, (uint32_t)s->bytes);
}

/* --- IP, and who the next station is --- */

/* What waits for an answer of ARP: the packet as IP has it, one for each station. */
#define WAITING 4
static struct waiting {
    struct departure *d;
    struct sending s;
    unsigned long next;
} waiting[WAITING];

static void forget(struct waiting *w) {
    if (w->d)
        drop(w->d, &w->s, 0);
    w->d = NULL;
}

/* In the place of what waits for the same, or of the one that has waited for longest. */
static int wait_for(struct departure *d, const struct sending *s, unsigned long next) {
    struct waiting *w = waiting;
    for (struct waiting *x = waiting; x < waiting + WAITING; x++) {
        if (x->d && x->next == next) {
            w = x;
            break;
        }
        if (w->d && (!x->d || x->s.now < w->s.now))
            w = x;
    }
    forget(w);
    *w = (struct waiting){d, *s, next};
    return -E_AGAIN;
}

/* The question that a handler of Ether.Resolve has written. */
static void ask(const struct sending *about, unsigned long bytes) {
    struct departure *d = reply_take();
    struct sending s = *about;
    s.begin = NET_ROOM;
    s.bytes = bytes;
    s.type = ETHER_ARP;
    s.ether = 0xffffffffffff;
    if (d && bytes <= OUTGOING_DATA)
        down_ether(d, &s);
    else if (d)
        departure_free(d);
}

static unsigned long resolve(struct sending *s, unsigned long next) {
    const unsigned long answer = ether_resolve(next, reply_page(), s);
    if (verdict_kind(answer) == VERDICT_REPLY)
        ask(s, answer >> 8);
    return verdict_kind(answer) == NET_STATION(0) ? answer >> 8 : 0;
}

/* --- Headers that were written before --- */

/* Ethernet's and IP's for the same protocol of the same station. The length, and the number, are
 * others each time, and IP's sum. They are written by the protocols again as soon as one of these
 * is another. */
enum { HEADERS = ETHER_HEADER + IP_HEADER };
#define WAYS 16 /* a power of two */
static struct way {
    unsigned long source, target, ether, protocol, nic;
    uint64_t changes; /* of events, so many there were then */
    uint64_t sum;     /* of IP's header without length and number */
    uint8_t header[HEADERS];
} ways[WAYS];

static inline struct way *way_of(const struct sending *s) {
    return &ways[(s->target ^ s->protocol) & (WAYS - 1)];
}

static inline bool is_known(const struct way *w, const struct sending *s) {
    return w->target == s->target && w->ether == s->ether && w->protocol == s->protocol &&
           w->nic == s->nic && w->source == s->source &&
           (w->changes == changes_made || !DEFENDED(WAY_CHANGED)) && s->begin >= HEADERS &&
           !(s->offset | s->more | s->hops);
}

/* The headers of a frame are kept, if they are plain ones. */
static void keep_headers(const struct sending *s, const uint8_t *frame) {
    const uint8_t *ip = frame + ETHER_HEADER;
    struct way *w = way_of(s);
    if (s->nic == NET_LOOPBACK || !ip_is_plain(ip) || wire_get16(ip + 4) != (uint16_t)s->id ||
        !ip_plain_length(ip, (uint32_t)s->bytes - ETHER_HEADER))
        return;
    *w = (struct way){.source = s->source,
                      .target = s->target,
                      .ether = s->ether,
                      .protocol = s->protocol,
                      .nic = s->nic,
                      .changes = changes_made};
    memcpy(w->header, frame, HEADERS);
    wire_put32(w->header + ETHER_HEADER + 2, 0);
    sum_put(w->header + ETHER_HEADER + 10, 0);
    w->sum = sum_bytes(w->header + ETHER_HEADER, IP_HEADER);
}

static inline void put_known(const struct way *w, struct departure *d, struct sending *s) {
    s->begin -= HEADERS;
    s->bytes += HEADERS;
    uint8_t *frame = &d->o->byte[s->begin], *ip = frame + ETHER_HEADER;
    memcpy(frame, w->header, HEADERS);
    wire_put16(ip + 2, (uint32_t)s->bytes - ETHER_HEADER);
    wire_put16(ip + 4, (uint16_t)s->id);
    sum_put(ip + 10, sum_end(w->sum + wire_load32(ip + 2)));
}

static inline int down_known(const struct way *w, struct departure *d, struct sending *s) {
    put_known(w, d, s);
    return departure_send(&nic_objects[s->nic], d, (uint32_t)s->begin, (uint32_t)s->bytes);
}

bool net_go_down_known(struct departure *d, struct sending *s, struct dma_piece data,
                       uint32_t *users) {
    const struct way *w = way_of(s);
    if (!is_known(w, s))
        return false;
    s->bytes += data.bytes;
    put_known(w, d, s);
    departure_send_behind(&nic_objects[s->nic], d, (uint32_t)s->begin,
                          (uint32_t)s->bytes - data.bytes, data, users);
    return true;
}

static int down_ip(struct departure *d, struct sending *s);

/* What is too long for the link goes in pieces, each a packet of its own. */
static int down_pieces(struct departure *d, const struct sending *s) {
    int error = 0;
    for (uint32_t from = 0, bytes; from < s->bytes && !error; from += bytes) {
        struct departure *piece = departure_new();
        struct sending of = *s;
        bytes = ip_cut((uint32_t)s->bytes, from, ETHER_MTU);
        if (!piece)
            return drop(d, s, -E_FULL);
        memcpy(&piece->o->byte[NET_ROOM], &d->o->byte[s->begin + from], bytes);
        of.begin = NET_ROOM;
        of.bytes = bytes;
        of.offset = from;
        of.more = from + bytes < s->bytes;
        error = down_ip(piece, &of);
    }
    departure_free(d);
    return error;
}

static int down_ip(struct departure *d, struct sending *s) {
    if (s->bytes > ETHER_MTU - IP_HEADER)
        return down_pieces(d, s);
    const struct way *w = way_of(s);
    if (is_known(w, s))
        return down_known(w, d, s);
    unsigned long header = ip_sent(d->o, s);
    if (!is_header(header)) {
        const unsigned long next = header & UINT32_MAX;
        if (!(header & NET_RESOLVE))
            return drop(d, s, -E_INVALID);
        s->ether = resolve(s, next);
        if (!s->ether)
            return wait_for(d, s, next);
        if (is_known(w, s))
            return down_known(w, d, s);
        header = ip_sent(d->o, s);
    }
    if (!is_header(header) || !put_before(s, header))
        return drop(d, s, -E_INVALID);
    s->type = ETHER_IP;
    const unsigned long begin = s->begin;
    const int error = down_ether(d, s);
    if (!error && header == IP_HEADER && begin - s->begin == ETHER_HEADER &&
        !(s->offset | s->more | s->hops))
        keep_headers(s, &d->o->byte[s->begin]);
    return error;
}

/* Not what waits for others: that would ask again, and two who hear each other's questions would
 * never end. */
void net_resolved(unsigned long ip) {
    for (struct waiting *w = waiting; w < waiting + WAITING; w++) {
        struct departure *d = w->d;
        if (!d || (w->next != ip && DEFENDED(PACKET_ASKED)))
            continue;
        w->d = NULL;
        down_ip(d, &w->s);
    }
}

/* --- What is above IP --- */

static int down_transport(struct departure *d, struct sending *s, unsigned protocol,
                          unsigned long (*sent)(struct outgoing *, struct sending *)) {
    s->sum = sum_fold(sum_bytes(&d->o->byte[s->begin], (uint32_t)s->bytes));
    const unsigned long header = sent(d->o, s);
    if (!is_header(header) || !put_before(s, header))
        return drop(d, s, -E_INVALID);
    s->protocol = protocol;
    return down_ip(d, s);
}

static int down_rpc(struct departure *d, struct sending *s) {
    const unsigned long header = rpc_sent(d->o, s);
    if (!is_header(header) || !put_before(s, header))
        return drop(d, s, -E_INVALID);
    return down_transport(d, s, IP_UDP, udp_sent);
}

static int down_am(struct departure *d, struct sending *s) {
    const unsigned long header = am_sent(d->o, s);
    if (!is_header(header) || !put_before(s, header))
        return drop(d, s, -E_INVALID);
    s->type = ETHER_AM;
    return down_ether(d, s);
}

int net_go_down(struct departure *d, unsigned node, struct sending *s) {
    switch (node) {
    case NET_ETHER:
        return down_ether(d, s);
    case NET_IP:
        return down_ip(d, s);
    case NET_UDP:
        return down_transport(d, s, IP_UDP, udp_sent);
    case NET_TCP:
        return down_transport(d, s, IP_TCP, tcp_sent);
    case NET_AM:
        return down_am(d, s);
    default:
        return down_rpc(d, s);
    }
}

/* --- Datagrams whose data lie elsewhere --- */

/* IP's header, and the station that is next. */
static int behind_ip(struct departure *d, struct sending *s) {
    unsigned long header = ip_sent(d->o, s);
    if (header & NET_RESOLVE && !is_header(header)) {
        s->ether = resolve(s, header & UINT32_MAX);
        if (!s->ether)
            return -E_AGAIN;
        header = ip_sent(d->o, s);
    }
    return is_header(header) && put_before(s, header) ? 0 : -E_INVALID;
}

int net_go_down_behind(struct departure *d, struct sending *s, struct dma_piece data,
                       uint32_t *users) {
    struct nic_object *n = &nic_objects[s->nic];
    unsigned long header;
    if (!n->nic || s->bytes + data.bytes > ETHER_MTU - IP_HEADER - UDP_HEADER)
        return drop(d, s, -E_INVALID);
    s->bytes += data.bytes;
    header = udp_sent(d->o, s);
    if (header != UDP_HEADER || !put_before(s, header))
        return drop(d, s, -E_INVALID);
    udp_forget_sum(&d->o->byte[s->begin]);
    s->protocol = IP_UDP;
    int error = behind_ip(d, s);
    s->type = ETHER_IP;
    if (!error && !put_before(s, ether_sent(d->o, s)))
        error = -E_INVALID;
    if (error)
        return drop(d, s, error);
    if (DEFENDED(PACKET_SOURCE))
        memcpy(&d->o->byte[s->begin + 6], n->address.byte, sizeof n->address.byte);
    return departure_send_behind(n, d, (uint32_t)s->begin, (uint32_t)(s->bytes - data.bytes), data,
                                 users);
}
