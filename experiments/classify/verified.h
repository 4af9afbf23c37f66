/* SPDX-License-Identifier: MIT */
/* verified.h -- the same filters in C: programs that the engine has proven and compiled, asked one
 * after the other. */
#ifndef EXPERIMENTS_CLASSIFY_VERIFIED_H
#define EXPERIMENTS_CLASSIFY_VERIFIED_H

#include "../engine/ways.h"
#include "traffic.h"

struct verified {
    const struct hooks *hooks;
    uint32_t made;
    struct facts facts; /* alike */
    struct program program[TRAFFIC_FILTERS];
    struct code code[TRAFFIC_FILTERS];
};

/* Sees to it that there are so many, of the sample tcp_filter for other ports. False: they cannot
 * be made. */
bool verified_make(struct verified *v, const struct sample *tcp_filter, uint32_t count);

/* The first of `count` that has the packet, or `count`. */
uint32_t verified_ask(const struct verified *v, uint32_t count, const uint8_t *packet);

#endif
