/* SPDX-License-Identifier: MIT */
/* exo-net.h -- the two ends of what is measured on exo: the environment that asks, on interface 0,
 * and the one that answers, on interface 1. */
#ifndef PACKET_EXO_NET_H
#define PACKET_EXO_NET_H

#include "exo/libos/net/net.h"
#include "measure/bench.h"

#define SERVER "packet-server"

enum { CLIENT_IP = 0x0a000001, SERVER_IP = 0x0a000002, NET_MASK = 0xffffff00 };
enum { ECHO = 7, SINK = 9, CALLS = 111 }; /* ports */
#define BULK 65536u

/* An end: its interface, with pages at `at` that are its own. False: it cannot be. */
bool end_begin(struct net *n, unsigned nic, unsigned ring, void *at, uint32_t ip);

/* --- Of the one that asks --- */

extern struct net net;
extern uint64_t server; /* the environment that answers */

/* A server runs, and knows this end; false: the row is skipped. */
bool server_begin(struct bench *b);
void server_end(void);
/* Gives the server the processor and looks at what came, until `*wanted` is not 0. */
void server_until(const volatile uint32_t *wanted);

/* A connection of this end's to a port of the server's, established. */
struct client {
    struct net_tcp c;
    uint32_t opened, came, arrived, ended, closed;
};
void client_open(struct client *x, uint16_t port);

#endif
