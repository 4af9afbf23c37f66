/* SPDX-License-Identifier: MIT */
/* net_checks.h -- for checks of packets: the protocols, and frames that arrive at the second
 * interface without a wire. */
#ifndef TESTS_SPIN_NET_CHECKS_H
#define TESTS_SPIN_NET_CHECKS_H

#include "../loading.h"
#include "spin/services/net/plexus.h"

/* Skips, and gives false, where there is no network. Else the protocols are loaded... */
bool net_begin(struct check *c);
/* The same where one extension more is going to be loaded. */
bool net_begin_with(struct check *c, const char *more);
/* ...and gone, and nothing of them is left. */
void net_end(struct check *c);

/* A frame as it lies in memory. */
struct frame {
    uint32_t bytes;
    uint8_t byte[NIC_FRAME_MAX];
};
enum { STRANGER = 0x0a000009 }; /* who sends them */

/* A packet of IP to the second interface, with so many bytes of data behind the header of its
 * protocol: a datagram from and to these ports, an echo. */
void frame_datagram(struct frame *f, unsigned source, unsigned target, uint32_t bytes);
void frame_echo(struct frame *f, uint32_t bytes);
/* A question of ARP by this address. */
void frame_question(struct frame *f, uint32_t source);
/* The n-th piece of a datagram of `all` bytes, header included, `bytes` a piece. */
void frame_piece(struct frame *f, unsigned id, uint32_t from, uint32_t bytes, bool more);
/* Its IP header, and the sum once that was changed. */
uint8_t *frame_ip(struct frame *f);
void frame_sum_ip(struct frame *f);

/* It arrives at the second interface; lies at `at`, or where it is. */
void frame_arrives(const struct frame *f);
void frame_arrives_at(uint8_t *at, uint32_t bytes);

/* The last frame that the second interface sent as one arrived, and how many it has sent since
 * net_begin. */
extern struct frame net_last;
unsigned long net_sent_count(void);

/* Pages for what goes that nobody has: all of them, when nothing is under way. */
unsigned net_pages(void);
/* What waits for the strand is done. */
void net_settle(void);

#endif
