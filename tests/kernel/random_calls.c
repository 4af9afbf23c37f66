/* SPDX-License-Identifier: MIT */
/* random_calls.c -- see random_calls.h. */
#include "random_calls.h"

#include "hostile.h"
#include "registers.h"

/* xorshift64* (Vigna, 2016). */
uint64_t random_next(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1dul;
}

uint64_t random_argument(uint64_t *state) {
    static const uint64_t bad[] = {0,
                                   1,
                                   8,
                                   16,
                                   0xffff,
                                   HOSTILE_KERNEL,
                                   HOSTILE_PHYSICAL,
                                   HOSTILE_ODD,
                                   USER_TOP - 1,
                                   USER_TOP,
                                   1ul << 32,
                                   1ul << 63,
                                   -8ul,
                                   -1ul};
    uint64_t r = random_next(state);
    return r & 1 ? bad[(r >> 1) % (sizeof bad / sizeof bad[0])] : random_next(state);
}

unsigned random_calls(uint64_t seed, unsigned count, bool (*skip)(uint64_t number)) {
    uint64_t state = seed * 2 + 1, in[REGISTERS], out[REGISTERS];
    unsigned made = 0;
    while (made < RANDOM_CALLS) {
        for (unsigned i = 0; i < REGISTERS; i++)
            in[i] = random_argument(&state);
        if (in[REGISTER_rax] & 3) /* mostly calls that there are */
            in[REGISTER_rax] = random_next(&state) % (count + 4);
        if (skip(in[REGISTER_rax]))
            continue;
        registers_around_syscall(in, out, 0);
        made++;
    }
    return made;
}
