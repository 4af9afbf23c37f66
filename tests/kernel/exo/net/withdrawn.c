/* SPDX-License-Identifier: MIT */
/* withdrawn.c -- filters, rings and taps are taken back, and whoever had them is told. */
#include "net.h"

#include "exo/libos/uarea.h"

enum { TYPE = 0x88b5 };

/* Whether the loss before the last `ago` was this. */
static bool lost(unsigned ago, enum exo_loss kind, uint64_t name) {
    uint64_t n = uarea->lost_count - 1 - ago;
    return uarea->lost[n % EXO_LOST_WORDS] == (name << 8 | kind);
}

static void revoke(struct cap what) {
    long number = 0;
    do
        number = exo_cap_revoke(0, what, number > 0 ? (uint64_t)number : 0);
    while (number > 0 || number == -E_AGAIN);
}

CHECK(net_withdrawn, "net/a_filter_is_withdrawn_by_the_root_and_its_packets_are_the_next_owners") {
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, part_of(0, 1));
    long next = filter(HELD, 0, TYPE), id = filter_narrow(HELD, 0, TYPE, 7);
    CHECK_THAT(c, ring(0, 0, 0, 4, 2048) == 0);
    CHECK_THAT(c, next > 0 && id > 0 && exo_filter_bind(0, (uint64_t)next, 0) == 0);
    send_at_once(TYPE, 7);
    CHECK_THAT(c, filter_seen(id)->dropped == 1 && *word(0) == 0);
    CHECK_THAT(c, exo_filter_withdraw(HELD, (uint64_t)id) == -E_PERM); /* his own */
    CHECK_THAT(c, exo_filter_withdraw(OTHER, (uint64_t)id) == -E_PERM);
    CHECK_THAT(c, exo_filter_withdraw(EXO_CAPS, (uint64_t)id) == -E_PERM);
    CHECK_THAT(c, exo_filter_withdraw(0, (uint64_t)id + EXO_FILTERS) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_filter_refer(0, (uint64_t)id) == 0); /* twice */
    long left;
    while ((left = exo_filter_withdraw(0, (uint64_t)id)) > 0)
        continue;
    CHECK_THAT(c, left == 0 && lost(0, EXO_LOST_FILTER, (uint64_t)id));
    CHECK_THAT(c, lost(1, EXO_LOST_FILTER, (uint64_t)id));
    CHECK_THAT(c, exo_filter_bind(0, (uint64_t)id, 0) == -E_NOT_FOUND);
    send_at_once(TYPE, 7);
    CHECK_THAT(c, filter_seen(next)->packets == 1 && *word(0) == (60 | 60ul << 32));
    net_end(c);
}

CHECK(net_revoked_filter, "net/a_filter_ends_with_the_capability_that_it_was_inserted_by") {
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, part_of(0, 1));
    long id = filter(HELD, 0, TYPE), other = filter(0, 0, TYPE + 1);
    CHECK_THAT(c, id > 0 && other > 0);
    revoke(part_of(0, 1));
    CHECK_THAT(c, filter_seen(id)->references == 0 && filter_seen(other)->references == 1);
    CHECK_THAT(c, lost(0, EXO_LOST_FILTER, (uint64_t)id));
    net_end(c);
}

CHECK(net_revoked_ring, "net/a_packet_ring_ends_with_the_capability_of_its_pages") {
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, mine);
    CHECK_THAT(c, exo_acl_set(0, frame_at(page(0)), 1, &mine, 1, 0) == 1);
    CHECK_THAT(c, exo_acl_set(0, frame_at(word(0)), 1, &mine, 1, 0) == 1);
    long id = filter(0, 0, TYPE);
    CHECK_THAT(c, id > 0 && ring(HELD, 2, 0, 1, 2048) == 0);
    CHECK_THAT(c, exo_filter_bind(0, (uint64_t)id, 2) == 0);
    revoke(mine);
    CHECK_THAT(c, lost(0, EXO_LOST_PACKETS, 2));
    send_at_once(TYPE, 1);
    CHECK_THAT(c, filter_seen(id)->dropped == 1 && exo_packet_change(2, 0, NULL) == -E_NOT_FOUND);
    net_end(c);
}

CHECK(net_revoked_tap, "net/a_tap_ends_with_the_capability_of_its_interface") {
    const struct cap whole = {.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'n', 0}};
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, whole);
    CHECK_THAT(c, ring(0, 3, 0, 4, 2048) == 0 && exo_nettap(EXO_TAP_BY(0, HELD), 1, 3) == 0);
    revoke(whole);
    CHECK_THAT(c, lost(0, EXO_LOST_TAP, 3));
    send_at_once(TYPE, 1);
    CHECK_THAT(c, *word(0) == 0);
    net_end(c);
}
