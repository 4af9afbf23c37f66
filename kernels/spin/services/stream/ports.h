/* SPDX-License-Identifier: MIT */
/* ports.h -- where a connection's numbers begin, and which port it takes (protocol/secret.h). The
 * secret is made of the processor's numbers of chance (net_chance). */
#ifndef SPIN_SERVICES_STREAM_PORTS_H
#define SPIN_SERVICES_STREAM_PORTS_H

#include <stdbool.h>

#include "protocol/secret.h"

/* Made at the first call. */
const struct secret *ports_secret(void);
/* Its first sequence number, and where its timestamps begin. */
uint32_t ports_iss(const struct tuple *who);
uint32_t ports_offset(const struct tuple *who);
/* A new connection's ends: by this interface, or NET_ANY, to an address and port. False: no port is
 * free, or no interface leads there. */
bool ports_choose(struct tuple *who, unsigned long nic, unsigned long address, unsigned long port);

#endif
