/* SPDX-License-Identifier: MIT */
/* cap.c -- see cap.h. */
#include "exo/kernel/memory/cap.h"

#include "exo/defence.h"
#include "lib/error.h"

/* The bytes of the name, the first one lowest. */
static uint64_t name_of(struct cap c) {
    uint64_t word;
    __builtin_memcpy(&word, &c, sizeof word);
    return word >> 8;
}

bool cap_is_under(struct cap c, struct cap above) {
    if (!c.valid || !above.valid || c.length > CAP_NAME_MAX || above.length > c.length)
        return false;
    uint64_t beyond = ~0ul << 8 * above.length;
    return !DEFENDED(FORGE_NAME) || ((name_of(c) ^ name_of(above)) & ~beyond) == 0;
}

bool cap_dominates(struct cap held, struct cap needed) {
    return cap_is_under(needed, held) &&
           (!DEFENDED(FORGE_RIGHTS) || (needed.rights & ~held.rights) == 0);
}

bool cap_makes(struct cap held, struct cap wanted) {
    return (!DEFENDED(FORGE_GRANT) || (held.rights & CAP_GRANT)) && cap_dominates(held, wanted);
}

int cap_put(struct cap *list, uint64_t slot, struct cap c) {
    if (slot >= EXO_CAPS)
        return -E_INVALID;
    if (DEFENDED(SLOT_0) && slot == 0 && list[0].valid && c.rights != CAP_ALL)
        return -E_PERM;
    list[slot] = c;
    return 0;
}

bool cap_may_revoke(struct cap held, struct cap what) {
    return held.rights == CAP_ALL && held.length < what.length && cap_is_under(what, held);
}

uint32_t cap_revoke(struct cap *list, struct cap what) {
    uint32_t emptied = 0;
    for (unsigned i = 0; i < EXO_CAPS; i++)
        if (cap_is_under(list[i], what)) {
            list[i] = (struct cap){0};
            emptied |= 1u << i;
        }
    return emptied;
}
_Static_assert(EXO_CAPS <= 32, "a bit for each");

bool acl_permits(const struct cap *acl, unsigned count, struct cap held, unsigned rights) {
    if (rights & ~held.rights)
        return false;
    for (const struct cap *entry = acl; entry < acl + count; entry++)
        if ((!DEFENDED(ACL_RIGHTS) || (rights & ~entry->rights) == 0) && cap_is_under(*entry, held))
            return true;
    return false;
}

bool acl_may_become(const struct cap *from, unsigned from_count, const struct cap *to,
                    unsigned to_count, struct cap held) {
    for (unsigned i = 0; i < to_count; i++)
        if (DEFENDED(ACL_WORDS) && !cap_is_under(to[i], (struct cap){.valid = 1}))
            return false;
    if (!to_count || (DEFENDED(ACL_MODIFY) && !acl_permits(from, from_count, held, CAP_MODIFY)))
        return false;
    return !DEFENDED(ACL_OWNER) || cap_same(to[0], from[0]) ||
           (to[0].rights == CAP_ALL && acl_permits(from, 1, held, CAP_ALL));
}

bool acl_is_under(const struct cap *acl, unsigned count, struct cap what) {
    for (unsigned i = 0; i < count; i++)
        if (cap_is_under(acl[i], what))
            return true;
    return false;
}
