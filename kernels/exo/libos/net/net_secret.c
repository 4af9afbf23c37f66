/* SPDX-License-Identifier: MIT */
/* net_secret.c -- see net_secret.h. */
#include "exo/libos/net/net_secret.h"

#include "exo/libos/stubs.h"
#include "exo/libos/time/clock.h"

#include <stdbool.h>

static bool has_rdrand(void) {
    uint32_t a = 1, b, c = 0, d;
    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return c >> 30 & 1;
}

struct secret net_secret(void) {
    uint64_t word[2] = {clock_now(), (uint64_t)exo_env_self()};
    for (unsigned i = 0; i < 20 && has_rdrand(); i++) { /* it may have none just now */
        uint64_t some = 0;
        bool ready;
        __asm__ volatile("rdrand %0" : "=r"(some), "=@ccc"(ready));
        word[i % 2] ^= ready ? some : 0;
    }
    return (struct secret){{word[0], word[1]}};
}
