/* SPDX-License-Identifier: MIT */
/* datagrams.h -- the calls of datagram_abi.h as functions. A result below 0 is -E_SOMETHING. */
#ifndef SPIN_USER_DATAGRAMS_H
#define SPIN_USER_DATAGRAMS_H

#include "spin/datagram_abi.h"
#include "spin/user/stubs.h"

static inline long datagram_open(unsigned port, unsigned nic) {
    return syscall2(DATAGRAM_CALL_open, port, nic);
}

static inline long datagram_close(long end) {
    return syscall1(DATAGRAM_CALL_close, (uint64_t)end);
}

static inline long datagram_send(long end, const void *from, uint64_t bytes, uint32_t address,
                                 unsigned port) {
    return syscall5(DATAGRAM_CALL_send, (uint64_t)end, (uint64_t)from, bytes, address, port);
}

/* Waits until there is one; what it has more than there is room for is lost. */
static inline long datagram_receive(long end, void *to, uint64_t room, struct datagram_from *from) {
    return syscall4(DATAGRAM_CALL_receive, (uint64_t)end, (uint64_t)to, room, (uint64_t)from);
}

static inline long datagram_count(long end) {
    return syscall1(DATAGRAM_CALL_count, (uint64_t)end);
}

#endif
