/* SPDX-License-Identifier: MIT */
/* exchange.h -- what a process exchanges with its child: see exo-exchange.c. */
#ifndef PROCESS_EXCHANGE_H
#define PROCESS_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "measure/bench.h"

/* Does what this enum exos_request says, in the bracket of b. False: it is none of these. */
bool exchange(struct bench *b, uint64_t request, uint64_t argument);

#endif
