/* SPDX-License-Identifier: MIT */
/* raise.h -- what a raise makes of results, at all levels. */
#ifndef SPIN_DISPATCH_RAISE_H
#define SPIN_DISPATCH_RAISE_H

#include "spin/core/dispatch/binding/binding.h"

/* A result as the event's type has it. */
static inline uint64_t raise_result(const struct event *event, uint64_t word) {
    unsigned unused_bits = 64 - 8u * event->result_bytes;
    return unused_bits == 64 ? 0 : word << unused_bits >> unused_bits;
}

#endif
