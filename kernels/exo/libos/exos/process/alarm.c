/* SPDX-License-Identifier: MIT */
/* alarm.c -- see alarm.h and exos.h. No timer runs: a slice that begins looks at the clock, and
 * the predicate of each sleep does. */
#include "exo/libos/exos/process/alarm.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/time/clock.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/signal_numbers.h"
#include "exo/libos/exposed.h"
#include "lib/error.h"

long exos_alarm(uint64_t after, uint64_t again) {
    struct exos_own *own = exos_own();
    if (!env_info()->tsc_hz)
        return -E_NOT_FOUND;
    own->again = clock_ticks(again);
    own->alarm = after ? clock_now() + clock_ticks(after) : 0;
    return 0;
}

void alarm_look(void) {
    struct exos_own *own = exos_own();
    struct process *self = process_self();
    uint64_t now = own->alarm ? clock_now() : 0;
    if (!own->alarm || now < own->alarm || !self)
        return;
    own->alarm += own->again; /* those that were missed meanwhile are one */
    if (own->alarm <= now)
        own->alarm = own->again ? now + own->again : 0;
    process_send(self, EXOS_SIGALRM);
}

void alarm_wakes(struct sum *s, uint64_t tag) {
    if (exos_own()->alarm)
        sum_from(s, exos_own()->alarm, tag);
}
