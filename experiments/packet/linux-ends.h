/* SPDX-License-Identifier: MIT */
/* linux-ends.h -- the two ends of a wire in Linux: this process has interface 0, a child that
 * answers has interface 1. */
#ifndef PACKET_LINUX_ENDS_H
#define PACKET_LINUX_ENDS_H

#include "linux/namespaces.h"

#define OUR_ADDRESS   "10.0.0.1"
#define THEIR_ADDRESS "10.0.0.2"
enum { ECHO_PORT = 7, DISCARD_PORT = 9, PACKET_MOST = 2048 };

/* A child that answers at THEIR_ADDRESS. False: the row is skipped. */
bool ends_begin(struct bench *b, const struct net_service *service);

/* Sends one and has it back, as often as it takes until somebody is there: neighbours must find
 * each other first. */
void await_echo(int socket, const void *frame, size_t bytes);
/* Each bracket: one there and one back. */
void time_echo(struct bench *b, int socket, const void *frame, size_t bytes);

/* Whoever sends to port 7 has it back. */
extern const struct net_service udp_echo, tcp_echo;

/* Whoever sends 65,536 bytes to port 9 has one back. */
extern const struct net_service tcp_sink;
/* Each bracket, TIMES over: 65,536 bytes there and one back. */
void time_bulk(struct bench *b, const char *address, unsigned times);

#endif
