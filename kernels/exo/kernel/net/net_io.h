/* SPDX-License-Identifier: MIT */
/* net_io.h -- the machine's network interfaces: a frame that arrives is somebody's by his filter,
 * and is put where he said, whether he runs or not; a frame that an environment sends goes as it
 * is, if it is one that it may send.
 *
 *   interrupt -> arrived -> dpf_find -> packet_ring_put
 *   sys_packet_send -> net_send -> the device -> the caller's word
 *
 * Decides who: nobody; what no filter wants is dropped, and counted. */
#ifndef EXO_KERNEL_NET_IO_H
#define EXO_KERNEL_NET_IO_H

#include "drivers/nic.h"
#include "exo/kernel/env/env.h"

/* Starts the machine's interfaces. */
void net_io_init(void);
extern unsigned net_count;

/* A frame that is on its way out. */
struct net_out;

/* One of e's; null: EXO_SENDS are on their way, or so many of e's. */
struct net_out *net_out_take(struct env *e);
void net_out_drop(struct net_out *o);
/* Its next piece, in a frame that is pinned until the end; its word, which is counted down then. */
int net_out_piece(struct net_out *o, struct exo_frame *f, uint64_t at, uint32_t bytes);
int net_out_word(struct net_out *o, struct exo_frame *f, uint64_t at);
/* Its first bytes, zeroes behind a shorter one: as they are now, and as they will go, for its
 * sender's memory may change until the device reads it. */
const uint64_t *net_out_head(struct net_out *o);
/* Somebody wanted to send what he may not. */
void net_forged(unsigned nic);
/* Hands it to the interface. 0; -E_INVALID: longer or shorter than a frame; -E_FULL; -E_DEAD. Then
 * it is dropped. */
int net_send(struct net_out *o, unsigned nic);
/* What is on its way ends, and the interface begins anew. 0; -E_DEAD. */
int net_reset(unsigned nic);
/* The device of an interface that there is, and what is exposed of it. */
struct nic *net_device(uint64_t nic, struct exo_nic **seen);

#endif
