/* SPDX-License-Identifier: MIT */
/* cap.c -- dominance of capabilities against a model that says it in words. The kernel's own source
 * is linked into the environment here. */
#include "exo/kernel/memory/cap.h"

#include "measure/bench.h"

/* held opens needed if it names needed or something that contains it, with at least its
 * permissions. */
static bool model(struct cap held, struct cap needed) {
    bool contains = held.length <= needed.length;
    for (unsigned i = 0; contains && i < held.length; i++)
        contains = held.name[i] == needed.name[i];
    bool permits = true;
    for (unsigned bit = 1; bit < 8; bit <<= 1)
        if ((needed.rights & bit) && !(held.rights & bit))
            permits = false;
    return held.valid && needed.valid && contains && permits;
}

/* Every capability over names of up to two bytes of {0, 1}. */
static struct cap nth(unsigned n) {
    static const struct {
        uint8_t length, name[2];
    } names[] = {{0, {0, 0}}, {1, {0, 0}}, {1, {1, 0}}, {2, {0, 0}},
                 {2, {0, 1}}, {2, {1, 0}}, {2, {1, 1}}};
    unsigned name = n % 7, rights = n / 7 % 8, valid = n / 56;
    return (struct cap){.rights = rights & 7,
                        .valid = valid & 1,
                        .length = names[name].length & 15,
                        .name = {names[name].name[0], names[name].name[1]}};
}

CHECK(cap_dominance, "cap/dominance_holds_exactly_for_prefixes_with_the_permissions") {
    for (unsigned a = 0; a < 112; a++)
        for (unsigned b = 0; b < 112; b++)
            if (cap_dominates(nth(a), nth(b)) != model(nth(a), nth(b)))
                check_fail(c, "capability %u over %u", a, b);
}

CHECK(cap_root, "cap/all_permissions_on_the_empty_name_open_everything_valid") {
    const struct cap root = {.rights = CAP_ALL, .valid = 1};
    for (unsigned b = 56; b < 112; b++)
        CHECK_THAT(c, cap_dominates(root, nth(b)));
    for (unsigned b = 0; b < 56; b++)
        CHECK_THAT(c, !cap_dominates(root, nth(b)));
}

CHECK(cap_too_long, "cap/a_name_longer_than_there_is_room_for_opens_and_is_opened_by_nothing") {
    const struct cap root = {.rights = CAP_ALL, .valid = 1};
    const struct cap longer = {.rights = CAP_ALL, .valid = 1, .length = CAP_NAME_MAX + 1};
    CHECK_THAT(c, !cap_dominates(root, longer) && !cap_dominates(longer, longer));
    CHECK_THAT(c, !cap_dominates(longer, root));
}
