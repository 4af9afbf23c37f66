/* SPDX-License-Identifier: MIT */
/* arrivals.h -- between connections and the graph of packets: what arrives of TCP and nobody else
 * has claimed comes to the strand of connections, and what they send goes by their own claim. */
#ifndef SPIN_SERVICES_STREAM_ARRIVALS_H
#define SPIN_SERVICES_STREAM_ARRIVALS_H

#include "spin/services/net/station.h"
#include "spin/services/stream/table.h"

/* `bytes` bytes from NET_ROOM on go to the connection's peer, by the way that leads there; d is
 * gone. Interrupts off. */
void arrivals_send(const struct stream *s, struct departure *d, unsigned long bytes);
/* The station that the packet's frame is from, or 0. */
static inline unsigned long arrivals_station(const struct packet *p) {
    return p->nic == NET_LOOPBACK ? 0 : station_get(p->frame + 6);
}
/* The strand looks at what is due then, at the latest. */
void arrivals_alarm(unsigned long at);
/* Segments to this port are the connections'; null: somebody has it. */
struct claim *arrivals_claim(unsigned port);
void arrivals_give_up(struct claim *c);

/* Who has them: all are called in the strand of connections, with interrupts on. */
struct arrivals_owner {
    void (*begins)(void); /* before the others... */
    void (*arrived)(struct packet *p);
    void (*drained)(void); /* ...and behind: nothing else waits, or much has been done */
    unsigned long (*due)(unsigned long now); /* when to call it again; UINT64_MAX: not until told */
};

/* The strand begins; a panic where there is no memory for it. */
void arrivals_init(const struct arrivals_owner *owner);

#endif
