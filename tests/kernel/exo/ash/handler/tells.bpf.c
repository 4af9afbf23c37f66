/* SPDX-License-Identifier: MIT */
/* tells.bpf.c -- a handler that does what its region asks, and says there what it saw (tells.h). */
#include "exo/ash.h"
#include "../tells.h"

/* Of a frame that is not long. */
static uint64_t behind(const uint8_t *frame, uint64_t bytes) {
    if (bytes > EXO_ASH_FRAME - 64)
        return 0;
    const uint8_t *at = frame + bytes;
    return at[0] + at[1] + at[2] + at[3] + at[20] + at[63];
}

static uint64_t burn(uint64_t seed) {
    for (unsigned i = 0; i < 800; i++)
        seed = seed * 31 + i;
    return seed;
}

unsigned long ash(uint8_t *frame, uint64_t bytes, uint8_t *region, uint64_t from) {
    uint64_t *r = (uint64_t *)region;
    r[TELLS_RUNS]++;
    r[TELLS_FROM] = from;
    r[TELLS_BYTES] = bytes;
    r[TELLS_FIRST] = frame[20];
    switch (r[TELLS_ASKED]) {
    case TELLS_TAKE:
        return 1;
    case TELLS_SEND:
        frame[20] = 0x77;
        r[TELLS_RESULT] = ash_send(frame, bytes, r[TELLS_ARGUMENT]);
        return 1;
    case TELLS_LOOK:
        r[TELLS_RESULT] = behind(frame, bytes);
        return 1;
    case TELLS_BURN:
        r[TELLS_RESULT] = burn(bytes);
        return 1;
    case TELLS_PIPE:
        if (bytes < 14)
            return 0;
        r[TELLS_RESULT] =
            ash_pipe(region + 2048, bytes - 14, 14, r + TELLS_STATE, r[TELLS_ARGUMENT]);
        return 1;
    default:
        return 0;
    }
}
