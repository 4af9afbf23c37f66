/* SPDX-License-Identifier: MIT */
/* rings.c -- packets that arrive: into whose memory, and into no other. */
#include "net.h"

#include "exo/libos/frames.h"

enum { TYPE = 0x88b5, ANOTHER = 0x88b6 };

CHECK(net_arrives, "net/a_frame_is_put_into_its_owners_next_buffer_and_no_other") {
    if (!net_begin(c))
        return;
    long id = listen(1, TYPE);
    CHECK_THAT(c, id > 0);
    for (uint64_t i = 0; i < 40 && !c->failed; i++) {
        uint64_t bytes = 60 + i * 37;
        CHECK_THAT(c, transmit(0, TYPE, bytes, i) == 0);
        settle();
        CHECK_THAT(c, received(i % 4, bytes, i));
        *word(i % 4) = 0;
    }
    CHECK_THAT(c, filter_seen(id)->packets == 40 && filter_seen(id)->dropped == 0);
    net_end(c);
}

CHECK(net_taken, "net/what_is_not_taken_is_not_written_over") {
    if (!net_begin(c))
        return;
    long id = listen(1, TYPE);
    CHECK_THAT(c, id > 0);
    for (uint64_t i = 0; i < 7 && !c->failed; i++)
        CHECK_THAT(c, transmit(0, TYPE, 100, i) == 0);
    settle();
    for (unsigned i = 0; i < 4; i++)
        CHECK_THAT(c, received(i, 100, i));
    CHECK_THAT(c, filter_seen(id)->packets == 7 && filter_seen(id)->dropped == 3);
    *word(0) = 0;
    CHECK_THAT(c, transmit(0, TYPE, 100, 9) == 0);
    settle();
    CHECK_THAT(c, received(0, 100, 9) && received(1, 100, 1));
    net_end(c);
}

CHECK(net_ring_pages, "net/a_ring_is_of_page_frames_that_its_holder_may_write") {
    const struct cap reads = {.rights = CAP_READ, .valid = 1};
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, foreign);
    exo_cap_forge(0, OTHER, reads);
    CHECK_THAT(c, ring(HELD, 0, 0, 1, 2048) == -E_PERM);
    CHECK_THAT(c, ring(OTHER, 0, 0, 1, 2048) == -E_PERM);
    CHECK_THAT(c, ring(EXO_CAPS, 0, 0, 1, 2048) == -E_PERM);
    const struct cap word_only = foreign;
    CHECK_THAT(c, exo_acl_set(0, frame_at(word(0)), 1, &word_only, 1, 0) == 1);
    CHECK_THAT(c, ring(HELD, 0, 0, 1, 2048) == -E_PERM); /* its word it may write, its page not */
    CHECK_THAT(c, exposed_frame(frame_at(word(0)))->pins == 0);
    CHECK_THAT(c, exposed_frame(frame_at(page(0)))->pins == 0);
    net_end(c);
}

CHECK(net_ring_arguments, "net/what_is_no_ring_is_refused_and_leaves_nothing") {
    struct exo_packet_buffer b = {0};
    if (!net_begin(c))
        return;
    uint64_t at = physical_of(page(0)), at_word = physical_of(word(0));
    const struct {
        uint64_t word, pieces, at, bytes;
        long error;
    } wrong[] = {{at_word, 0, at, 60, -E_INVALID},
                 {at_word, EXO_PACKET_PIECES + 1, at, 60, -E_TOO_LONG},
                 {at_word, 1, at, 0, -E_INVALID},
                 {at_word, 1, at, PAGE + 1, -E_INVALID},
                 {at_word, 1, at + 1, PAGE, -E_INVALID},
                 {at_word, 1, at, -1ul, -E_INVALID},
                 {at_word + 4, 1, at, 60, -E_INVALID},
                 {at_word, 1, 0, 60, -E_PERM},
                 {at_word, 1, env_info()->frame_count * PAGE, 60, -E_PERM},
                 {at_word, 1, 1ul << 63, 60, -E_PERM},
                 {0, 1, at, 60, -E_PERM},
                 {-8ul, 1, at, 60, -E_PERM}};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0] && !c->failed; i++) {
        b.word = wrong[i].word;
        b.pieces = wrong[i].pieces;
        b.piece[0] = (struct exo_piece){wrong[i].at, wrong[i].bytes};
        long error = exo_packet_ring(0, 0, &b, 1);
        if (error != wrong[i].error)
            check_fail(c, "%u: %ld", i, error);
    }
    CHECK_THAT(c, ring(0, EXO_PACKET_RINGS, 0, 1, 60) == -E_INVALID);
    CHECK_THAT(c, exo_packet_ring(0, 0, &b, EXO_PACKET_BUFFERS + 1) == -E_TOO_LONG);
    CHECK_THAT(c, exo_packet_ring(0, 0, (void *)EXO_TABLES - 8, 1) == -E_FAULT);
    CHECK_THAT(c, exo_packet_change(0, 0, &b) == -E_NOT_FOUND);
    CHECK_THAT(c, exposed_frame(frame_at(page(0)))->pins == 0);
    net_end(c);
}

CHECK(net_ring_pins, "net/the_frames_of_a_ring_stay_when_their_owner_unmaps_them") {
    if (!net_begin(c))
        return;
    CHECK_THAT(c, listen(1, TYPE) > 0);
    uint64_t frame = frame_at(page(0));
    const struct exo_pages one = {PAGES_AT, 0, 1}, extra = {PAGES_AT + PAGES * PAGE, 0, 100};
    exo_page_update(0, 0, 0, &one, 1, 0);
    CHECK_THAT(c, exposed_frame(frame)->references == 1 && exposed_frame(frame)->pins == 1);
    CHECK_THAT(c, frames_map(0, 0, 0, extra.at, 100, EXO_WRITE | EXO_NO_EXEC) == 0);
    CHECK_THAT(c, transmit(0, TYPE, 1000, 3) == 0);
    settle();
    CHECK_THAT(c, *word(0) == (1000 | 1000ul << 32));
    for (unsigned i = 0; i < 100; i++)
        CHECK_THAT(c, frame_at(page(PAGES + i)) != frame);
    exo_page_update(0, 0, 0, &extra, 1, 0);
    net_end(c);
    CHECK_THAT(c, exposed_frame(frame)->references == 0);
}

CHECK(net_ring_lost, "net/what_a_rings_holder_may_not_write_any_more_takes_nothing") {
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, mine);
    for (unsigned i = 0; i < PAGES; i++)
        CHECK_THAT(c, exo_acl_set(0, frame_at(page(i)), 1, &mine, 1, 0) == 1);
    long id = filter(0, 1, TYPE);
    CHECK_THAT(c, id > 0 && ring(HELD, 0, 0, 4, 2048) == 0);
    CHECK_THAT(c, exo_filter_bind(0, (uint64_t)id, 0) == 0);
    CHECK_THAT(c, exo_acl_set(0, frame_at(page(0)), 1, &foreign, 1, 0) == 1);
    CHECK_THAT(c, transmit(0, TYPE, 100, 1) == 0);
    settle();
    CHECK_THAT(c, *word(0) == 0 && page(0)[0] == 0 && filter_seen(id)->dropped == 1);
    CHECK_THAT(c, exo_acl_set(0, frame_at(page(0)), 1, &mine, 1, 0) == 1);    /* it may again */
    CHECK_THAT(c, exo_acl_set(0, frame_at(word(0)), 1, &foreign, 1, 0) == 1); /* but not the word */
    CHECK_THAT(c, transmit(0, TYPE, 100, 1) == 0);
    settle();
    CHECK_THAT(c, *word(0) == 0 && page(0)[0] == 0 && filter_seen(id)->dropped == 2);
    CHECK_THAT(c, exo_acl_set(0, frame_at(word(0)), 1, &mine, 1, 0) == 1);
    CHECK_THAT(c, transmit(0, TYPE, 100, 2) == 0);
    settle();
    CHECK_THAT(c, received(0, 100, 2));
    net_end(c);
}

CHECK(net_short, "net/of_a_frame_longer_than_its_buffer_the_beginning_is_there_and_its_length") {
    struct exo_packet_buffer b = {0};
    if (!net_begin(c))
        return;
    long id = filter(0, 1, TYPE);
    b.word = physical_of(word(0));
    b.pieces = 3; /* in any order, of any length */
    b.piece[0] = (struct exo_piece){physical_of(page(3) + 4090), 6};
    b.piece[1] = (struct exo_piece){physical_of(page(1) + 5), 33};
    b.piece[2] = (struct exo_piece){physical_of(page(2)), 1};
    CHECK_THAT(c, id > 0 && exo_packet_ring(0, 0, &b, 1) == 0);
    CHECK_THAT(c, exo_filter_bind(0, (uint64_t)id, 0) == 0);
    for (uint64_t bytes = 14; bytes <= 70 && !c->failed; bytes++) {
        for (unsigned n = 1; n < 4; n++)
            __builtin_memset(page(n), 0x5a, PAGE);
        *word(0) = 0;
        CHECK_THAT(c, transmit(0, TYPE, bytes, bytes) == 0);
        settle();
        uint64_t stored = bytes < 40 ? bytes : 40;
        if (*word(0) != (stored | bytes << 32))
            check_fail(c, "of %lu bytes: %lx", bytes, *word(0));
        for (uint64_t i = 0; i < 48; i++) {
            const uint8_t *at = i < 6    ? page(3) + 4090 + i
                                : i < 39 ? page(1) + i - 1
                                         : page(2) + i - 39;
            uint8_t sent = i == 12   ? TYPE >> 8
                           : i == 13 ? (uint8_t)TYPE
                                     : (uint8_t)(bytes * 31 + i);
            if (*at != (i < stored ? sent : 0x5a))
                check_fail(c, "of %lu bytes: byte %lu", bytes, i);
        }
        CHECK_THAT(c, page(3)[4089] == 0x5a && page(1)[4] == 0x5a && page(1)[38] == 0x5a);
    }
    net_end(c);
}

/* A ring of buffers of many pieces, all in the n-th page. */
static long many_pieces(unsigned n) {
    enum { MANY = 40 };
    static struct exo_packet_buffer b[MANY];
    for (unsigned i = 0; i < MANY; i++) {
        b[i] = (struct exo_packet_buffer){physical_of(word(i)), EXO_PACKET_PIECES, {{0}}};
        for (unsigned p = 0; p < EXO_PACKET_PIECES; p++)
            b[i].piece[p] = (struct exo_piece){physical_of(page(n)) + 8ul * p, 8};
    }
    long error = exo_packet_ring(0, n, b, MANY);
    for (uint64_t i = (uint64_t)error; error > 0 && i < MANY; i++)
        if (exo_packet_change(n, i, &b[i]))
            return -1;
    return error < 0 ? error : 0;
}

static uint32_t pins_of(unsigned n) {
    return exposed_frame(frame_at(page(n)))->pins;
}

/* So nobody waits for what others end after him. */
CHECK(net_ring_order, "net/rings_that_have_ended_give_their_buffers_back_the_first_first") {
    if (!net_begin(c))
        return;
    CHECK_THAT(c, many_pieces(0) == 0 && many_pieces(1) == 0);
    const uint32_t all = pins_of(0);
    CHECK_THAT(c, pins_of(1) == all && exo_packet_ring(0, 0, NULL, 0) == 0);
    const uint32_t left = pins_of(0);
    CHECK_THAT(c, left && left < all && exo_packet_ring(0, 1, NULL, 0) == 0);
    CHECK_THAT(c, pins_of(0) < left && pins_of(1) == all);
    for (unsigned i = 0; i < 10; i++)
        exo_packet_ring(0, 2, NULL, 0);
    CHECK_THAT(c, pins_of(0) == 0 && pins_of(1) == 0);
    net_end(c);
}
