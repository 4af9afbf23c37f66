/* SPDX-License-Identifier: MIT */
/* stranger.h -- another host on the wire of an ExOS with sockets: the same process has interface 1,
 * with a library of its own, and may send there what it likes. */
#ifndef TESTS_EXO_SOCKETS_STRANGER_H
#define TESTS_EXO_SOCKETS_STRANGER_H

#include "exo/libos/net/net.h"

#define STRANGER_IP 0x0a000002

extern struct net stranger;

/* False: it cannot be. Children have it, too, and are not to use it. */
bool stranger_begin(void);
/* The network's process and the others run once, and the stranger does what there is for it. */
void stranger_step(void);

/* A connection of the stranger's. */
struct stranger_end {
    struct net_tcp c;
    uint32_t opened, ended, closed, failed;
    uint8_t in[16384], out[16384];
};
/* It is open within a bound; meanwhile `also`, if not null, is called before each step. */
bool stranger_connects(struct stranger_end *e, uint32_t ip, uint16_t port, void (*also)(void));
/* Steps until a word is not 0, or nearly for ever: whether it is. */
bool stranger_until(const uint32_t *word);
/* So many bytes, or all there are before the end: how many. */
uint32_t stranger_reads(struct stranger_end *e, uint8_t *into, uint32_t bytes);

/* A packet from any address, in a frame of the stranger's: `data` of so many bytes behind its
 * header. */
void stranger_sends(const struct ip_header *h, const void *data, uint32_t bytes);
/* The same of a segment without data, with its sum. */
void stranger_segment(uint32_t source, uint32_t target, const struct tcp_segment *s);

/* A sequence of numbers. */
uint64_t stranger_number(void);

#endif
