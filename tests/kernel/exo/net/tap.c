/* SPDX-License-Identifier: MIT */
/* tap.c -- copies of what passes an interface: for whom all of it is, and nobody else notices. */
#include "net.h"

enum { TYPE = 0x88b5 };

#define WHOLE(nic)                                                                                 \
    {                                                                                              \
        .rights = CAP_ALL, .valid = 1, .length = 2, .name = { 'n', nic }                           \
    }

static bool is_copy(unsigned n, unsigned nic, bool sent, uint8_t at_20) {
    uint64_t w = *word(n);
    return (uint32_t)w == 60 && (w >> 32 & 0xffff) == 60 && EXO_TAP_NIC(w) == nic &&
           EXO_TAP_SENT(w) == sent && page(n)[20] == at_20;
}

CHECK(net_tap_right, "net/an_interface_is_tapped_by_whom_all_of_it_is") {
    const struct cap whole = WHOLE(0);
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, whole);
    exo_cap_forge(0, OTHER, part_of(1, 1));
    CHECK_THAT(c, ring(0, 0, 0, 4, 2048) == 0);
    CHECK_THAT(c, exo_nettap(EXO_TAP_BY(0, HELD), 1, 1) == -E_NOT_FOUND); /* no such ring */
    CHECK_THAT(c, exo_nettap(0, 1ul << EXO_NICS, 0) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_nettap(EXO_TAP_BY(0, HELD) | EXO_TAP_BY(1, OTHER), 3, 0) == -E_PERM);
    CHECK_THAT(c, exo_nettap(EXO_TAP_BY(0, HELD) | EXO_TAP_BY(1, HELD), 3, 0) == -E_PERM);
    send_at_once(TYPE, 1);
    CHECK_THAT(c, *word(0) == 0); /* not that of which it may, either */
    CHECK_THAT(c, exo_nettap(EXO_TAP_BY(0, HELD), 1, 0) == 0);
    send_at_once(TYPE, 2);
    CHECK_THAT(c, is_copy(0, 0, false, 2) && *word(1) == 0);
    net_end(c);
}

CHECK(net_tap_copies, "net/a_tap_has_copies_of_both_directions_and_takes_nothing") {
    if (!net_begin(c))
        return;
    long id = filter(0, 0, TYPE);
    CHECK_THAT(c, id > 0 && ring(0, 0, 0, 4, 2048) == 0 && ring(0, 1, 4, 4, 2048) == 0);
    CHECK_THAT(c, exo_filter_bind(0, (uint64_t)id, 0) == 0 && exo_nettap(0, 3, 1) == 0);
    uint64_t copies = nic_seen(0)->tapped + nic_seen(1)->tapped;
    send_at_once(TYPE, 1);
    CHECK_THAT(c, *word(0) == (60 | 60ul << 32));
    CHECK_THAT(c, is_copy(4, 1, true, 1) && is_copy(5, 0, false, 1));
    send_at_once(TYPE + 1, 2); /* nobody's */
    CHECK_THAT(c, is_copy(6, 1, true, 2) && is_copy(7, 0, false, 2));
    uint64_t lost = nic_seen(0)->tap_lost + nic_seen(1)->tap_lost;
    send_at_once(TYPE, 3); /* its ring is full */
    CHECK_THAT(c, *word(1) == (60 | 60ul << 32) && filter_seen(id)->dropped == 0);
    CHECK_THAT(c, nic_seen(0)->tap_lost + nic_seen(1)->tap_lost == lost + 2);
    CHECK_THAT(c, nic_seen(0)->tapped + nic_seen(1)->tapped == copies + 4);
    for (unsigned i = 4; i < 8; i++)
        *word(i) = 0;
    CHECK_THAT(c, exo_nettap(0, 2, 1) == 0); /* one of them only */
    send_at_once(TYPE, 4);
    CHECK_THAT(c, is_copy(4, 1, true, 4) && *word(5) == 0);
    CHECK_THAT(c, exo_nettap(0, 0, 1) == 0); /* and none */
    send_at_once(TYPE, 5);
    CHECK_THAT(c, *word(5) == 0 && received(3, 60, 0) == false && *word(3) != 0);
    net_end(c);
}

CHECK(net_tap_pieces, "net/the_copy_of_a_frame_of_pieces_is_the_frame_that_went") {
    const struct dpf_atom atom = {.op = DPF_EQ, .bytes = 1, .offset = 60, .value = 0xab};
    struct exo_piece piece[EXO_PACKET_PIECES];
    if (!net_begin(c))
        return;
    CHECK_THAT(c, ring(0, 0, 0, 4, 2048) == 0 && exo_nettap(0, 1, 0) == 0);
    CHECK_THAT(c, exo_packet_template(0, 0, 0, &atom, 1) == 0);
    uint64_t total = 0;
    for (unsigned i = 0; i < EXO_PACKET_PIECES; i++) {
        __builtin_memset(page(8 + i), 0xa4 + (int)i, PAGE);
        piece[i] = (struct exo_piece){physical_of(page(8 + i)) + i, i == 7 ? 1514 - 7 * 15 : 15};
        total += piece[i].bytes;
    }
    page(8 + 4)[4] = 0xab; /* the byte at 60 */
    CHECK_THAT(c, total == 1514 && exo_packet_send(0, 0, piece, EXO_PACKET_PIECES, 0) == 0);
    CHECK_THAT(c, (uint32_t)*word(0) == 1514);
    for (unsigned i = 0; i < 1514; i++)
        CHECK_THAT(c, page(0)[i] == (i == 60 ? 0xab : 0xa4 + (i < 105 ? i / 15 : 7)));
    net_end(c);
}

CHECK(net_tap_ends, "net/a_tap_ends_with_its_ring_and_few_are_at_one_time") {
    if (!net_begin(c))
        return;
    for (unsigned i = 0; i < EXO_PACKET_RINGS; i++) {
        CHECK_THAT(c, ring(0, i, i * 4, 4, 2048) == 0);
        CHECK_THAT(c, exo_nettap(0, 1, i) == 0);
    }
    send_at_once(TYPE, 1);
    CHECK_THAT(c, is_copy(0, 0, false, 1) && is_copy(12, 0, false, 1));
    CHECK_THAT(c, ring(0, 0, 0, 4, 2048) == 0); /* another one */
    *word(0) = 0;
    send_at_once(TYPE, 2);
    CHECK_THAT(c, *word(0) == 0 && is_copy(13, 0, false, 2));
    net_end(c);
    uint64_t copies = nic_seen(0)->tapped;
    if (!net_begin(c))
        return;
    send_at_once(TYPE, 3);
    CHECK_THAT(c, nic_seen(0)->tapped == copies);
    net_end(c);
}
