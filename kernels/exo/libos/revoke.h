/* SPDX-License-Identifier: MIT */
/* revoke.h -- the library's side of revocation: when the kernel asks pages back, this environment
 * chooses which. What it does not give within its time others choose, and take. */
#ifndef EXO_LIBOS_REVOKE_H
#define EXO_LIBOS_REVOKE_H

#include <stdint.h>

#include "exo/abi.h"

/* Gives up about so many pages, which it unmaps; how many it gave. */
typedef uint64_t revoke_give(uint64_t pages);
/* This was taken by force. EXO_LOST_SOME: more than there was room to note; which pages they were,
 * their entries say (EXO_LOST). */
#define EXO_LOST_SOME 0
typedef void revoke_lost(unsigned kind, uint64_t name);

/* From now on both are called where a slice begins (slice_hooks.h), also in the middle of anything
 * that is no critical section; either may be null. */
void revoke_handle(revoke_give *give, revoke_lost *lost);
/* The same at once, for whoever does not wait for his next slice. */
void revoke_answer(void);

#endif
