/* SPDX-License-Identifier: MIT */
#include "tcp_listen.h"
#include "tcp_cookie.h"
#include "tcp_own.h"

#define COOKIES_FOR (2 * 64 * TCP_SECOND) /* after the last one was given out */

static void answer_by_cookie(struct tcp_listener *l, const struct tuple *who,
                             const struct tcp_segment *s, uint64_t now, struct tcp_segment *reply) {
    const uint16_t mss = s->options & TCP_HAS_MSS ? s->mss : 0;
    l->cookies++;
    l->cookies_at = now;
    *reply = (struct tcp_segment){.source = s->target,
                                  .target = s->source,
                                  .seq = tcp_cookie(l->secret, who, s->seq, now, mss),
                                  .ack = s->seq + 1,
                                  .window = least(l->room, UINT16_MAX),
                                  .flags = TCP_SYN | TCP_ACK,
                                  .options = TCP_HAS_MSS,
                                  .mss = l->mss};
}

static bool is_cookie(const struct tcp_listener *l, const struct tuple *who,
                      const struct tcp_segment *s, uint64_t now) {
    return l->cookies && now - l->cookies_at <= COOKIES_FOR &&
           tcp_is_cookie(l->secret, who, s->ack - 1, s->seq - 1, now);
}

static struct tcp_setup setup(const struct tcp_listener *l, const struct tcp_segment *s) {
    return (struct tcp_setup){
        .room = l->room, .source = s->target, .target = s->source, .mss = l->mss};
}

/* The connection as it would be, had it been remembered; then its acknowledgement. */
static void open_by_cookie(const struct tcp_listener *l, const struct tcp_segment *s, uint64_t now,
                           struct tcp *t, struct tcp_event *e) {
    struct tcp_setup how = setup(l, s);
    struct tcp_segment out, syn = {.flags = TCP_SYN,
                                   .seq = s->seq - 1,
                                   .window = s->window,
                                   .options = TCP_HAS_MSS,
                                   .mss = tcp_cookie_mss(s->ack - 1)};
    uint32_t at;
    how.iss = s->ack - 1;
    tcp_accept(t, &how, &syn, now);
    tcp_output(t, now, &out, &at); /* it was sent */
    tcp_input(t, s, now, e);
}

static bool same(const struct tuple *a, const struct tuple *b) {
    return a->source == b->source && a->target == b->target && a->source_port == b->source_port &&
           a->target_port == b->target_port;
}

static struct tcp_half *half_of(const struct tcp_listener *l, const struct tuple *who) {
    for (uint32_t i = 0; i < l->count; i++)
        if (l->half[i].tcp.state != TCP_CLOSED && same(&l->half[i].who, who))
            return &l->half[i];
    return 0;
}

static struct tcp_half *free_half(const struct tcp_listener *l) {
    for (uint32_t i = 0; i < l->count; i++)
        if (l->half[i].tcp.state == TCP_CLOSED)
            return &l->half[i];
    return 0;
}

static enum tcp_heard refuse(const struct tcp_segment *s, struct tcp_segment *reply) {
    return tcp_refuse(s, reply) ? TCP_HEARD_REPLY : TCP_HEARD_NOTHING;
}

/* A connection that is half open hears more. */
static enum tcp_heard half_hears(struct tcp_half *h, const struct tcp_segment *s, uint64_t now,
                                 bool full, struct tcp *opened, struct tcp_event *e,
                                 struct tcp_segment *reply) {
    uint32_t at;
    if (full && !(s->flags & TCP_RST))
        return TCP_HEARD_NOTHING;
    tcp_input(&h->tcp, s, now, e);
    if (e->what & TCP_REFUSE)
        return refuse(s, reply);
    if (e->what & TCP_OPENED) {
        *opened = h->tcp;
        h->tcp.state = TCP_CLOSED;
        return TCP_HEARD_OPENED;
    }
    return tcp_output(&h->tcp, now, reply, &at) ? TCP_HEARD_REPLY : TCP_HEARD_NOTHING;
}

enum tcp_heard tcp_listen_input(struct tcp_listener *l, const struct tuple *who,
                                const struct tcp_segment *s, uint64_t now, bool full,
                                struct tcp *opened, struct tcp_event *e,
                                struct tcp_segment *reply) {
    struct tcp_half *h = half_of(l, who);
    uint32_t at;
    if (h)
        return half_hears(h, s, now, full, opened, e, reply);
    if ((s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN) {
        if (full)
            return TCP_HEARD_NOTHING;
        h = free_half(l);
        if (!h) {
            answer_by_cookie(l, who, s, now, reply);
            return TCP_HEARD_REPLY;
        }
        struct tcp_setup how = setup(l, s);
        how.iss = tcp_iss(l->secret, who, now);
        h->who = *who;
        tcp_accept(&h->tcp, &how, s, now);
        tcp_output(&h->tcp, now, reply, &at);
        return TCP_HEARD_REPLY;
    }
    if ((s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_ACK || !is_cookie(l, who, s, now))
        return refuse(s, reply);
    if (full)
        return TCP_HEARD_NOTHING;
    open_by_cookie(l, s, now, opened, e);
    return TCP_HEARD_OPENED;
}

uint64_t tcp_listen_deadline(const struct tcp_listener *l) {
    uint64_t first = UINT64_MAX;
    for (uint32_t i = 0; i < l->count; i++) {
        uint64_t at = tcp_deadline(&l->half[i].tcp);
        first = at < first ? at : first;
    }
    return first;
}

bool tcp_listen_timer(struct tcp_listener *l, uint64_t now, struct tuple *who,
                      struct tcp_segment *reply) {
    struct tcp_event e;
    uint32_t at;
    for (uint32_t i = 0; i < l->count; i++) {
        struct tcp_half *h = &l->half[i];
        if (tcp_deadline(&h->tcp) > now)
            continue;
        tcp_timer(&h->tcp, now, &e);
        *who = h->who;
        if (tcp_output(&h->tcp, now, reply, &at))
            return true;
    }
    return false;
}
