/* SPDX-License-Identifier: MIT */
/* copies.bpf.c -- what is behind the header of a frame goes to its region's second half, and its
 * sum to its third word: by pipe 0, which does both; or by pipes 1 and 2, one after the other, if
 * the region's second word says so. Its first word counts. */
#include "ash_protocol.h"

unsigned long ash(uint8_t *frame, uint64_t bytes, uint8_t *region, uint64_t from) {
    uint64_t *word = (uint64_t *)region, done = 0;
    (void)frame, (void)from;
    if (bytes < ETHER_HEADER || bytes > ETHER_HEADER + ETHER_MTU)
        return 0;
    word[2] = 0;
    if (word[1])
        done = ash_pipe(region + 2048, bytes - ETHER_HEADER, ETHER_HEADER, word + 2, 1) &&
               ash_pipe(region + 2048, bytes - ETHER_HEADER, ETHER_HEADER, word + 2, 2);
    else
        done = ash_pipe(region + 2048, bytes - ETHER_HEADER, ETHER_HEADER, word + 2, 0);
    word[0]++;
    return done;
}
