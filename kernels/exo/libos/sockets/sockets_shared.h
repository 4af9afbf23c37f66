/* SPDX-License-Identifier: MIT */
/* sockets_shared.h -- what the network's process and the others have in common, at EXOS_SOCKETS.
 * Each word has one side that writes it. What the others write is checked where it is used: who
 * spoils a socket spoils that one. */
#ifndef EXO_LIBOS_SOCKETS_SHARED_H
#define EXO_LIBOS_SOCKETS_SHARED_H

#include "exo/libos/exos/files/shared.h"
#include "exo/libos/sockets/sockets.h"
#include "protocol/tcp/tcp.h"

#define EXOS_SOCKETS 0x6e0000000000ul
#define SOCKETS      16u
#define SOCKET_RING  16384u /* bytes each way */
#define SOCKET_WAIT  8u     /* that wait for exos_accept, at most */

enum socket_state {
    SOCKET_FREE,
    SOCKET_NEW,
    SOCKET_LISTENS,
    SOCKET_CONNECTS,
    SOCKET_OPEN,
    SOCKET_DEAD, /* nothing comes any more, or goes */
};
enum socket_request { SOCKET_BIND = 1, SOCKET_LISTEN, SOCKET_CONNECT };

struct socket {
    /* Of whoever has the socket, in critical sections. */
    uint64_t kind, protocol;
    uint64_t users; /* open files */
    uint64_t asked, request, argument;
    struct exos_address to;
    uint64_t read, written; /* bytes, of rings that both begin at 0 */
    uint64_t shut, accepted;
    /* Of the network's process. */
    uint64_t state, done;
    int64_t result;
    uint64_t events; /* counted where one of these changed */
    uint64_t came, went, ended, failed, waiting, lost;
    uint64_t waits[SOCKET_WAIT]; /* sockets that connected: number `n` in its n % SOCKET_WAIT-th */
    uint64_t tcp_state, port, handed; /* handed: it waits for exos_accept */
    struct exos_address peer;
    uint8_t in[SOCKET_RING] __attribute__((aligned(4096))), out[SOCKET_RING];
} __attribute__((aligned(4096)));

/* Before each datagram in a ring. */
struct datagram {
    uint32_t bytes, ip;
    uint32_t port, unused;
};

struct shared_sockets {
    uint64_t env; /* the network's process; 0: it has not begun */
    uint64_t error;
    uint64_t pid;
    struct socket socket[SOCKETS];
} __attribute__((aligned(4096)));
#define sockets ((struct shared_sockets *)EXOS_SOCKETS)

/* Bytes of a ring, from or to a place that both sides count to. */
void socket_copy_in(uint8_t *ring, uint32_t at, const void *from, uint32_t bytes);
void socket_copy_out(const uint8_t *ring, uint32_t at, void *into, uint32_t bytes);

/* network.c: what the network's process does, until there is no other process any more. */
_Noreturn void network_run(unsigned nic, uint32_t ip, uint32_t mask, uint32_t router);

/* A datagram out of a ring, or into one; within a critical section. */
long socket_take(struct socket *s, struct exos_address *from, void *into, size_t bytes);
long socket_put(struct socket *s, struct exos_address to, const void *from, size_t bytes);

/* What the others do with a socket (other_tree.h). */
struct nameless;
extern const struct nameless socket_files;

#endif
