/* SPDX-License-Identifier: MIT */
/* ash_attack.h -- what the attack ASH does: an environment with a handler for frames of a type, as
 * its u-area says. */
#ifndef TESTS_EXO_ASH_ATTACK_H
#define TESTS_EXO_ASH_ATTACK_H

#include <stdint.h>

/* Words of the u-area: what is asked, and what it says. */
enum {
    ASH_ASK_TYPE,  /* of frames at interface 1 */
    ASH_ASK_DOES,  /* what the handler is asked (ash/tells.h) */
    ASH_ASK_SPINS, /* it loops in its slices, which end; or yields to its creator */
    ASH_ASK_WHO,   /* a capability: who may send messages to the handler */
    ASH_SAYS_ASH,
    ASH_SAYS_FILTER,
    ASH_SAYS_REGION, /* a frame */
    ASH_SAYS_ERROR,
};

/* Does so for ever. */
_Noreturn void ash_attack(uint64_t creator);

#endif
