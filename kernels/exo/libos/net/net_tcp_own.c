/* SPDX-License-Identifier: MIT */
/* net_tcp_own.c -- see net.h: what the owner of a connection does. */
#include "exo/libos/net/net_own.h"

#include "exo/defence.h"
#include "lib/error.h"
#include "protocol/bytes.h"

long net_listen(struct net *n, struct net_listener *l) {
    if (net_listener_of(n, l->port))
        return -E_EXISTS;
    l->tcp.room = l->room;
    l->tcp.mss = NET_MSS;
    l->tcp.secret = &n->secret;
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

long net_tcp_open(struct net *n, struct net_tcp *c, uint32_t ip, uint16_t port) {
    struct tuple t = {.source = n->ip, .target = ip, .target_port = port};
    struct tcp_setup how = {.target = port, .mss = NET_MSS, .room = c->in_size};
    uint32_t tries = NET_PORT_HIGH - NET_PORT_LOW;
    do
        t.source_port = port_choose(&n->secret, &t, NET_PORT_LOW, NET_PORT_HIGH, &n->next_port);
    while ((*net_tcp_place(n, &t) || net_listener_of(n, t.source_port)) && --tries);
    if (!tries)
        return -E_FULL;
    uint64_t now = net_now();
    how.source = t.source_port;
    how.iss = tcp_iss(&n->secret, &t, now);
    how.ts_offset = tcp_iss(&n->secret, &t, 0);
    net_tcp_begin(n, c, &t);
    tcp_open(&c->t, &how);
    net_tcp_enter(n, c);
    net_tcp_output(c, now);
    return 0;
}

static void go(struct net_tcp *c) {
    if (!c->held && !c->queued)
        net_tcp_output(c, net_now());
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

void net_tcp_taken(struct net_tcp *c, uint32_t bytes) {
    c->in_first += bytes;
    c->in_bytes -= bytes;
    tcp_room(&c->t, c->in_size - c->in_bytes);
    if (c->t.wants && c->t.state != TCP_CLOSED)
        go(c);
}

long net_tcp_read(struct net_tcp *c, void *into, uint32_t bytes) {
    bytes = bytes < c->in_bytes ? bytes : c->in_bytes;
    for (uint32_t i = 0; i < bytes;) {
        uint32_t from = (c->in_first + i) & (c->in_size - 1);
        uint32_t part = c->in_size - from < bytes - i ? c->in_size - from : bytes - i;
        memcpy((uint8_t *)into + i, c->in + from, part);
        i += part;
    }
    net_tcp_taken(c, bytes);
    return bytes;
}

/* What a step by the owner ended is gone; who did it is told as well. */
static void after(struct net_tcp *c) {
    const struct tcp_event e = {.what = TCP_GONE};
    if (c->t.state != TCP_CLOSED)
        go(c);
    else
        net_tcp_tell(c, &e);
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
    if (c->in_bytes && DEFENDED(NET_UNREAD)) {
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
    net_tcp_forget(c);
    if (tcp_abort(&c->t, &s))
        net_tcp_reply(c->net, c->path.ip, &s);
}
