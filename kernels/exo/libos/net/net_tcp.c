/* SPDX-License-Identifier: MIT */
/* net_tcp.c -- see net.h: buffers, timers and the wire of TCP's connections. */
#include "exo/libos/net/net.h"

#include "lib/error.h"
#include "protocol/bytes.h"

/* --- Which one it is --- */

static inline struct net_tcp **chain(struct net *n, uint32_t ip, uint16_t ours, uint16_t theirs) {
    return &n->tcp[(ip ^ ours ^ (theirs << 3 | theirs >> 5)) % NET_HASHES];
}

static inline struct net_tcp **place(struct net *n, uint32_t ip, uint16_t ours, uint16_t theirs) {
    struct net_tcp **at = chain(n, ip, ours, theirs);
    while (*at && ((*at)->t.source != ours || (*at)->t.target != theirs || (*at)->path.ip != ip))
        at = &(*at)->next;
    return at;
}

static void enter(struct net *n, struct net_tcp *c) {
    struct net_tcp **at = chain(n, c->path.ip, c->t.source, c->t.target);
    c->next = *at;
    *at = c;
}

static void forget(struct net_tcp *c) {
    struct net_tcp **at = chain(c->net, c->path.ip, c->t.source, c->t.target);
    while (*at && *at != c)
        at = &(*at)->next;
    if (*at)
        *at = c->next;
    for (at = &c->net->later; *at && *at != c;)
        at = &(*at)->later;
    if (*at)
        *at = c->later;
    c->queued = false;
}

static struct net_listener *listener_of(const struct net *n, uint16_t port) {
    struct net_listener *l = n->listener;
    while (l && l->port != port)
        l = l->next;
    return l;
}

long net_listen(struct net *n, struct net_listener *l) {
    if (listener_of(n, l->port))
        return -E_EXISTS;
    l->next = n->listener;
    n->listener = l;
    return 0;
}

void net_listen_end(struct net *n, struct net_listener *l) {
    struct net_listener **at = &n->listener;
    while (*at && *at != l)
        at = &(*at)->next;
    if (*at)
        *at = l->next;
}

/* --- Out --- */

static void put_sum(const struct net_path *p, uint8_t *header, uint32_t bytes, uint32_t data,
                    uint64_t sum) {
    sum = sum_join(sum, sum_bytes(header, bytes));
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

static void send_segment(struct net_tcp *c, const struct tcp_segment *s, uint32_t at) {
    struct net *n = c->net;
    struct link_part part[NET_PARTS];
    uint64_t sum = 0;
    uint32_t parts = 0;
    if (s->length)
        parts = c->gather ? c->gather(c, at, s->length, part, &sum)
                          : from_ring(c, at, s->length, part, &sum);
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

/* Whether a step would send nothing now: so it need not be asked. */
static inline bool idle(const struct tcp *t) {
    return t->state == TCP_ESTABLISHED && !t->wants && t->snd_nxt == t->snd_end;
}

static void output(struct net_tcp *c, uint64_t now) {
    struct net *n = c->net;
    struct tcp_segment s;
    uint32_t at;
    if (c->held || c->queued)
        return;
    c->waits = net_resolve(n, &c->path);
    while (!c->waits && !idle(&c->t)) {
        if (!link_head(&n->link) || (c->path.ip == n->ip && n->link.loops == LINK_LOOPS))
            c->waits = true;
        else if (tcp_output(&c->t, now, &s, &at))
            send_segment(c, &s, at);
        else
            break;
    }
    uint64_t due = c->waits ? now + NET_WAITS : tcp_deadline(&c->t);
    n->due = due < n->due ? due : n->due;
}

/* A segment of no connection's. */
static void reply(struct net *n, uint32_t ip, const struct tcp_segment *s) {
    struct net_path p;
    net_path(n, &p, ip, IP_TCP, s->source, s->target);
    if (net_resolve(n, &p) || !link_head(&n->link))
        return;
    uint8_t *header = link_head(&n->link) + NET_HEAD;
    uint32_t bytes = tcp_put(header, s);
    put_sum(&p, header, bytes, 0, 0);
    net_send(n, &p, bytes, NULL, 0, 0);
}

/* --- What a step said --- */

/* TIME_WAIT is the library's: its owner has the memory back. The oldest makes place. */
static void move_to_waits(struct net_tcp *c) {
    struct net *n = c->net;
    struct net_tcp *w = &n->wait[n->next_wait++ % n->waits];
    if (w->net && w->t.state != TCP_CLOSED)
        forget(w);
    *w = *c;
    w->told = NULL;
    w->gather = NULL;
    w->take = NULL;
    w->out_bytes = 0;
    forget(c);
    c->t.state = TCP_CLOSED;
    enter(n, w);
    uint64_t due = tcp_deadline(&w->t);
    n->due = due < n->due ? due : n->due;
}

/* Data that came, where they belong; those in order may be taken where they lie. */
static void store(struct net_tcp *c, const uint8_t *data, const struct tcp_event *e) {
    uint32_t mask = c->in_size - 1, end = c->in_first + c->in_bytes;
    bool taken = c->take && !e->at;
    if (taken)
        c->take(c, data, e->length);
    for (uint32_t i = 0; !taken && i < e->length;) {
        uint32_t to = (end + e->at + i) & mask, part = c->in_size - to;
        part = part < e->length - i ? part : e->length - i;
        memcpy(c->in + to, data + i, part);
        i += part;
    }
    c->in_bytes += e->ready;
    if (!c->take)
        return;
    for (uint32_t i = taken ? e->length : 0; i < e->ready;) {
        uint32_t from = (end + i) & mask, part = c->in_size - from;
        part = part < e->ready - i ? part : e->ready - i;
        c->take(c, c->in + from, part);
        i += part;
    }
    c->in_first += e->ready;
    c->in_bytes = 0;
    tcp_room(&c->t, c->in_size);
}

static void tell(struct net_tcp *c, const struct tcp_event *e) {
    uint32_t what = 0;
    if (e->what & TCP_OPENED)
        what |= NET_OPENED;
    if (e->what & TCP_ACKED)
        what |= NET_ROOM;
    if (e->what & TCP_DATA)
        what |= NET_DATA;
    if (e->what & TCP_ENDED)
        what |= NET_ENDED;
    if (c->t.state == TCP_TIME_WAIT && c->net->waits && c->told) {
        move_to_waits(c);
        what |= NET_CLOSED;
    } else if (c->t.state == TCP_CLOSED) {
        forget(c);
        what |= e->what & (TCP_RESET | TCP_TIMEOUT) ? NET_CLOSED | NET_FAILED : NET_CLOSED;
    }
    if (what && c->told)
        c->told(c, what);
}

/* What its owner does when he is told goes with what the step wants to be sent, but for the last
 * acknowledgement; and with that of segments that came together, if none is missing among them, for
 * then the peer is to count acknowledgements. */
static void go_on(struct net_tcp *c, const struct tcp_event *e, uint64_t now) {
    bool ordered = (e->what & TCP_DATA) && !e->at && e->ready == e->length;
    bool last = c->t.state == TCP_TIME_WAIT, before = c->queued;
    if (last) {
        c->held = c->queued = false;
        output(c, now);
    }
    c->queued = !last;
    tell(c, e);
    if (last || c->t.state == TCP_CLOSED)
        return;
    c->queued = ordered;
    output(c, now);
    c->queued = ordered || before;
    if (ordered && !before) {
        c->later = c->net->later;
        c->net->later = c;
    }
}

void net_tcp_later(struct net *n) {
    while (n->later) {
        struct net_tcp *c = n->later;
        n->later = c->later;
        c->queued = false;
        output(c, n->now);
    }
}

/* True: the connection is still to be looked at. */
static bool stepped(struct net_tcp *c, const struct tcp_event *e, const uint8_t *data) {
    if (e->what & TCP_ACKED) {
        c->out_first += e->acked;
        c->out_bytes -= e->acked;
        c->acked += e->acked;
    }
    if ((e->what & TCP_DATA) && (c->t.flags & TCP_IS_ORPHAN)) {
        /* Nobody reads this any more, and the peer is to know (RFC 2525, 2.17). */
        net_tcp_abort(c);
        if (c->told)
            c->told(c, NET_CLOSED);
        return false;
    }
    if (e->what & TCP_DATA)
        store(c, data + e->from, e);
    return true;
}

/* --- In --- */

static void setup(struct net *n, struct net_tcp *c, uint32_t ip, uint16_t ours, uint16_t theirs,
                  uint64_t now, struct tcp_setup *how) {
    const struct tuple t = {n->ip, ip, ours, theirs};
    *how = (struct tcp_setup){
        .iss = tcp_iss(&n->secret, &t, now),
        .ts_offset = tcp_iss(&n->secret, &t, 0),
        .room = c->in_size,
        .source = ours,
        .target = theirs,
        .mss = ETHER_MTU - IP_HEADER - 20,
    };
    net_path(n, &c->path, ip, IP_TCP, ours, theirs);
    c->net = n;
    c->out_first = c->out_bytes = c->in_first = c->in_bytes = 0;
    c->acked = 0;
    c->waits = c->held = c->queued = false;
}

/* True: the segment began a connection, or is to be dropped. */
static bool accepted(struct net *n, uint32_t ip, const struct tcp_segment *s, uint64_t now) {
    struct net_listener *l = listener_of(n, s->target);
    struct tcp_setup how;
    if (!l || (s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
        return false;
    struct net_tcp *c = l->wants(l);
    if (!c) {
        n->count.lost++;
        return true;
    }
    setup(n, c, ip, s->target, s->source, now, &how);
    tcp_accept(&c->t, &how, s, now);
    enter(n, c);
    output(c, now);
    return true;
}

void net_tcp_input(struct net *n, const struct ip_header *h, const uint8_t *data, uint32_t bytes) {
    struct tcp_segment s, refusal;
    struct tcp_event e;
    uint32_t header = tcp_get(data, bytes, &s);
    uint64_t sum = sum_pseudo(h->source, h->target, IP_TCP, bytes);
    if (!header || h->target != n->ip ||
        sum_fold(sum_join(sum, sum_bytes(data, bytes))) != UINT16_MAX) {
        n->count.bad++;
        return;
    }
    n->count.segments++;
    uint64_t now = n->now = net_now();
    struct net_tcp *c = *place(n, h->source, s.target, s.source);
    if (c && tcp_gives_way(&c->t, &s)) {
        c->t.state = TCP_CLOSED;
        e.what = TCP_GONE;
        tell(c, &e);
        c = NULL;
    }
    if (!c) {
        if (!accepted(n, h->source, &s, now) && tcp_refuse(&s, &refusal))
            reply(n, h->source, &refusal);
        return;
    }
    tcp_input(&c->t, &s, now, &e);
    if ((e.what & TCP_REFUSE) && tcp_refuse(&s, &refusal))
        reply(n, h->source, &refusal);
    if (stepped(c, &e, data + header))
        go_on(c, &e, now);
}

static void try(struct net_tcp *c, uint64_t now) {
    struct tcp_event e;
    tcp_timer(&c->t, now, &e);
    go_on(c, &e, now);
}

static struct net_tcp *first_due(struct net_tcp *c, uint64_t now) {
    while (c && tcp_deadline(&c->t) > now)
        c = c->next;
    return c;
}

void net_tcp_time(struct net *n, uint64_t now, bool learned) {
    for (unsigned i = 0; i < NET_HASHES; i++) {
        struct net_tcp *c;
        /* Who is told may close others: so the search begins again. */
        while (!learned && (c = first_due(n->tcp[i], now)))
            try(c, now);
        for (c = n->tcp[i]; c; c = c->next) {
            if (c->waits)
                output(c, now);
            uint64_t due = tcp_deadline(&c->t);
            n->due = due < n->due ? due : n->due;
        }
    }
}

/* --- What its owner does --- */

long net_tcp_open(struct net *n, struct net_tcp *c, uint32_t ip, uint16_t port) {
    const struct tuple t = {.source = n->ip, .target = ip, .target_port = port};
    struct tcp_setup how;
    uint16_t ours;
    uint32_t tries = NET_PORT_HIGH - NET_PORT_LOW;
    do
        ours = port_choose(&n->secret, &t, NET_PORT_LOW, NET_PORT_HIGH, &n->next_port);
    while ((*place(n, ip, ours, port) || listener_of(n, ours)) && --tries);
    if (!tries)
        return -E_FULL;
    uint64_t now = net_now();
    setup(n, c, ip, ours, port, now, &how);
    tcp_open(&c->t, &how);
    enter(n, c);
    output(c, now);
    return 0;
}

static void go(struct net_tcp *c) {
    if (!c->held && !c->queued)
        output(c, net_now());
}

long net_tcp_wrote(struct net_tcp *c, uint32_t bytes) {
    if (!tcp_write(&c->t, bytes))
        return -E_DEAD;
    c->out_bytes += bytes;
    go(c);
    return bytes;
}

long net_tcp_write(struct net_tcp *c, const void *data, uint32_t bytes) {
    uint32_t room = c->out_size - c->out_bytes;
    bytes = bytes < room ? bytes : room;
    for (uint32_t i = 0; i < bytes;) {
        uint32_t to = (c->out_first + c->out_bytes + i) & (c->out_size - 1);
        uint32_t part = c->out_size - to < bytes - i ? c->out_size - to : bytes - i;
        memcpy(c->out + to, (const uint8_t *)data + i, part);
        i += part;
    }
    return bytes ? net_tcp_wrote(c, bytes) : 0;
}

long net_tcp_read(struct net_tcp *c, void *into, uint32_t bytes) {
    bytes = bytes < c->in_bytes ? bytes : c->in_bytes;
    for (uint32_t i = 0; i < bytes;) {
        uint32_t from = (c->in_first + i) & (c->in_size - 1);
        uint32_t part = c->in_size - from < bytes - i ? c->in_size - from : bytes - i;
        memcpy((uint8_t *)into + i, c->in + from, part);
        i += part;
    }
    c->in_first += bytes;
    c->in_bytes -= bytes;
    tcp_room(&c->t, c->in_size - c->in_bytes);
    if (c->t.wants && c->t.state != TCP_CLOSED)
        go(c);
    return bytes;
}

/* What a step by the owner ended is gone; who did it is told as well. */
static void after(struct net_tcp *c) {
    const struct tcp_event e = {.what = TCP_GONE};
    if (c->t.state != TCP_CLOSED)
        go(c);
    else
        tell(c, &e);
}

void net_tcp_go(struct net_tcp *c) {
    c->held = false;
    if (c->t.state != TCP_CLOSED)
        go(c);
}

void net_tcp_close(struct net_tcp *c) {
    if (c->t.state == TCP_CLOSED || (c->t.flags & TCP_IS_CLOSING))
        return;
    tcp_close(&c->t);
    after(c);
}

void net_tcp_leave(struct net_tcp *c) {
    if (c->t.state == TCP_CLOSED)
        return;
    if (c->in_bytes) {
        net_tcp_abort(c);
        if (c->told)
            c->told(c, NET_CLOSED);
        return;
    }
    c->t.flags |= TCP_IS_ORPHAN;
    if (!(c->t.flags & TCP_IS_CLOSING))
        tcp_close(&c->t);
    after(c);
}

void net_tcp_abort(struct net_tcp *c) {
    struct tcp_segment s;
    if (c->t.state == TCP_CLOSED)
        return;
    forget(c);
    if (tcp_abort(&c->t, &s))
        reply(c->net, c->path.ip, &s);
}
