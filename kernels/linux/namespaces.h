/* SPDX-License-Identifier: MIT */
/* namespaces.h -- network namespaces: a row's two ends are in two of them, each with interfaces of
 * its own, so that what they say to each other goes over the wire. Each is new, and without IPv6,
 * whose neighbours would be looked for at moments of its own. */
#ifndef LINUX_NAMESPACES_H
#define LINUX_NAMESPACES_H

#include "measure/bench.h"

#include <netinet/in.h>

/* An interface, and its address in a network of 256. */
struct net_nic {
    const char *name, *address;
};

/* What a child does: opens what it serves by, and then serves. */
struct net_service {
    int (*open)(void);
    void (*serve)(int socket);
};

/* Puts this process into a new namespace that has the COUNT interfaces and a loopback. False, and
 * the row is skipped: the machine has no such interface. */
bool net_enter(struct bench *b, const struct net_nic *nics, unsigned count);
/* Starts a child that serves; with interfaces (COUNT > 0) in a new namespace that has them, else in
 * this one. Returns when it has opened. False as above. */
bool net_serve(struct bench *b, const struct net_nic *nics, unsigned count,
               const struct net_service *service);
/* Ends the children and goes back to where net_enter() found this process. The sockets opened in
 * between are to be closed before: they would keep the interfaces. */
void net_leave(void);

/* Gives an interface of this namespace its address, and has it speak. */
void net_configure(const struct net_nic *nic);
/* Has what is sent to the network of TO go by BY. */
void net_route(const char *to, const char *by);
/* Has this namespace pass packets on, from one interface to the other. */
void net_forward(void);

/* "10.0.0.1" and a port, as sockets are told them. */
struct sockaddr_in net_address(const char *address, unsigned port);
/* A socket of TYPE (SOCK_DGRAM, SOCK_STREAM) at that port of this namespace; a stream listens. */
int net_listen(int type, unsigned port);
/* One that speaks to the other end; -1: it does not answer. */
int net_connect(int type, const char *address, unsigned port);
/* One that has every frame of protocol TYPE (0: of all) that arrives at an interface. */
int net_frames(const char *nic, unsigned type);
/* Has what arrives at an interface stay as it was on the wire: else the kernel makes one packet of
 * several of TCP's. */
void net_unmerged(const char *nic);
/* The interface's address on the wire, six bytes. */
void net_hardware(const char *nic, uint8_t *into);
/* Has a receive of SOCKET fail after that long; 0: never. */
void net_patience(int socket, unsigned ms);

#endif
