/* SPDX-License-Identifier: MIT */
/* net_tcp_out.c -- see net.h: what TCP's connections send. */
#include "exo/libos/net/net_own.h"

#include "lib/error.h"
#include "protocol/bytes.h"
#include "protocol/tcp/tcp_next.h"

static inline uint64_t sum_header(const uint8_t *h, uint32_t bytes) {
    if (bytes != TCP_TIMED_HEADER)
        return sum_bytes(h, bytes);
    return sum_join(sum_join(wire_load64(h), wire_load64(h + 8)),
                    sum_join(wire_load64(h + 16), wire_load64(h + 24)));
}

static void put_sum(const struct net_path *p, uint8_t *header, uint32_t bytes, uint32_t data,
                    uint64_t sum) {
    sum = sum_join(sum, sum_header(header, bytes));
    sum = sum_join(sum, sum_join(p->sum, __builtin_bswap16((uint16_t)(bytes + data))));
    sum_put(header + 16, sum_end(sum));
}

/* `bytes` bytes of the ring, `at` behind its first: one part or two, and their sum. */
static uint32_t from_ring(const struct net_tcp *c, uint32_t at, uint32_t bytes,
                          struct link_part *part, uint64_t *sum) {
    uint32_t from = (c->out_first + at) & (c->out_size - 1);
    uint32_t first = c->out_size - from < bytes ? c->out_size - from : bytes;
    part[0] = (struct link_part){c->out + from, first};
    *sum = sum_bytes(part[0].at, first);
    if (first == bytes)
        return 1;
    part[1] = (struct link_part){c->out, bytes - first};
    uint64_t more = sum_bytes(c->out, bytes - first);
    *sum = sum_join(*sum, first % 2 ? sum_odd(more) : more);
    return 2;
}

/* So few bytes are rather copied behind the header than sent from where they lie. */
#define COPIED 256u

/* Where `bytes` bytes to send are, `at` behind what has arrived. */
static inline uint32_t parts_of(struct net_tcp *c, uint32_t at, uint32_t bytes,
                                struct link_part *part, uint64_t *sum) {
    return c->gather ? c->gather(c, at, bytes, part, sum) : from_ring(c, at, bytes, part, sum);
}

static void send_segment(struct net_tcp *c, const struct tcp_segment *s, uint32_t at) {
    struct net *n = c->net;
    struct link_part part[NET_PARTS];
    uint64_t sum = 0;
    uint32_t parts = 0;
    if (s->length)
        parts = parts_of(c, at, s->length, part, &sum);
    uint8_t *header = link_head(&n->link) + NET_HEAD;
    uint32_t bytes = tcp_put(header, s);
    put_sum(&c->path, header, bytes, s->length, sum);
    if (s->length > COPIED) {
        net_send(n, &c->path, bytes, part, parts, s->length);
        return;
    }
    for (uint32_t i = 0; i < parts; bytes += part[i++].bytes)
        memcpy(header + bytes, part[i].at, part[i].bytes);
    net_send(n, &c->path, bytes, NULL, 0, 0);
}

/* The header of a frame, again but for its segment's number; `sum` is that of TCP's without number
 * and data. */
static inline void put_header(uint8_t *head, const uint8_t *like, uint32_t seq, uint64_t sum) {
    memcpy(head, like, NET_HEAD + TCP_TIMED_HEADER);
    wire_put32(head + NET_HEAD + 4, seq);
    sum_put(head + NET_HEAD + 16, sum_end(sum_join(sum, wire_swap32(seq))));
}

/* So many go together, so that one interrupt tells of them. */
#define TRAIN 8u

/* Behind a segment of data that went now all whole ones that may go as well. */
static __attribute__((noinline)) void send_more(struct net_tcp *c, struct tcp_segment *s) {
    struct net *n = c->net;
    struct link *l = &n->link;
    uint8_t like[NET_HEAD + TCP_TIMED_HEADER];
    struct link_part part[NET_PARTS];
    uint32_t at;
    if (s->options != TCP_HAS_TIME || l->kept || c->path.ip == n->ip)
        return;
    memcpy(like, link_last(l), sizeof like);
    like[NET_HEAD + 13] = TCP_ACK;
    memset(like + NET_HEAD + 4, 0, 4);
    sum_put(like + NET_HEAD + 16, 0);
    uint64_t header = sum_join(sum_join(c->path.sum, sum_bytes(like + NET_HEAD, TCP_TIMED_HEADER)),
                               wire_swap16(TCP_TIMED_HEADER + s->length));
    bool more = tcp_output_next(&c->t, s, &at);
    while (more) {
        uint64_t sum;
        uint8_t *head = link_head(l);
        if (!head) {
            tcp_output_undo(&c->t, s);
            break;
        }
        uint32_t parts = parts_of(c, at, s->length, part, &sum);
        put_header(head, like, s->seq, sum_join(header, sum));
        n->count.sent++;
        more = tcp_output_next(&c->t, s, &at);
        if (more && l->sent % TRAIN)
            link_send_more(l, sizeof like, part, parts);
        else
            link_send(l, sizeof like, part, parts);
    }
    if (l->kept)
        n->due = 0;
}

/* Whether a step would send nothing now: so it need not be asked. */
static inline bool idle(const struct tcp *t) {
    return t->state == TCP_ESTABLISHED && !t->wants && t->snd_nxt == t->snd_end;
}

void net_tcp_output(struct net_tcp *c, uint64_t now) {
    struct net *n = c->net;
    struct tcp_segment s;
    uint32_t at;
    if (c->held || c->queued)
        return;
    c->waits = net_resolve(n, &c->path);
    while (!c->waits && !idle(&c->t)) {
        if (!link_head(&n->link) || (c->path.ip == n->ip && n->link.loops == LINK_LOOPS))
            c->waits = true;
        else if (!tcp_output(&c->t, now, &s, &at))
            break;
        else {
            send_segment(c, &s, at);
            if (s.length > COPIED)
                send_more(c, &s);
        }
    }
    uint64_t due = c->waits ? now + NET_WAITS : tcp_deadline(&c->t);
    n->due = due < n->due ? due : n->due;
}

/* A segment of no connection's. */
void net_tcp_reply(struct net *n, uint32_t ip, const struct tcp_segment *s) {
    struct net_path p;
    net_path(n, &p, ip, IP_TCP, s->source, s->target);
    if (net_resolve(n, &p) == -E_AGAIN) {
        n->reply = *s;
        n->reply_to = ip;
    }
    if (p.learned != n->learned || !link_head(&n->link))
        return;
    uint8_t *header = link_head(&n->link) + NET_HEAD;
    uint32_t bytes = tcp_put(header, s);
    put_sum(&p, header, bytes, 0, 0);
    net_send(n, &p, bytes, NULL, 0, 0);
}
