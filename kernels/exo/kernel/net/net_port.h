/* SPDX-License-Identifier: MIT */
/* net_port.h -- the machine's network interfaces, as what has to do with packets has them. */
#ifndef EXO_KERNEL_NET_PORT_H
#define EXO_KERNEL_NET_PORT_H

#include "drivers/nic.h"
#include "exo/abi.h"
#include "exo/dpf/dpf.h"

extern unsigned net_count;
extern struct net_port {
    struct nic *device;
    struct exo_nic *seen;
    struct dpf_set *set; /* whose a frame is */
    bool tapped;         /* net_tap.h */
} net_ports[EXO_NICS];

/* Zeroed memory that is there for good. */
void *net_memory(size_t bytes);

#endif
