/* SPDX-License-Identifier: MIT */
/* exo-end.c -- what both ends begin with. */
#include "exo-net.h"

#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "protocol/bytes.h"

long take_messages(const struct net *n) {
    const struct dpf_atom atom = {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = ETHER_AM};
    return link_filter(&n->link, 0, &atom, 1);
}

void send_message(struct net *n, uint8_t *head, const struct am_message *m) {
    wire_put16(head + 12, ETHER_AM);
    am_put(head + ETHER_HEADER, m);
    memset(head + ETHER_HEADER + AM_HEADER, 0, ETHER_LEAST - ETHER_HEADER - AM_HEADER);
    link_send(&n->link, ETHER_LEAST, NULL, 0);
}

bool end_begin(struct net *n, unsigned nic, unsigned ring, void *at, uint32_t ip) {
    const struct secret secret = {{nic, ip}};
    long arp;
    if (frames_map(0, 0, 0, (uint64_t)at, LINK_PAGES, EXO_WRITE | EXO_NO_EXEC) ||
        link_begin(&n->link, nic, ring, 0, at) || exo_packet_template(0, 0, nic, NULL, 0))
        return false;
    net_begin(n, ip, NET_MASK, 0, secret);
    return net_take_all(n, 0, &arp) > 0 && arp > 0;
}
