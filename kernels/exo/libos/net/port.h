/* SPDX-License-Identifier: MIT */
/* port.h -- one of the machine's interfaces (link.h) for who has one address and one port of it,
 * and a protocol of his own: filters for them, a template for what is sent. */
#ifndef EXO_LIBOS_NET_PORT_H
#define EXO_LIBOS_NET_PORT_H

#include "exo/libos/net/link.h"
#include "exo/libos/net/wire.h"

struct port {
    struct wire wire; /* first; a frame has LINK_PARTS parts behind its headers */
    struct link link;
    uint64_t filter[2];
};

/* Opens the interface for who has that address and port (0: all), by the capability in slot 0, and
 * of this environment's rings that one; LINK_PAGES pages from `at` on are nobody's. 0, or the
 * kernel's error; then nothing is open. */
long port_open(struct port *p, unsigned nic, unsigned ring, uint32_t ip, uint16_t tcp_port,
               uint64_t at);
/* None of its filters is there any more, nor the ring. */
void port_close(struct port *p);

/* The interface's own address. */
struct ether_address port_ether(unsigned nic);

#endif
