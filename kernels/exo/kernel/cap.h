/* SPDX-License-Identifier: MIT */
/* cap.h -- capabilities: a right to something is a path of bytes and the permissions on it. A
 * capability opens everything whose name it is a prefix of; the one with the empty name and all
 * permissions opens everything. Names are no secret: only a slot of an environment's list, which
 * the kernel keeps, proves possession. (Mazières and Kaashoek, HotOS '97; Xok's capability.h.) */
#ifndef EXO_KERNEL_CAP_H
#define EXO_KERNEL_CAP_H

#include <stdbool.h>
#include <stdint.h>

#define CAP_READ  1
#define CAP_WRITE 2
#define CAP_GRANT 4
#define CAP_ALL   7

#define CAP_NAME_MAX 7

struct cap {
    uint8_t rights : 3;
    uint8_t valid : 1;
    uint8_t length : 4; /* bytes of name that count, at most CAP_NAME_MAX */
    uint8_t name[CAP_NAME_MAX];
};
_Static_assert(sizeof(struct cap) == 8, "a capability is one word");

/* Whether the holder of `held` may do what asks for `needed`: both valid and no name too long,
 * held's name a prefix of needed's, needed's permissions all in held. */
bool cap_dominates(struct cap held, struct cap needed);

#endif
