/* SPDX-License-Identifier: MIT */
/* server.c -- a frame arrives: whose it is, and what becomes of it. */
#include "exo/libos/cheetah/cheetah_own.h"
#include "protocol/arp.h"

/* What a connection's stream may have before it: its numbers have 32 bits. */
#define AHEAD (1u << 30)

/* --- What a connection is told --- */

/* A page for what comes of requests; who has one and no whole request gives his. */
static uint8_t *page_for_request(struct cheetah *c) {
    uint32_t n = c->ages.oldest;
    if (!c->page) {
        while (n && (!c->connection[n].request || c->connection[n].answers))
            n = c->connection[n].newer;
        if (!n || !DEFENDED(CHEETAH_PAGES))
            return NULL;
        c->counts.displaced++;
        connection_abort(c, n);
    }
    return page_take(c);
}

/* Answers what is whole of what came; the rest is kept. */
static void serve(struct cheetah *c, uint32_t n, const uint8_t *bytes, uint32_t count,
                  uint64_t now) {
    struct connection *k = &c->connection[n];
    const uint32_t done = request_serve(c, n, bytes, count, now), rest = count - done;
    if (k->request && rest)
        memmove(k->request, bytes + done, rest);
    else if (rest)
        memcpy(k->request = page_take(c), bytes + done, rest); /* takes_data saw to it */
    k->requested = (uint16_t)rest;
    if (done)
        tcp_room(&k->tcp, k->tcp.room + done);
    if (k->request && !rest && k->tcp.gap[0].from == k->tcp.gap[0].to) {
        page_give(c, k->request);
        k->request = NULL;
    }
}

/* Whether there is memory for what a segment has. */
static bool takes_data(struct cheetah *c, const struct connection *k, const struct tcp_segment *s) {
    if (!s->length || k->request || c->page)
        return true;
    uint8_t *page = page_for_request(c);
    if (page)
        page_give(c, page);
    return page != NULL;
}

static void data(struct cheetah *c, uint32_t n, const struct tcp_event *e, const uint8_t *bytes,
                 uint64_t now) {
    struct connection *k = &c->connection[n];
    if (!k->request && e->at == 0) {
        serve(c, n, bytes + e->from, e->ready, now);
        return;
    }
    if (!k->request)
        k->request = page_take(c);
    memcpy(k->request + k->requested + e->at, bytes + e->from, e->length);
    serve(c, n, k->request, k->requested + e->ready, now);
}

/* The stream goes on, or ends. */
static void go_on(struct connection *k) {
    const bool ended = k->tcp.state == TCP_CLOSE_WAIT;
    if (ended && k->answers < CHEETAH_ANSWERS)
        k->ends = true;
    while (k->unwritten && k->tcp.snd_end - k->tcp.snd_una < AHEAD) {
        const uint32_t part = k->unwritten < AHEAD ? (uint32_t)k->unwritten : AHEAD;
        if (!tcp_write(&k->tcp, part))
            break;
        k->unwritten -= part;
    }
    if (k->ends && !k->unwritten && !(k->tcp.flags & TCP_IS_CLOSING)) {
        tcp_close(&k->tcp);
        k->tcp.flags |= TCP_IS_ORPHAN;
    }
}

/* --- Connections --- */

static void refuse(struct cheetah *c, const struct tcp_segment *s, uint32_t peer,
                   const struct ether_address *ether) {
    struct tcp_segment reply;
    struct path path;
    c->counts.refused++;
    if (!tcp_refuse(s, &reply))
        return;
    path_make(c, &path, peer, ether);
    output_alone(c, &reply, &path);
}

static void admit(struct cheetah *c, const struct tcp_segment *s, uint32_t peer,
                  const struct ether_address *ether, uint64_t now) {
    const struct tuple t = {c->setup.ip, peer, c->setup.port, s->source};
    const struct tcp_setup how = {
        .iss = tcp_iss(&c->setup.secret, &t, now),
        .ts_offset = tcp_iss(&c->setup.secret, &t, 0),
        .room = HTTP_REQUEST_MOST,
        .source = c->setup.port,
        .target = s->source,
        .mss = SEGMENT,
    };
    const bool begins = (s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
    const uint32_t n = begins ? connection_new(c, peer, s->source) : 0;
    struct connection *k = &c->connection[n];
    if (!n || !tcp_accept(&k->tcp, &how, s, now)) {
        if (n)
            connection_free(c, n);
        if (!begins)
            refuse(c, s, peer, ether);
        return;
    }
    if (k->tcp.mss >= CHEETAH_GRAIN)
        k->tcp.mss -= k->tcp.mss % CHEETAH_GRAIN;
    k->tcp.flags |= TCP_IS_NODELAY;
    path_make(c, &k->path, peer, ether);
    k->until = now + CHEETAH_PATIENCE;
    connection_due(c, n);
}

static void segment(struct cheetah *c, const struct tcp_segment *s, const uint8_t *bytes,
                    uint32_t peer, const struct ether_address *ether, uint64_t now) {
    uint32_t n = connection_find(c, peer, s->source);
    struct connection *k = &c->connection[n];
    struct tcp_event e;
    if (n && tcp_gives_way(&k->tcp, s)) {
        connection_free(c, n);
        n = 0;
    }
    if (!n) {
        admit(c, s, peer, ether, now);
        return;
    }
    if (!takes_data(c, k, s))
        return; /* it comes again */
    connection_touch(c, n);
    tcp_input(&k->tcp, s, now, &e);
    if (e.what & TCP_REFUSE)
        refuse(c, s, peer, ether);
    if (k->tcp.state == TCP_CLOSED) {
        connection_free(c, n);
        return;
    }
    if (e.what & TCP_OPENED)
        connection_opened(c, k);
    if (e.what & TCP_ACKED) {
        connection_acked(c, k, e.acked, now);
        if (k->requested)
            serve(c, n, k->request, k->requested, now);
    }
    if (e.what & TCP_DATA)
        data(c, n, &e, bytes, now);
    go_on(k);
    connection_due(c, n);
}

/* --- Frames --- */

static void arp(struct cheetah *c, const uint8_t *packet, uint32_t bytes, uint64_t now) {
    const struct arp_self me = {c->setup.ip, c->setup.ether, now};
    struct arp_entry asked = {0}; /* answers go where frames came from: nothing is remembered */
    struct arp_packet a, reply;
    uint8_t *head;
    if (!arp_get(packet, bytes, &a) || !arp_input(&asked, 1, &a, &me, &reply) ||
        !(head = c->setup.wire->head(c->setup.wire)))
        return;
    memset(head, 0, ETHER_LEAST);
    ether_put(head, &reply.target_ether, &c->setup.ether, ETHER_ARP);
    arp_put(head + ETHER_HEADER, &reply);
    c->setup.wire->send(c->setup.wire, &(struct link_part){head, ETHER_LEAST}, 1);
    c->setup.wire->go(c->setup.wire);
    c->counts.frames_out++;
}

/* A segment of TCP for us, whole and right; else false. */
static bool ours(const struct cheetah *c, const uint8_t *packet, uint32_t bytes,
                 struct ip_header *ip, struct tcp_segment *s) {
    if (ip_get(packet, bytes, ip) != IP_FINE || ip->target != c->setup.ip ||
        ip->protocol != IP_TCP || ip->more || ip->offset)
        return false;
    const uint32_t length = ip->length - ip->header;
    const uint64_t sum = sum_join(sum_bytes(packet + ip->header, length),
                                  sum_pseudo(ip->source, ip->target, IP_TCP, length));
    return (sum_fold(sum) == UINT16_MAX || !DEFENDED(CHEETAH_CHECKSUM)) &&
           tcp_get(packet + ip->header, length, s) && s->target == c->setup.port;
}

void cheetah_frame(struct cheetah *c, const uint8_t *frame, uint32_t bytes, uint64_t now) {
    struct ip_header ip;
    struct tcp_segment s;
    c->counts.frames_in++;
    if (bytes < ETHER_HEADER)
        return;
    const uint8_t *packet = frame + ETHER_HEADER;
    if (ether_type(frame) == ETHER_ARP) {
        arp(c, packet, bytes - ETHER_HEADER, now);
        return;
    }
    if (ether_type(frame) != ETHER_IP || memcmp(frame, &c->setup.ether, 6) != 0 ||
        !ours(c, packet, bytes - ETHER_HEADER, &ip, &s)) {
        c->counts.damaged++;
        return;
    }
    struct ether_address from;
    memcpy(&from, frame + 6, sizeof from);
    segment(c, &s, packet + ip.length - s.length, ip.source, &from, now);
}

bool cheetah_work(struct cheetah *c, uint64_t now) {
    connections_look(c, now);
    c->frames_most = c->counts.frames_out + CHEETAH_BURST;
    while (c->due) {
        const uint32_t n = c->due;
        struct connection *k = &c->connection[n];
        if (!output(c, n, now))
            return false;
        if (c->due != n || !k->due)
            continue; /* it is gone */
        c->due = k->due_next;
        k->due = false;
        connection_timed(c, k);
    }
    return true;
}

uint64_t cheetah_deadline(const struct cheetah *c) {
    return c->due ? 0 : c->deadline;
}
