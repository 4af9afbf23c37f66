/* SPDX-License-Identifier: MIT */
/* hold.h -- an environment that holds one of each kind of thing. */
#ifndef TESTS_EXO_HOLD_H
#define TESTS_EXO_HOLD_H

#include <stdint.h>

/* Takes one after the other, by the capability in slot 0; after each it yields to `creator`, if
 * that is not 0. How many it has tried stands in its u-area's
 * own[0]. Gives how many it could not get, when it has tried all. */
uint64_t hold_everything(uint64_t creator);
#define HOLD_STEPS 12

#endif
