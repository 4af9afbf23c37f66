/* SPDX-License-Identifier: MIT */
/* filters.h -- ten TCP/IP filters, alike but for the port: what a machine with ten connections asks
 * of each packet, by one program after the other and by one that is merged of all (engine/trie.h).
 * Freestanding. */
#ifndef EXPERIMENTS_ENGINE_FILTERS_H
#define EXPERIMENTS_ENGINE_FILTERS_H

#include "engine/trie.h"
#include "ways.h"

#define FILTERS            10
#define FILTERS_FIRST_PORT 71

struct filters {
    const struct hooks *hooks;
    struct program program[FILTERS];
    struct facts facts[FILTERS];
    struct code code[FILTERS];
    struct code merged; /* its result has a bit for each filter */
};

/* Makes them of an opened sample, tcp_filter: its one constant that says port 80 is replaced, and
 * what comes out is verified as any program is, as is what they are merged to. Null, or a sentence
 * that says what went wrong. */
const char *filters_open(struct filters *f, const struct sample *tcp_filter);

/* The packets that they are asked about: a frame for the last filter, one for the first, one for
 * none of the ports, one that is not TCP, and one that ends early. */
#define FILTERS_PACKETS "last,first,none,udp,short"
#define FRAME_MAX       128

struct packet {
    uint64_t wanted; /* which filters it is for, a bit each */
    size_t len;
    uint8_t bytes[FRAME_MAX] __attribute__((aligned(8)));
};

/* The packet of this name, one of FILTERS_PACKETS; made of the frame that tcp_filter runs on. */
void filters_packet(struct packet *p, const char *name, const struct sample *tcp_filter);

/* Asks one after the other. */
static inline uint64_t filters_ask(const struct filters *f, const struct packet *p) {
    const uintptr_t start = (uintptr_t)p->bytes, end = start + p->len;
    uint64_t matched = 0;
    for (unsigned i = 0; i < FILTERS; i++)
        matched |= (uint64_t)(f->code[i].entry(start, end, 0, 0, 0, NULL) != 0) << i;
    return matched;
}

static inline uint64_t filters_ask_merged(const struct filters *f, const struct packet *p) {
    const uintptr_t start = (uintptr_t)p->bytes;
    return f->merged.entry(start, start + p->len, 0, 0, 0, NULL);
}

#endif
