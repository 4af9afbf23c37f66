/* SPDX-License-Identifier: MIT */
/* sockets_cases.h -- what the program `sockets` does, by the lower half of its argument: an ExOS
 * with an interface, whose processes talk to each other by its address. Its exit status is 0, or
 * the line of what did not hold. */
#ifndef TESTS_EXO_SOCKETS_CASES_H
#define TESTS_EXO_SOCKETS_CASES_H

#include <stdint.h>

/* Bytes there and back by a descriptor that fork shared; who wrote, and who did not read, is
 * killed; a connection goes on in another process; one wait for a socket, a pipe and time;
 * datagrams; an echo; connections that come and go; words of a socket's pages that are anything;
 * who reads nothing. By a stranger on the wire (stranger.h): floods of SYNs, ARP and pieces; what
 * he sees of processes that end, and of TIME_WAIT. */
#define SOCKETS_CASES(X)                                                                           \
    X(stream)                                                                                      \
    X(killed)                                                                                      \
    X(unread)                                                                                      \
    X(passed)                                                                                      \
    X(polled)                                                                                      \
    X(datagrams)                                                                                   \
    X(raw)                                                                                         \
    X(many)                                                                                        \
    X(spoilt)                                                                                      \
    X(slow) X(syns) X(arps) X(pieces) X(unsent) X(waits) X(flooded) X(ourselves) X(anywhere) X(any)

enum {
#define SOCKETS_CASE(name) CASE_##name,
    SOCKETS_CASES(SOCKETS_CASE)
#undef SOCKETS_CASE
};

#define HOST_IP 0x0a000001

#endif
