/* SPDX-License-Identifier: MIT */
/* beginnings.c -- see beginnings.h. Connections that are half open have HALF_OPEN places. When
 * these are taken, a SYN is answered by a cookie and forgotten: with its acknowledgement it is as
 * if the SYN had just come. */
#include "spin/services/stream/beginnings.h"

#include "lib/string.h"
#include "protocol/ip.h"
#include "protocol/tcp/tcp_cookie.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/console.h"
#include "spin/services/net/clock.h"
#include "spin/services/stream/arrivals.h"
#include "spin/services/stream/ports.h"
#include "spin/services/stream/segments.h"

#define COOKIES_FOR 128000000000u /* nanoseconds after the last one was given out */

static uint64_t protocol; /* of new connections: the extension's number */
static struct stream nobody;
static unsigned long cookies_until; /* before that one may come back; 0: none was given out */

static unsigned long nic_of(const struct packet *p) {
    return p->nic == NET_LOOPBACK ? NET_ANY : p->nic;
}

/* Who has no place, and is only answered. */
static struct stream *answered(const struct tuple *who, const struct packet *p) {
    memset(&nobody, 0, sizeof nobody);
    nobody.who = *who;
    nobody.protocol = protocol;
    nobody.nic = (uint8_t)nic_of(p);
    nobody.station = arrivals_station(p);
    return &nobody;
}

void beginnings_refuse(const struct tuple *who, const struct packet *p) {
    struct stream *s = answered(who, p);
    if (flow_step(s, STREAM_REFUSES) >= 0)
        flow_send(s);
}

static void set_up(const struct tuple *who, uint32_t iss) {
    flow_call.setup = (struct tcp_setup){.iss = iss,
                                         .ts_offset = ports_offset(who),
                                         .room = STREAM_BUFFER,
                                         .source = who->source_port,
                                         .target = who->target_port,
                                         .mss = SEGMENT_DATA};
}

static struct stream *begin(const struct tuple *who, const struct stream_owner *owner,
                            unsigned long nic, uint32_t iss) {
    struct stream *s = stream_new(who, owner);
    if (!s)
        return NULL;
    s->nic = (uint8_t)nic;
    s->protocol = protocol;
    s->since = net_clock();
    s->flags = STREAM_NODELAY;
    s->told = STREAM_BUFFER;
    set_up(who, iss);
    return s;
}

/* --- By a cookie --- */

/* A SYN with no more than a cookie remembers, for the protocol to hear. */
static void show_syn(const struct tuple *who, uint32_t irs, uint16_t window, uint16_t mss) {
    const struct tcp_segment syn = {.source = who->target_port,
                                    .target = who->source_port,
                                    .seq = irs,
                                    .window = window,
                                    .flags = TCP_SYN,
                                    .options = TCP_HAS_MSS,
                                    .mss = mss};
    flow_call.bytes = tcp_put(flow_call.header, &syn);
}

static void answer_by_cookie(const struct tuple *who, const struct packet *p, uint32_t came) {
    const unsigned long now = net_clock();
    struct tcp_segment syn;
    if (!tcp_get(flow_call.header, came, &syn))
        return;
    const uint16_t mss = syn.options & TCP_HAS_MSS ? syn.mss : 0;
    const uint32_t cookie = tcp_cookie(ports_secret(), who, syn.seq, now, mss);
    struct stream *s = answered(who, p);
    cookies_until = now + COOKIES_FOR;
    set_up(who, cookie);
    show_syn(who, syn.seq, (uint16_t)syn.window, tcp_cookie_mss(cookie));
    if (flow_step(s, STREAM_ACCEPTS) > 0)
        flow_send(s);
}

static bool is_cookie(const struct tuple *who, uint32_t came, struct tcp_segment *ack) {
    const unsigned long now = net_clock();
    return now < cookies_until && tcp_get(flow_call.header, came, ack) &&
           (tcp_is_cookie(ports_secret(), who, ack->ack - 1, ack->seq - 1, now) ||
            !DEFENDED(STREAM_COOKIE));
}

/* As it would be, had the SYN been remembered. Null: there is no place, or it cannot be. */
static struct stream *open_by_cookie(const struct tuple *who, const struct listener *l,
                                     const struct packet *p, const struct tcp_segment *ack) {
    const uint32_t cookie = ack->ack - 1;
    struct stream *s = begin(who, &l->owner, nic_of(p), cookie);
    if (!s)
        return NULL;
    s->station = arrivals_station(p);
    show_syn(who, ack->seq - 1, (uint16_t)ack->window, tcp_cookie_mss(cookie));
    if (flow_step(s, STREAM_ACCEPTS) > 0 && s->state != TCP_CLOSED)
        return s; /* what it says to it was said */
    stream_free(s);
    return NULL;
}

/* --- What comes for who listens --- */

/* False: the SYN is to be refused. */
static bool accept(const struct tuple *who, const struct listener *l, const struct packet *p,
                   uint32_t came) {
    if (stream_oldest_half(HALF_OPEN) && DEFENDED(STREAM_FLOOD)) {
        answer_by_cookie(who, p, came);
        return true;
    }
    struct stream *s = begin(who, &l->owner, nic_of(p), ports_iss(who));
    if (!s)
        return true; /* it may come again */
    stream_begins_half(s);
    s->station = arrivals_station(p);
    const long said = flow_step(s, STREAM_ACCEPTS);
    if (said > 0)
        flow_send(s);
    if (said <= 0 || s->state == TCP_CLOSED)
        stream_free(s);
    return said > 0;
}

struct stream *beginnings_unknown(const struct tuple *who, const struct packet *p, uint32_t came) {
    const struct listener *l = listener_at(who->source_port);
    const unsigned flags = came < 20 ? 0 : p->data[13] & (TCP_SYN | TCP_ACK | TCP_RST);
    struct tcp_segment ack;
    if (l && !owner_is_over(&l->owner)) {
        if (flags == TCP_SYN && accept(who, l, p, came))
            return NULL;
        if (flags == TCP_ACK && is_cookie(who, came, &ack))
            return open_by_cookie(who, l, p, &ack);
    }
    beginnings_refuse(who, p);
    return NULL;
}

/* --- Ours --- */

struct stream *flow_open(const struct stream_owner *owner, unsigned long nic, unsigned long address,
                         unsigned long port) {
    struct tuple who;
    if (!ports_choose(&who, nic, address, port))
        return NULL;
    struct stream *s = begin(&who, owner, nic, ports_iss(&who));
    if (!s)
        return NULL;
    if (flow_step(s, STREAM_OPENS) >= 0)
        flow_send(s);
    return s;
}

/* --- Which protocol --- */

bool flow_has_protocol(void) {
    return protocol;
}

int flow_use(const char *name) {
    static struct report why;
    static struct extension *in_use;
    struct extension *e;
    dispatcher->lock();
    e = loader_find(name);
    int error = e ? 0 : loader_load(name, &e, &why);
    if (error) {
        console_write(why.text, strlen(why.text));
    } else if (e != in_use) {
        extension_hold(e, true); /* connections may be its own as long as the machine runs */
        in_use = e;
        protocol = extension_serial(extension_module(e));
    }
    dispatcher->unlock();
    return error;
}
