/* SPDX-License-Identifier: MIT */
/* connections.h -- the calls of connection_abi.h as functions. A result below 0 is -E_SOMETHING:
 * -E_DEAD: the peer has broken it off, or does not answer; -E_QUOTA: the process has as many as it
 * may; -E_INTERRUPTED: the wait was ended from outside. */
#ifndef SPIN_USER_CONNECTIONS_H
#define SPIN_USER_CONNECTIONS_H

#include "spin/connection_abi.h"
#include "spin/user/stubs.h"

static inline long connection_listen(unsigned port) {
    return syscall1(CONNECTION_CALL_listen, port);
}

static inline long connection_accept(long listens) {
    return syscall1(CONNECTION_CALL_accept, (uint64_t)listens);
}

static inline long connection_connect(unsigned nic, uint32_t address, unsigned port) {
    return syscall3(CONNECTION_CALL_connect, nic, address, port);
}

/* Waits until there is room for some. */
static inline long connection_send(long number, const void *from, uint64_t bytes) {
    return syscall3(CONNECTION_CALL_send, (uint64_t)number, (uint64_t)from, bytes);
}

/* Waits until there are some. */
static inline long connection_receive(long number, void *to, uint64_t room) {
    return syscall3(CONNECTION_CALL_receive, (uint64_t)number, (uint64_t)to, room);
}

static inline long connection_finish(long number) {
    return syscall1(CONNECTION_CALL_finish, (uint64_t)number);
}

static inline long connection_close(long number) {
    return syscall1(CONNECTION_CALL_close, (uint64_t)number);
}

#endif
