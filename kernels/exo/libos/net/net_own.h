/* SPDX-License-Identifier: MIT */
/* net_own.h -- what the library's files share. */
#ifndef EXO_LIBOS_NET_NET_OWN_H
#define EXO_LIBOS_NET_NET_OWN_H

#include "exo/libos/net/net.h"

#define NET_MSS (ETHER_MTU - IP_HEADER - 20)
/* All that came is looked at: what connections have to send goes. */
void net_tcp_later(struct net *n);
/* A segment, whose packet's header was checked, of `bytes` bytes. */
void net_tcp_input(struct net *n, const struct ip_header *h, const uint8_t *data, uint32_t bytes);
/* What is due of connections at `now` is done; or, if `learned`, what waited for a neighbour's
 * address goes. */
void net_tcp_time(struct net *n, uint64_t now, bool learned);
/* Sends the frame whose header of `bytes` bytes above IP's stands behind NET_HEAD bytes of
 * link_head, with `data` bytes in parts behind it, along a path that is resolved. */
long net_send(struct net *n, struct net_path *p, uint32_t bytes, const struct link_part *part,
              uint32_t parts, uint32_t data);

/* Where a connection stands, or would; who->source is ours. */
struct net_tcp **net_tcp_place(struct net *n, const struct tuple *who);
struct net_listener *net_listener_of(const struct net *n, uint16_t port);
/* A connection without a byte; its state is its caller's. */
void net_tcp_begin(struct net *n, struct net_tcp *c, const struct tuple *who);
/* It is found from now on; and not any more. */
void net_tcp_enter(struct net *n, struct net_tcp *c);
void net_tcp_forget(struct net_tcp *c);
/* What it has to send goes. */
void net_tcp_output(struct net_tcp *c, uint64_t now);
/* A segment of no connection's. */
void net_tcp_reply(struct net *n, uint32_t ip, const struct tcp_segment *s);
/* Data that a step said are to be kept. */
void net_tcp_store(struct net_tcp *c, const uint8_t *data, const struct tcp_event *e);
/* What it has to send waits until all that came is looked at. */
static inline void net_tcp_queue(struct net_tcp *c) {
    if (c->queued)
        return;
    c->queued = true;
    c->later = c->net->later;
    c->net->later = c;
}
/* The short way (net_next.c) of frames behind the one that is looked at, as long as they are next
 * segments of this connection, which is queued: the last of them is the one that is looked at
 * then. */
void net_tcp_follow(struct net_tcp *c);
/* Its owner is told what a step said. */
void net_tcp_tell(struct net_tcp *c, const struct tcp_event *e);

#endif
