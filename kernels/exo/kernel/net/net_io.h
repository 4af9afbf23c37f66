/* SPDX-License-Identifier: MIT */
/* net_io.h -- the machine's network interfaces: a frame that arrives is somebody's by his filter,
 * and is put where he said, whether he runs or not.
 *
 *   net_came (the driver) -> arrived -> dpf_find -> net_deliver -> packet_put
 *                                                              -> filter_handler: the owner's
 *
 * Decides who: nobody; what no filter wants is dropped, and counted. */
#ifndef EXO_KERNEL_NET_IO_H
#define EXO_KERNEL_NET_IO_H

/* Starts the machine's interfaces (net_port.h). */
void net_io_init(void);
/* What is on its way ends, and the interface begins anew. 0; -E_DEAD. */
int net_reset(unsigned nic);

#endif
