/* SPDX-License-Identifier: MIT */
/* strand_time.h -- how long the strands of each package have had the processor. While it is
 * counted, ticks of the TSC are charged at each switch to the account of the package whose strand
 * leaves the processor (RESOURCE_TIME), or to the module Idle when none can go on; those of the
 * handlers of watched events to who installed them, and those of asynchronous handlers, whose
 * strands are not ended for it. So the shares are together all ticks that have passed. What passes
 * between a strand's end and the next one's beginning is the ended one's. While it is not counted a
 * switch costs nothing more.
 *
 * A package has the time that its account's quota says: a strand that is found running beyond is
 * ended, native code that loops as well, where the timer interrupts it; no later than a quantum
 * after. Not so one in whose process user code runs, which is ended by Trap.Fault's handlers. */
#ifndef SPIN_SERVICES_STRAND_TIME_H
#define SPIN_SERVICES_STRAND_TIME_H

#include "spin/core/strand.h"

/* From here on time is charged; no more. 0, or -E_NO_MEMORY. */
int strand_time_begin(void);
int strand_time_end(void);

/* What has passed until now is charged. */
void strand_time_charge(void);

#endif
