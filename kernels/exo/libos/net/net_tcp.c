/* SPDX-License-Identifier: MIT */
/* net_tcp.c -- see net.h: what comes for TCP's connections, and their timers. */
#include "exo/libos/net/net_own.h"

#include "lib/error.h"
#include "protocol/bytes.h"

/* --- Which one it is --- */

static inline struct net_tcp **chain(struct net *n, uint32_t ip, uint16_t ours, uint16_t theirs) {
    return &n->tcp[(ip ^ ours ^ (theirs << 3 | theirs >> 5)) % NET_HASHES];
}

struct net_tcp **net_tcp_place(struct net *n, const struct tuple *who) {
    struct net_tcp **at = chain(n, who->target, who->source_port, who->target_port);
    while (*at && ((*at)->t.source != who->source_port || (*at)->t.target != who->target_port ||
                   (*at)->path.ip != who->target))
        at = &(*at)->next;
    return at;
}

void net_tcp_enter(struct net *n, struct net_tcp *c) {
    struct net_tcp **at = chain(n, c->path.ip, c->t.source, c->t.target);
    c->next = *at;
    *at = c;
}

void net_tcp_forget(struct net_tcp *c) {
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

struct net_listener *net_listener_of(const struct net *n, uint16_t port) {
    struct net_listener *l = n->listener;
    while (l && l->port != port)
        l = l->next;
    return l;
}

/* --- What a step said --- */

/* TIME_WAIT is the library's: its owner has the memory back. The oldest makes place. */
static void move_to_waits(struct net_tcp *c) {
    struct net *n = c->net;
    struct net_tcp *w = &n->wait[n->next_wait++ % n->waits];
    if (w->net && w->t.state != TCP_CLOSED)
        net_tcp_forget(w);
    *w = *c;
    w->told = NULL;
    w->gather = NULL;
    w->take = NULL;
    w->out_bytes = 0;
    net_tcp_forget(c);
    c->t.state = TCP_CLOSED;
    net_tcp_enter(n, w);
    uint64_t due = tcp_deadline(&w->t);
    n->due = due < n->due ? due : n->due;
}

/* Data that came, where they belong; those in order may be taken where they lie. */
static inline __attribute__((always_inline)) void store(struct net_tcp *c, const uint8_t *data,
                                                        const struct tcp_event *e) {
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

void net_tcp_store(struct net_tcp *c, const uint8_t *data, const struct tcp_event *e) {
    store(c, data, e);
}

void net_tcp_tell(struct net_tcp *c, const struct tcp_event *e) {
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
        net_tcp_forget(c);
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
        net_tcp_output(c, now);
    }
    c->queued = !last;
    net_tcp_tell(c, e);
    if (last || c->t.state == TCP_CLOSED)
        return;
    c->queued = ordered && before;
    if (ordered) {
        net_tcp_queue(c);
    } else {
        net_tcp_output(c, now);
        c->queued = before;
    }
}

void net_tcp_later(struct net *n) {
    while (n->later) {
        struct net_tcp *c = n->later;
        n->later = c->later;
        c->queued = false;
        net_tcp_output(c, n->now);
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

void net_tcp_begin(struct net *n, struct net_tcp *c, const struct tuple *who) {
    net_path(n, &c->path, who->target, IP_TCP, who->source_port, who->target_port);
    c->net = n;
    c->out_first = c->out_bytes = c->in_first = c->in_bytes = 0;
    c->acked = 0;
    c->waits = c->held = c->queued = false;
}

/* A segment for which there is no connection, but a listener. */
static void listen(struct net *n, struct net_listener *l, const struct tuple *who,
                   const struct tcp_segment *s, uint64_t now, const uint8_t *data) {
    struct net_tcp *c = l->wants(l);
    struct tcp_segment answer;
    struct tcp_event e;
    struct tcp opened;
    enum tcp_heard heard =
        tcp_listen_input(&l->tcp, who, s, now, !c, c ? &c->t : &opened, &e, &answer);
    uint64_t due = tcp_listen_deadline(&l->tcp);
    n->due = due < n->due ? due : n->due;
    if (heard == TCP_HEARD_REPLY)
        net_tcp_reply(n, who->target, &answer);
    if (heard != TCP_HEARD_OPENED || !c) /* it opens none where there is no memory */
        return;
    net_tcp_begin(n, c, who);
    net_tcp_enter(n, c);
    if (stepped(c, &e, data))
        go_on(c, &e, now);
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
    const struct tuple who = {n->ip, h->source, s.target, s.source};
    struct net_tcp *c = *net_tcp_place(n, &who);
    if (c && tcp_gives_way(&c->t, &s)) {
        c->t.state = TCP_CLOSED;
        e.what = TCP_GONE;
        net_tcp_tell(c, &e);
        c = NULL;
    }
    if (!c) {
        struct net_listener *l = net_listener_of(n, s.target);
        if (l)
            listen(n, l, &who, &s, now, data + header);
        else if (tcp_refuse(&s, &refusal))
            net_tcp_reply(n, h->source, &refusal);
        return;
    }
    tcp_input(&c->t, &s, now, &e);
    if ((e.what & TCP_REFUSE) && tcp_refuse(&s, &refusal))
        net_tcp_reply(n, h->source, &refusal);
    if (!stepped(c, &e, data + header))
        return;
    go_on(c, &e, now);
    if (c->queued && link_second(&n->link, &bytes))
        net_tcp_follow(c);
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

static void time_listeners(struct net *n, uint64_t now) {
    struct tcp_segment again;
    struct tuple who;
    for (struct net_listener *l = n->listener; l; l = l->next) {
        while (tcp_listen_timer(&l->tcp, now, &who, &again))
            net_tcp_reply(n, who.target, &again);
        uint64_t due = tcp_listen_deadline(&l->tcp);
        n->due = due < n->due ? due : n->due;
    }
}

void net_tcp_time(struct net *n, uint64_t now, bool learned) {
    time_listeners(n, now);
    if (learned && n->reply_to) {
        uint32_t to = n->reply_to;
        n->reply_to = 0;
        net_tcp_reply(n, to, &n->reply);
    }
    for (unsigned i = 0; i < NET_HASHES; i++) {
        struct net_tcp *c;
        /* Who is told may close others: so the search begins again. */
        while (!learned && (c = first_due(n->tcp[i], now)))
            try(c, now);
        for (c = n->tcp[i]; c; c = c->next) {
            if (c->waits)
                net_tcp_output(c, now);
            uint64_t due = tcp_deadline(&c->t);
            n->due = due < n->due ? due : n->due;
        }
    }
}
