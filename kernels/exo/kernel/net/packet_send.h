/* SPDX-License-Identifier: MIT */
/* packet_send.h -- what environments send: a frame gathered from pieces of their own memory, as it
 * is, if it is one that its sender may send.
 *
 *   sys_packet_send -> packet_template.h -> the device -> went -> the sender's word */
#ifndef EXO_KERNEL_PACKET_SEND_H
#define EXO_KERNEL_PACKET_SEND_H

#include "exo/kernel/env/env.h"

long sys_packet_send(uint64_t how, uint64_t pieces, uint64_t count, uint64_t word);

/* Once there are interfaces. */
void packet_send_init(void);
/* What an environment that has ended has on its way stays until it went, and is nobody's. */
void packet_send_end(const struct env *e);

#endif
