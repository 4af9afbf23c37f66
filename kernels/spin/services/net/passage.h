/* SPDX-License-Identifier: MIT */
/* passage.h -- packets that go on as they are: of IP's and the transport's headers the addresses
 * and ports are other ones, and both sums change by what that makes. So a packet that was damaged
 * before is damaged behind, and no byte of its data is looked at. */
#ifndef SPIN_SERVICES_NET_PASSAGE_H
#define SPIN_SERVICES_NET_PASSAGE_H

#include "spin/services/net/plexus.h"

/* In IP's header. */
enum { IP_TTL_AT = 8 };

/* Words as they lie in a packet, what they become, and what that adds to sums. */
struct passage {
    uint64_t addresses, new_addresses; /* source, target */
    uint32_t ports, new_ports;
    uint16_t to_ip, to_transport; /* IP's sum has one hop less in it */
    uint16_t sum_at;              /* where the transport's sum is in its header */
    uint8_t protocol;
};

/* Of a packet of IP, from IP's header and the transport's on, to these addresses and ports. */
void passage_make(struct passage *p, const uint8_t *ip, const uint8_t *transport,
                  const struct sending *to);
/* Changes the transport's header. */
void passage_ports(const struct passage *p, uint8_t *transport);

/* What comes as this packet came goes the way that `frame` went, for NET_PASS_FOR nanoseconds, as
 * long as nothing bound to any event changes. */
void passage_keep(const struct passage *p, const struct packet *came, unsigned long nic,
                  const uint8_t *frame);
/* Of ways that are kept those end that lead here from another peer, and to another one back. */
void passage_is_ones(const struct passage *p);
/* What one that is kept takes of memory. */
extern const unsigned long passage_bytes;
#endif
