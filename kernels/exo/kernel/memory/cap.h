/* SPDX-License-Identifier: MIT */
/* cap.h -- capabilities (struct cap, abi.h): a right to something is a path of bytes and the
 * permissions on it. A capability opens everything whose name it is a prefix of; the one with the
 * empty name and all permissions opens everything. Names are no secret: only a slot of an
 * environment's list, which the kernel keeps, proves possession. (Mazières and Kaashoek, HotOS '97;
 * Xok's capability.h.) */
#ifndef EXO_KERNEL_CAP_H
#define EXO_KERNEL_CAP_H

#include <stdbool.h>

#include "exo/abi.h"

/* Whether both are one word. */
static inline bool cap_same(struct cap a, struct cap b) {
    uint64_t words[2];
    __builtin_memcpy(&words[0], &a, 8);
    __builtin_memcpy(&words[1], &b, 8);
    return words[0] == words[1];
}

/* Whether the holder of `held` may do what asks for `needed`: both valid and no name too long,
 * held's name a prefix of needed's, needed's permissions all in held. */
bool cap_dominates(struct cap held, struct cap needed);

#endif
