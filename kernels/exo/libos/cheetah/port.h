/* SPDX-License-Identifier: MIT */
/* port.h -- Cheetah's way to one of the machine's interfaces (libos/net/link.h): filters for its
 * address and port, a template for what it sends. */
#ifndef EXO_LIBOS_CHEETAH_PORT_H
#define EXO_LIBOS_CHEETAH_PORT_H

#include "exo/libos/cheetah/cheetah.h"
#include "exo/libos/net/link.h"

struct port {
    struct cheetah_wire wire; /* first */
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
