/* SPDX-License-Identifier: MIT */
/* exo-net.h -- the two ends of what is measured on exo: the environment that asks, on interface 0,
 * and the one that answers, on interface 1. */
#ifndef PACKET_EXO_NET_H
#define PACKET_EXO_NET_H

#include "exo/libos/net/net.h"
#include "measure/bench.h"
#include "protocol/am.h"

#define SERVER "packet-server"

enum { CLIENT_IP = 0x0a000001, SERVER_IP = 0x0a000002, NET_MASK = 0xffffff00 };
enum { ECHO = 7, SINK = 9, TRAINS = 10, CALLS = 111 }; /* ports */
#define BULK   65536u
#define TRAIN  16u /* datagrams of which the last is answered */
#define HANDLE 0x1234567890abcdeful

/* What the answering program's argument has below who asks: which of its roles it has. */
enum { ROLE_SERVER, ROLE_FAR_SERVER, ROLE_FORWARDER, ROLE_ASH, ROLE_LOSES };
#define ROLE(client, server, role, loss)                                                           \
    ((uint64_t)(client) | (uint64_t)(server) << 24 | (uint64_t)(role) << 48 |                      \
     (uint64_t)(loss) << 52)
/* The second wire. */
enum { NEAR_IP = 0x0a000102, FAR_IP = 0x0a000101, LOSSY_IP = 0x0a000003 };

/* An end: its interface, with pages at `at` that are its own. False: it cannot be. */
bool end_begin(struct net *n, unsigned nic, unsigned ring, void *at, uint32_t ip);

/* Active messages come, too: their filter's id. And one goes, whose Ethernet header stands at
 * `head` but for its type. */
long take_messages(const struct net *n);
void send_message(struct net *n, uint8_t *head, const struct am_message *m);

/* --- Of the one that asks --- */

extern struct net net;
extern uint64_t server; /* the environment that answers */

/* A server runs, and knows this end; false: the row is skipped. */
bool server_begin(struct bench *b);
/* The same with a forwarder between two wires, and the server behind it; or, in the forwarder's
 * place, one who loses so many of a hundred frames. */
bool forwarder_begin(struct bench *b);
/* The same whose handler forwards. When all know each other (server_knows) only the server is given
 * the processor. */
bool ash_forwarder_begin(struct bench *b);
void server_alone(void);
bool loser_begin(struct bench *b, uint64_t loss);
void server_end(void);
/* Gives the others the processor once, and looks at what came: true: something did. */
bool server_pass(void);
/* Datagrams are sent along `echo` until one is answered: then all know their neighbours. */
void server_knows(struct net_path *echo, const volatile uint32_t *came);
/* Gives the server the processor and looks at what came, until `*wanted` is not 0. */
void server_until(const volatile uint32_t *wanted);

/* A connection of this end's to a port of the server's, established. */
struct client {
    struct net_tcp c;
    uint32_t opened, came, arrived, ended, closed;
};
void client_open(struct client *x, uint32_t ip, uint16_t port);

#endif
