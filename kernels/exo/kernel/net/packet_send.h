/* SPDX-License-Identifier: MIT */
/* packet_send.h -- what environments send: a frame gathered from pieces of their own memory, as it
 * is, if it is one that its sender may send.
 *
 *   sys_packet_send -> the device -> went -> the sender's word */
#ifndef EXO_KERNEL_PACKET_SEND_H
#define EXO_KERNEL_PACKET_SEND_H

#include "exo/kernel/env/env.h"

long sys_packet_template(uint64_t slot, uint64_t env, uint64_t nic, uint64_t atoms, uint64_t count);
long sys_packet_send(uint64_t how, uint64_t pieces, uint64_t count, uint64_t word);
long sys_nic_reset(uint64_t slot, uint64_t nic);

/* Whether an environment may send a frame that begins so by an interface that there is: a shorter
 * one with zeroes behind it. */
bool packet_may_send(const struct env *e, uint64_t nic,
                     const uint64_t head[EXO_TEMPLATE_BYTES / 8]);

/* Once there are interfaces. */
void packet_send_init(void);
/* What an environment that has ended might send; what is on its way stays until it went. */
void packet_send_end(struct env *e);

#endif
