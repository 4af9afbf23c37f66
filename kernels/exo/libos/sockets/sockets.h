/* SPDX-License-Identifier: MIT */
/* sockets.h -- sockets of ExOS: descriptors like any others, so they are read, written, polled,
 * shared over fork, kept over exec, and closed by whatever ends a process. One process of the ExOS,
 * the network's, has the interface and all connections (libos/net); the others have rings of bytes
 * in common with it. So a connection outlives whoever opened it: what he wrote is sent and the end
 * told, and TIME_WAIT is nobody else's.
 *
 * A result below 0 is -E_SOMETHING; those of files.h, and:
 *   -E_DEAD       the connection is broken, or the socket sends no more
 *   -E_NOT_FOUND  nobody answers, or no route leads there
 *   -E_EXISTS     the port is somebody's */
#ifndef EXO_LIBOS_SOCKETS_H
#define EXO_LIBOS_SOCKETS_H

#include <stddef.h>
#include <stdint.h>

enum exos_socket { EXOS_STREAM = 1, EXOS_DATAGRAM, EXOS_RAW };

struct exos_address {
    uint32_t ip;
    uint16_t port;
};

/* This ExOS has sockets from now on, on the interface `nic`: its network's process begins. 0;
 * -E_NOT_FOUND: no such interface; -E_PERM: it is not this ExOS's; what fork says. In a program
 * that exec began: they are there, or -E_NOT_FOUND. */
long exos_sockets_begin(unsigned nic, uint32_t ip, uint32_t mask, uint32_t router);

/* It ends, and all connections with it. */
void exos_sockets_end(void);
/* The environment of the network's process, for who gives it the processor. */
uint64_t exos_sockets_env(void);
/* A descriptor. `protocol`: of EXOS_RAW, IP's number. -E_FULL. */
long exos_socket(enum exos_socket kind, unsigned protocol);
/* The port, 0: one that is chosen. */
long exos_bind(int fd, uint16_t port);
/* Others may connect: so many wait at most for exos_accept. */
long exos_listen(int fd, unsigned waiting);
/* A descriptor of the next one that connected; *peer, if not null, is who. */
long exos_accept(int fd, struct exos_address *peer);
/* A stream is open when this returns; of a datagram socket, where exos_write sends to. */
long exos_connect(int fd, struct exos_address to);
/* No more is written; what was is sent. */
long exos_shutdown(int fd);
/* A datagram, or a packet's data; whole, or not at all. */
long exos_send_to(int fd, struct exos_address to, const void *data, size_t bytes);
/* The next one: its bytes, of which `room` are stored. */
long exos_receive_from(int fd, struct exos_address *from, void *into, size_t room);
/* The socket's own port; its peer. */
long exos_socket_port(int fd);
long exos_socket_peer(int fd, struct exos_address *peer);

/* A descriptor of the same open file for the process with this pid: its number there. -E_NOT_FOUND:
 * no such process or descriptor; -E_FULL. */
long exos_pass(int fd, uint64_t pid);

/* What there is of the n-th socket, for netstat; false: there is no n-th. */
struct exos_socket_seen {
    enum exos_socket kind;
    unsigned state; /* enum tcp_state, of a stream */
    uint16_t port;
    struct exos_address peer;
    uint32_t unread, unsent; /* bytes */
};
int exos_socket_see(unsigned n, struct exos_socket_seen *seen);

#endif
