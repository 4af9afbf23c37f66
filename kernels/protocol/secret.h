/* SPDX-License-Identifier: MIT */
/* secret.h -- numbers that a stranger cannot guess: where a connection's sequence begins (RFC
 * 6528), which port it takes (RFC 6056). Both are a keyed hash of who talks to whom: SipHash-2-4
 * (Aumasson, Bernstein, 2012). */
#ifndef PROTOCOL_SECRET_H
#define PROTOCOL_SECRET_H

#include <stdint.h>

struct secret {
    uint64_t key[2];
};

struct tuple {
    uint32_t source, target;
    uint16_t source_port, target_port;
};

/* SipHash-2-4 of `n` words. */
uint64_t secret_hash(const struct secret *s, const uint64_t *word, uint32_t n);

/* The first sequence number of a connection: a place of its own, which moves on every 4 us. */
uint32_t tcp_iss(const struct secret *s, const struct tuple *t, uint64_t now);
/* RFC 6056, algorithm 3: where the search for a free port of [first, last] begins; `*next` counts
 * the searches. t->source_port is not looked at. */
uint16_t port_choose(const struct secret *s, const struct tuple *t, uint16_t first, uint16_t last,
                     uint32_t *next);

#endif
