/* SPDX-License-Identifier: MIT */
/* abi_cap.h -- of abi.h, what a capability is. */
#ifndef EXO_ABI_CAP_H
#define EXO_ABI_CAP_H

#include <stdint.h>

/* A capability: a path of bytes and the permissions on it (kernel/cap.h). */
#define CAP_READ  1
#define CAP_WRITE 2
#define CAP_GRANT 4
#define CAP_ALL   7

/* In the access list of an object: who may change the list, and by that everything else. */
#define CAP_MODIFY CAP_GRANT

#define CAP_NAME_MAX 7
/* With this bit in its length the word in a frame's entry is no capability: the list has more
 * words, which acl_read tells. */
#define CAP_LISTED 8

struct cap {
    uint8_t rights : 3;
    uint8_t valid : 1;
    uint8_t length : 4; /* bytes of name that count, at most CAP_NAME_MAX */
    uint8_t name[CAP_NAME_MAX];
};
_Static_assert(sizeof(struct cap) == 8, "a capability is one word");

#endif
