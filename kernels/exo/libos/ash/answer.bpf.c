/* SPDX-License-Identifier: MIT */
/* answer.bpf.c -- sends each frame back where it came from, and counts them in its region's first
 * word. */
#include "ash_protocol.h"

unsigned long ash(uint8_t *frame_, uint64_t bytes, uint8_t *region, uint64_t from) {
    uint8_t *frame = __builtin_assume_aligned(frame_, 8);
    ether_answer(frame);
    ++*(uint64_t *)region;
    return !ash_send(frame, bytes, from);
}
