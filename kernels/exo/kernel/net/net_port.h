/* SPDX-License-Identifier: MIT */
/* net_port.h -- the machine's network interfaces, as what has to do with packets has them. */
#ifndef EXO_KERNEL_NET_PORT_H
#define EXO_KERNEL_NET_PORT_H

#include "drivers/nic.h"
#include "exo/abi.h"
#include "exo/dpf/dpf.h"

/* What makes a frame take longer. */
enum net_apart {
    NET_TAPPED = 1, /* net_tap.h */
    NET_UNTOLD = 2, /* the device has not heard of what was sent last (packet_send.c) */
};

extern unsigned net_count;
extern struct net_port {
    struct nic *device;
    struct exo_nic *seen;
    struct dpf_set *set; /* whose a frame is */
    uint8_t apart;       /* enum net_apart */
} net_ports[EXO_NICS];

/* The capability for all of an interface: its name is `n` and the interface's number. */
static inline struct cap net_whole(uint64_t nic) {
    return (struct cap){.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'n', (uint8_t)nic}};
}

/* Is all of an interface the caller's by the capability in this slot? 0; -E_PERM. */
int net_may_all(uint64_t slot, uint64_t nic);

/* How many frames an interrupt takes is settled anew: filters have changed, or handlers. */
void net_take_at_once(unsigned nic);
extern unsigned net_handlers; /* of all environments */

/* Zeroed memory that is there for good. */
void *net_memory(size_t bytes);

#endif
