/* SPDX-License-Identifier: MIT */
/* anywhere.c -- packets are handled at every instruction of sending, receiving and mapping memory:
 * where this process's timer comes, the others have the processor, the network's among them. What
 * is read is what was written, and memory is as it was. */
#include "sockets_own.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/sockets/sockets.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/timer.h"
#include "exo/libos/yield.h"
#include "lib/string.h"

#define MAPPED 0x6a0000000000ul /* nothing is there */

enum { BYTES = 100, LATEST = 6000 };

static volatile unsigned fired;

static void others(void) {
    fired++;
    process_pass();
    process_pass();
}

static bool sends(int from, const uint8_t *bytes) {
    return exos_write(from, bytes, BYTES) == BYTES;
}

static bool maps(uint64_t n) {
    volatile uint64_t *page = (volatile uint64_t *)MAPPED;
    if (exos_map_zero(MAPPED, 1, EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC) || page[1])
        return false;
    page[1] = n;
    return page[1] == n && !exos_unmap(MAPPED, 1);
}

static bool receives(int to, const uint8_t *bytes) {
    uint8_t got[BYTES];
    long done = 0, n;
    while (done < BYTES && (n = exos_read(to, got + done, (size_t)(BYTES - done))) > 0)
        done += n;
    return done == BYTES && !memcmp(bytes, got, BYTES);
}

/* The timer comes so many ticks after the beginning, or not at all. */
static bool turn(int from, int to, uint64_t n) {
    uint8_t bytes[BYTES];
    for (unsigned i = 0; i < BYTES; i++)
        bytes[i] = (uint8_t)(n * 31 + i);
    do
        exo_env_yield(0); /* a slice of our own begins */
    while (exposed_slot(env_info()->position)->env != (uint32_t)exo_env_self());
    fired = 0;
    timer_set(__builtin_ia32_rdtsc() + n, others);
    bool fine = sends(from, bytes) && maps(n) && receives(to, bytes);
    exo_timer_set(0);
    return fine;
}

/* Every second slice is this process's own, for its timer comes in no other; or as it was. */
static void own_slices(bool own) {
    static uint64_t owner[EXO_SLOTS];
    for (unsigned i = 0; i < EXO_SLOTS; i += 2) {
        owner[i] = own ? exposed_slot(i)->env : owner[i];
        exo_slot_set(0, i, own ? (uint64_t)exo_env_self() : owner[i], 0);
    }
}

uint64_t case_anywhere(void) {
    const int l = listener(7), mine = (int)exos_socket(EXOS_STREAM, 0);
    unsigned came = 0;
    MUST(l >= 0 && mine >= 0 && !exos_connect(mine, (struct exos_address){HOST_IP, 7}));
    const int other = (int)exos_accept(l, NULL);
    own_slices(true);
    MUST(other >= 0 && turn(mine, other, 1) && turn(other, mine, 1));
    const uint64_t before = frames_free();
    for (uint64_t n = 0; n < LATEST; n++) {
        MUST(n % 2 ? turn(mine, other, n) : turn(other, mine, n));
        came += fired == 1;
    }
    own_slices(false);
    MUST(came > LATEST * 9 / 10 && frames_free() == before);
    return 0;
}
