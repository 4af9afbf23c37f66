/* SPDX-License-Identifier: MIT */
/* verified.h -- the same filters in C: programs that the engine has proven and compiled, asked one
 * after the other, and merged (engine/merge.h). */
#ifndef EXPERIMENTS_CLASSIFY_VERIFIED_H
#define EXPERIMENTS_CLASSIFY_VERIFIED_H

#include "../engine/ways.h"
#include "engine/merge.h"
#include "traffic.h"

struct verified {
    const struct hooks *hooks;
    uint32_t made;
    struct facts facts; /* alike */
    struct program program[TRAFFIC_FILTERS];
    struct code code[TRAFFIC_FILTERS];
    struct merge_member member[TRAFFIC_FILTERS];
};

/* Sees to it that there are so many, of the sample tcp_filter for other ports. False: they cannot
 * be made. */
bool verified_make(struct verified *v, const struct sample *tcp_filter, uint32_t count);
bool verified_merge(const struct verified *v, const struct sample *tcp_filter, struct merge *merge,
                    uint32_t count);

/* The first of `count` that has the packet, or MERGE_NOBODY. */
uint32_t verified_ask(const struct verified *v, uint32_t count, const uint8_t *packet);
uint32_t verified_ask_merged(const struct merge *merge, const uint8_t *packet);

#endif
