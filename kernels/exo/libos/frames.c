/* SPDX-License-Identifier: MIT */
/* frames.c -- see frames.h. */
#include "exo/libos/frames.h"

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

uint64_t (*frames_spare)(void);

uint64_t frames_pick(uint64_t from) {
    const volatile uint64_t *free = (const volatile uint64_t *)EXO_FREE;
    uint64_t words = env_info()->frame_count / 64, first = from / 64;
    uint64_t seen = first < words ? free[first] >> from % 64 << from % 64 : 0;
    for (uint64_t n = 0; n <= words; n++) {
        uint64_t word = (first + n) % words;
        uint64_t bits = n ? free[word] : seen;
        if (bits)
            return word * 64 + (uint64_t)__builtin_ctzl(bits);
    }
    return 0;
}

uint64_t frames_pick_run(uint64_t count) {
    const volatile uint64_t *free = (const volatile uint64_t *)EXO_FREE;
    uint64_t length = 0;
    for (uint64_t n = env_info()->frame_count; n-- > 0;) {
        length = free[n / 64] >> n % 64 & 1 ? length + 1 : 0;
        if (length == count)
            return n;
    }
    return 0;
}

bool frames_await(void) {
    if (!env_info()->env_unfreed)
        return false;
    exo_env_yield((uint64_t)exo_env_self());
    return true;
}

uint64_t frames_free(void) {
    const volatile uint64_t *free = (const volatile uint64_t *)EXO_FREE;
    uint64_t count = 0;
    while (frames_await())
        ;
    for (uint64_t i = 0; i < env_info()->frame_count / 64; i++)
        for (uint64_t bits = free[i]; bits; bits &= bits - 1)
            count++;
    return count;
}

/* Who is too late asks again, but not for ever. */
long frames_map_spare(unsigned slot, uint64_t env, unsigned holder, struct exo_pages one) {
    enum { TRIES = 1000 };
    const uint64_t bits = one.entry;
    for (unsigned i = 0; frames_spare && i < TRIES; i++) {
        uint64_t frame = frames_spare();
        if (!frame)
            break;
        one.entry = frame << 12 | bits;
        long done = exo_page_update(slot, env, holder, &one, 1, 0);
        if (done != -E_EXISTS)
            return done;
    }
    return -E_NO_MEMORY;
}

/* No free frame is to be had. -E_EXISTS: one may be, now. */
static long map_when_short(unsigned slot, uint64_t env, unsigned holder, uint64_t at,
                           uint64_t bits) {
    if (frames_await())
        return -E_EXISTS;
    return frames_map_spare(slot, env, holder,
                            (struct exo_pages){at | EXO_FRESH, bits | EXO_PRESENT, 1});
}

long frames_map(unsigned slot, uint64_t env, unsigned holder, uint64_t at, uint64_t pages,
                uint64_t bits) {
    static uint64_t next;
    while (pages) {
        uint64_t frame = frames_pick(next);
        const struct exo_pages one = {at | EXO_FRESH, frame << 12 | bits | EXO_PRESENT, 1};
        long done = frame ? exo_page_update(slot, env, holder, &one, 1, 0) : -E_NO_MEMORY;
        next = frame + 1;
        if (__builtin_expect(done != 1, 0)) {
            if (done == -E_NO_MEMORY)
                done = map_when_short(slot, env, holder, at, bits);
            if (done < 0 && done != -E_EXISTS)
                return done;
            if (done != 1)
                continue;
        }
        at += 4096;
        pages--;
    }
    return 0;
}
