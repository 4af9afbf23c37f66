/* SPDX-License-Identifier: MIT */
/* forward.h -- the region of forward.bpf.c: a port of UDP and TCP at one interface that is another
 * machine's at another (Bershad et al., SOSP '95, 5.4, as a handler at arrival). Addresses and
 * ports are as they lie in packets. */
#ifndef LIBOS_ASH_FORWARD_H
#define LIBOS_ASH_FORWARD_H

#include <stdint.h>

enum { FORWARD_FLOWS = 16, FORWARD_PORTS = 40000 }; /* of this machine's, a flow each */

struct forward_side {
    uint64_t nic;
    uint8_t ether[8]; /* its own address: 6 bytes */
    uint32_t ip;
    uint16_t port, unused;
};

struct forward_flow {
    uint64_t used; /* when; 0: never */
    uint8_t ether[8];
    uint32_t ip;
    uint16_t port, protocol;
};

struct forward {
    uint64_t passed; /* both ways; it is the flows' time, too */
    uint64_t refused;
    struct forward_side near, far; /* near.port is what clients ask for; far.port is nothing */
    struct forward_side server;    /* its nic is nothing */
    struct forward_flow flow[FORWARD_FLOWS];
};

#endif
