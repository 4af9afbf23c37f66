/* SPDX-License-Identifier: MIT */
/* tcp_cookie.h -- a SYN is answered by a number that remembers it, which comes back with the
 * acknowledgement, so that no place is taken by who only begins (Bernstein's SYN cookies; RFC 4987,
 * 3.6). Of the SYN's options the length of segments alone is remembered. */
#ifndef PROTOCOL_TCP_COOKIE_H
#define PROTOCOL_TCP_COOKIE_H

#include <stdbool.h>

#include "../secret.h"

/* The number that answers a SYN of number `irs`; `mss`: as its options have it, or 0. */
uint32_t tcp_cookie(const struct secret *secret, const struct tuple *who, uint32_t irs,
                    uint64_t now, uint16_t mss);
/* Whether it was given out for this SYN in the last two minutes. */
bool tcp_is_cookie(const struct secret *secret, const struct tuple *who, uint32_t cookie,
                   uint32_t irs, uint64_t now);
/* Bytes of a segment that it remembers, at most what was said. */
uint16_t tcp_cookie_mss(uint32_t cookie);

#endif
