/* SPDX-License-Identifier: MIT */
/* cap_revoke.h -- taking back all that was derived from a capability. Names show the derivation:
 * whoever holds a complete capability takes back everything under a longer name, from everybody. */
#ifndef EXO_KERNEL_CAP_REVOKE_H
#define EXO_KERNEL_CAP_REVOKE_H

#include <stdbool.h>

#include "exo/kernel/memory/cap.h"

/* Whether no copy of this capability may be made now, since what it is under is being revoked. Then
 * this does some of it, so that whoever asks again comes to its end. */
bool revocation_stops(struct cap c);

long sys_cap_revoke(uint64_t slot, uint64_t word, uint64_t number);

#endif
