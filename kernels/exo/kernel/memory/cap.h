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

/* The word that a caller gave as a capability. */
static inline struct cap cap_of(uint64_t word) {
    struct cap c;
    __builtin_memcpy(&c, &word, sizeof c);
    return c;
}

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
/* Whether the holder of `held` may make `wanted`, for himself or for others: it is dominated, and
 * `held` may be handed on. */
bool cap_makes(struct cap held, struct cap wanted);

/* --- Lists of what somebody holds: EXO_CAPS slots, of which an invalid one is empty --- */

/* Slot 0 is what the holder is himself: only a complete capability takes its place, so that whoever
 * may write the list cannot leave its owner with less. -E_INVALID: no slot; -E_PERM. */
int cap_put(struct cap *list, uint64_t slot, struct cap c);

/* Whether c's name is that of `above` or longer, whatever the permissions. */
bool cap_is_under(struct cap c, struct cap above);
/* Whether the holder of `held` may take back what is under `what`: `held` is complete, and its name
 * a shorter one, so that nobody can take it from those that he has it from. */
bool cap_may_revoke(struct cap held, struct cap what);
/* Empties the slots that hold what is under `what`; a bit for each of them. */
uint32_t cap_revoke(struct cap *list, struct cap what);

/* --- Lists of who may do something to an object --- */

/* Whether an entry permits all of `rights` and is dominated by `held` for them. */
bool acl_permits(const struct cap *acl, unsigned count, struct cap held, unsigned rights);
/* Whether the holder of `held` may put `to` in the place of the list `from`. Each of `to` is a
 * capability, `from` permits CAP_MODIFY to him; at position 0, which is the owner's, either the
 * same stays, or a complete capability comes and `from` permits everything there to him. */
bool acl_may_become(const struct cap *from, unsigned from_count, const struct cap *to,
                    unsigned to_count, struct cap held);
/* Whether an entry is under `what`. */
bool acl_is_under(const struct cap *acl, unsigned count, struct cap what);

#endif
