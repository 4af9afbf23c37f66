/* SPDX-License-Identifier: MIT */
/* stream_checks.h -- for checks of connections between the two interfaces: a client of the kernel's
 * own, an extension that answers it, and segments of strangers. */
#ifndef TESTS_SPIN_STREAM_CHECKS_H
#define TESTS_SPIN_STREAM_CHECKS_H

#include "../loading.h"
#include "protocol/ip.h"
#include "spin/services/stream/stream_calls.h"

enum { MANY = 200000, PORT = 700, ECHO = 7 };

/* An end of a connection that writes a pattern, and looks whether it comes back. */
extern struct client {
    long number;
    unsigned long what, wrote, came, wrong;
} client;
extern const struct stream_owner asks;
unsigned char stream_pattern(unsigned long n);

/* Skips, and gives false, where there are no two interfaces. Else the protocols are loaded. */
bool stream_begins(struct check *c);
/* Waits for a word to have so much at least, and these bits, a second at most. */
bool stream_until(const unsigned long *word, unsigned long least, unsigned long bits);

/* An extension that sends back at the port ECHO; it goes. */
struct extension *stream_echo(struct check *c);
void stream_ends(struct check *c, struct extension *e);
/* The client's connection to a port begins; it writes as much of MANY bytes as there is room for,
 * the rest by itself. */
void stream_connects(struct check *c, unsigned long port);
void stream_write_more(void);
/* All of it by this protocol: MANY bytes there and back. */
void stream_echoes(struct check *c, const char *protocol);
/* The other end of the client's connection, of which whoever guesses knows the ports. */
const struct stream *stream_server(void);

/* A segment of a stranger's, by the wire, in a frame of this station's, to the second interface's
 * address; its sum with these bits wrong. It comes to the interface stream_comes_to. */
extern unsigned stream_comes_to;
void stream_send_damaged(uint32_t source, const struct tcp_segment *segment,
                         const struct ether_address *station, uint16_t damage);
void stream_send_segment(uint32_t source, const struct tcp_segment *segment,
                         const struct ether_address *station);

#endif
