/* SPDX-License-Identifier: MIT */
#include "secret.h"
#include "rules.h"

static uint64_t rotated(uint64_t x, unsigned by) {
    return x << by | x >> (64 - by);
}

static void rounds(uint64_t v[4], int n) {
    while (n--) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotated(v[1], 13) ^ v[0];
        v[3] = rotated(v[3], 16) ^ v[2];
        v[0] = rotated(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotated(v[1], 17) ^ v[2];
        v[3] = rotated(v[3], 21) ^ v[0];
        v[2] = rotated(v[2], 32);
    }
}

static void absorb(uint64_t v[4], uint64_t word) {
    v[3] ^= word;
    rounds(v, 2);
    v[0] ^= word;
}

uint64_t secret_hash(const struct secret *s, const uint64_t *word, uint32_t n) {
    uint64_t v[4] = {s->key[0] ^ 0x736f6d6570736575, s->key[1] ^ 0x646f72616e646f6d,
                     s->key[0] ^ 0x6c7967656e657261, s->key[1] ^ 0x7465646279746573};
    for (uint32_t i = 0; i < n; i++)
        absorb(v, word[i]);
    absorb(v, (uint64_t)(n * 8) << 56);
    v[2] ^= 0xff;
    rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static uint64_t of_tuple(const struct secret *s, const struct tuple *t, uint32_t source_port,
                         uint32_t what) {
    uint64_t word[2] = {(uint64_t)t->source << 32 | t->target,
                        (uint64_t)what << 32 | source_port << 16 | t->target_port};
    return secret_hash(s, word, 2);
}

uint32_t tcp_iss(const struct secret *s, const struct tuple *t, uint64_t now) {
    uint64_t place = DEFENDED(ISS_TUPLE) ? of_tuple(s, t, t->source_port, 1) : s->key[0];
    return (uint32_t)place + (uint32_t)(now / 4000);
}

uint16_t port_choose(const struct secret *s, const struct tuple *t, uint16_t first, uint16_t last,
                     uint32_t *next) {
    uint32_t count = last - first + 1u;
    uint32_t offset = DEFENDED(PORT_TUPLE) ? (uint32_t)of_tuple(s, t, 0, 2) : 0;
    return (uint16_t)(first + (offset + (*next)++) % count);
}
