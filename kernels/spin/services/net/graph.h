/* SPDX-License-Identifier: MIT */
/* graph.h -- which keys of a node lead to another node, and whose they are. */
#ifndef SPIN_SERVICES_NET_GRAPH_H
#define SPIN_SERVICES_NET_GRAPH_H

#include "protocol/am.h"
#include "protocol/ether.h"
#include "protocol/ip.h"
#include "spin/services/net/net.h"

enum { PORT_RPC = 111 }; /* of UDP: what RPC calls come to */

/* node, key, node above, the extension whose edge it is */
#define NET_GRAPH(X)                                                                               \
    X(NET_ETHER, ETHER_IP, NET_IP, "ip")                                                           \
    X(NET_ETHER, ETHER_ARP, NET_NODES, "arp")                                                      \
    X(NET_ETHER, ETHER_AM, NET_AM, "am")                                                           \
    X(NET_IP, IP_ICMP, NET_NODES, "icmp")                                                          \
    X(NET_IP, IP_UDP, NET_UDP, "udp")                                                              \
    X(NET_IP, IP_TCP, NET_TCP, "tcp")                                                              \
    X(NET_UDP, PORT_RPC, NET_RPC, "rpc")

/* NET_NODES: to none. */
static inline unsigned graph_above(unsigned node, unsigned long key) {
#define GRAPH_EDGE(of, number, to, name)                                                           \
    if (node == (of) && key == (number))                                                           \
        return to;
    NET_GRAPH(GRAPH_EDGE)
#undef GRAPH_EDGE
    return NET_NODES;
}

#endif
