/* SPDX-License-Identifier: MIT */
/* net_io.h -- the machine's network interfaces: a frame that arrives is somebody's by his filter,
 * and is put where he said, whether he runs or not.
 *
 *   net_came (the driver) -> arrived -> dpf_find -> net_deliver -> packet_put
 *                                                              -> filter_handler: the owner's
 *
 * What no filter wants is dropped, and counted. */
#ifndef EXO_KERNEL_NET_IO_H
#define EXO_KERNEL_NET_IO_H

#include <stdint.h>

/* Starts the machine's interfaces (net_port.h). */
void net_io_init(void);

long sys_nic_reset(uint64_t slot, uint64_t nic);

#endif
