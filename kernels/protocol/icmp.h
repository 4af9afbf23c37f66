/* SPDX-License-Identifier: MIT */
/* icmp.h -- ICMP (RFC 792): echo, and what became of a packet. */
#ifndef PROTOCOL_ICMP_H
#define PROTOCOL_ICMP_H

#include <stdbool.h>
#include <stdint.h>

enum { ICMP_HEADER = 8 };
enum { ICMP_ECHO_REPLY = 0, ICMP_UNREACHABLE = 3, ICMP_ECHO = 8, ICMP_TIME_EXCEEDED = 11 };
enum { ICMP_NO_PROTOCOL = 2, ICMP_NO_PORT = 3, ICMP_TOO_LONG = 4 }; /* codes of UNREACHABLE */

struct icmp_message {
    uint8_t type, code;
    uint16_t id, seq; /* of an echo; of ICMP_TOO_LONG `seq` is the link's MTU (RFC 1191) */
};

/* A message of `bytes` bytes, checksum and all. False: it is none. Its data begin at
 * ICMP_HEADER. */
bool icmp_get(const uint8_t *message, uint32_t bytes, struct icmp_message *m);
/* The header of *m before data that have the sum `data`. */
void icmp_put(uint8_t *message, const struct icmp_message *m, uint64_t data);
/* An echo becomes its reply where it lies: type and checksum change, nothing else. */
void icmp_answer(uint8_t *echo);
/* Whether an error may be sent about this packet: never about an error, a piece that is not the
 * first, or what went to many (RFC 1122, 3.2.2). `data` are its `bytes` bytes behind the header. */
bool icmp_may_tell(uint8_t protocol, uint32_t offset, bool to_many, const uint8_t *data,
                   uint32_t bytes);

#endif
