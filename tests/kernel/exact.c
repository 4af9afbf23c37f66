/* SPDX-License-Identifier: MIT */
/* exact.c -- see exact.h. */
#include "exact.h"

#include "machine/cpu/x86.h"
#include "machine/device/timer.h"

bool clock_is_exact(void) {
    uint64_t took[3];
    for (unsigned i = 0; i < 3; i++) {
        took[i] = rdtsc();
        __asm__ volatile(".rept 100\n\tnop\n\t.endr");
        took[i] = rdtsc() - took[i];
    }
    return timer_hz() && took[0] == took[1] && took[1] == took[2] && took[0] >= 100 &&
           took[0] < 120;
}
