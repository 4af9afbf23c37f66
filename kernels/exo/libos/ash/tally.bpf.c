/* SPDX-License-Identifier: MIT */
/* tally.bpf.c -- a protocol of one's own (docs/writing-a-protocol.md): who sends a key and an
 * amount gets back the sum of all amounts that came for that key. */
#include "ash_protocol.h"
#include "tally.h"

unsigned long ash(uint8_t *frame, uint64_t bytes, uint8_t *region, uint64_t from) {
    uint8_t *message = frame + ETHER_HEADER;
    if (bytes < ETHER_HEADER + TALLY_BYTES || message[TALLY_KIND] != TALLY_ADD)
        return 0;
    uint64_t *sums = (uint64_t *)region;
    uint32_t key = wire_get16(message + TALLY_KEY) % TALLY_KEYS;
    sums[key] += wire_get32(message + TALLY_AMOUNT);
    message[TALLY_KIND] = TALLY_SUM;
    wire_put32(message + TALLY_AMOUNT, (uint32_t)sums[key]);
    ether_answer(frame);
    return !ash_send(frame, bytes, from);
}
