/* SPDX-License-Identifier: MIT */
/* net_attack.h -- what the attack NET does: an environment with a ring, a filter, and a frame on
 * its way, as its u-area says. */
#ifndef TESTS_EXO_NET_ATTACK_H
#define TESTS_EXO_NET_ATTACK_H

#include <stdint.h>

/* Words of the u-area: what is asked, and what it says. */
enum {
    NET_ASK_TYPE,  /* of its frames; 0: neither filter nor ring */
    NET_ASK_SEND,  /* by this interface less 1, from bit 8 on so many times; 0: sends nothing */
    NET_ASK_REFER, /* the filter to which it refers; 0: none */
    NET_ASK_MANY,  /* not 0: as many filters, rings and buffers as it may have */
    NET_SAYS_FILTER,
    NET_SAYS_RING,  /* the frame that is its ring's buffer and its word */
    NET_SAYS_FRAME, /* the frame that it sends, with its word */
    NET_SAYS_ERROR,
};
/* In NET_ASK_SEND: as if more followed, and all others by the interface
 * beside it; then it does not yield, but runs for ever, or exits. */
enum { NET_SEND_MORE = 128, NET_SEND_RUN = 64, NET_SEND_EXIT = 32 };

/* Does so, and yields to its creator for ever. */
_Noreturn void net_attack(uint64_t creator);

#endif
