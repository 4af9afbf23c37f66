/* SPDX-License-Identifier: MIT */
/* net_internal.h -- a run under way, for net.c and references.c only. */
#ifndef ENGINE_NET_INTERNAL_H
#define ENGINE_NET_INTERNAL_H

#include "engine/net.h"

#define LANDING_WORDS 5 /* as __builtin_setjmp wants it */

struct held {
    void *object;
    void (*release)(void *object);
};

struct net {
    struct net *outer;
    enum net_way way;
    const struct image *image; /* null for NET_NATIVE, which has the two below */
    const struct native *native;
    const struct native_function *function;
    const uint64_t *argument;
    struct activation *activation;
    struct net_report *report;
    uint64_t result;
    struct held held[NET_HELD_MAX];
    uint32_t held_count;
    void *landing[LANDING_WORDS];
};

/* What net_root holds is given back by this, which does nothing. */
void net_leave_root(void *variable);

/* The program that holds the address in its code, this one or, at any distance, one that it is
 * linked to, and the slot; or null. */
const struct image *net_image_at(const struct image *image, uintptr_t address, uint32_t *slot);

#endif
