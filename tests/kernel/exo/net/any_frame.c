/* SPDX-License-Identifier: MIT */
/* any_frame.c -- frames of every length, and of any bytes: each is whose its filter says, byte for
 * byte as it was sent, and nothing else changes.
 *
 *   packets=FRAMES:SEED    as a boot word; tests/kernel/campaign packets FRAMES SEED */
#include "../told.h"
#include "net.h"

#include "exo/dpf/dpf.h"
#include "lib/string.h"

enum { TYPE = 0x88b5, GUARD = 0x5a, FRAMES = 3000, FILTERS = 10, LONGEST = 1514 };

static uint32_t seed;

static uint32_t draw(uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)seed * below >> 32);
}

static bool all_are(const uint8_t *from, const uint8_t *end, uint8_t byte) {
    while (from < end && *from == byte)
        from++;
    return from == end;
}

/* Frames whose last byte is their page's last, or up to 7 before it, both where they are sent from
 * and where they arrive; the page is theirs up to there. */
CHECK(net_lengths, "net/a_frame_of_each_length_at_each_alignment_arrives_and_nothing_around_it") {
    struct exo_packet_buffer b = {0};
    if (!net_begin(c))
        return;
    long id = filter(0, 0, TYPE);
    b.word = physical_of(word(0));
    b.pieces = 1;
    CHECK_THAT(c, id > 0);
    for (uint64_t i = 0; i < PAGE; i++)
        page(1)[i] = (uint8_t)(i * 7 + i / 256);
    for (unsigned align = 0; align < 8 && !c->failed; align++)
        for (uint64_t bytes = NIC_LEAST; bytes <= LONGEST && !c->failed; bytes++) {
            uint8_t *from = page(1) + PAGE - bytes - align, *to = page(0) + PAGE - bytes - align;
            const struct exo_piece piece = {physical_of(from), bytes};
            b.piece[0] = (struct exo_piece){physical_of(to), bytes};
            *word(0) = 0;
            from[12] = TYPE >> 8;
            from[13] = (uint8_t)TYPE;
            memset(page(0) + PAGE - bytes - align - 8, GUARD, bytes + align + 8);
            CHECK_THAT(c, exo_packet_ring(0, 0, &b, 1) == 0);
            CHECK_THAT(c, exo_filter_bind(0, (uint64_t)id, 0) == 0);
            CHECK_THAT(c, exo_packet_send(1, 0, &piece, 1, 0) == 0);
            settle();
            if (*word(0) != (bytes | bytes << 32) || memcmp(to, from, bytes) != 0)
                check_fail(c, "%lu bytes, %u before the end: %lx", bytes, align, *word(0));
            CHECK_THAT(c, all_are(to - 8, to, GUARD));
            CHECK_THAT(c, all_are(to + bytes, page(0) + PAGE, GUARD));
        }
    CHECK_THAT(c, filter_seen(id)->dropped == 0);
    net_end(c);
}

/* --- Any bytes --- */

static const struct dpf_atom atoms[FILTERS][4] = {
    {{.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800}},
    {{.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800},
     {.op = DPF_EQ, .bytes = 1, .offset = 23, .value = 17}},
    {{.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800},
     {.op = DPF_EQ, .bytes = 1, .offset = 23, .value = 17},
     {.op = DPF_MSHIFT, .bytes = 1, .offset = 14, .mask = 15, .shift = 2},
     {.op = DPF_EQ, .bytes = 2, .offset = 16, .value = 7}},
    {{.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800},
     {.op = DPF_EQ, .bytes = 1, .offset = 23, .value = 6},
     {.op = DPF_MSHIFT, .bytes = 1, .offset = 14, .mask = 15, .shift = 2},
     {.op = DPF_EQ, .bytes = 2, .offset = 16, .value = 80}},
    {{.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0806}},
    {{.op = DPF_MEQ, .bytes = 1, .offset = 0, .mask = 1, .value = 1},
     {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0806}},
    {{.op = DPF_SHIFT, .bytes = 2, .offset = 12, .shift = 1},
     {.op = DPF_EQ, .bytes = 1, .offset = 0, .value = 1}},
    {{.op = DPF_MEQ, .bytes = 1, .offset = 1000, .mask = 1, .value = 1}},
    {{.op = DPF_SHIFTI, .value = 700},
     {.op = DPF_MEQ, .bytes = 4, .offset = 3, .mask = 0x00ff00ff, .value = 0x00010001}},
    {{.op = DPF_MEQ, .bytes = 2, .offset = 12, .mask = 0xfff0, .value = 0x88b0}}};
static long ids[FILTERS];
static uint64_t had[FILTERS];

static uint32_t atoms_of(unsigned f) {
    uint32_t n = 0;
    while (n < 4 && atoms[f][n].op | atoms[f][n].bytes | atoms[f][n].value)
        n++;
    return n;
}

/* One of the bytes that filters ask for, mostly where they do, or any. */
static void mutate(uint8_t *frame, uint32_t bytes) {
    static const uint8_t likely[] = {0x08, 0x00, 0x06, 0x45, 0x46, 0x4f, 17,
                                     6,    7,    80,   1,    0x88, 0xb5};
    static const uint16_t places[] = {0, 12, 13, 14, 23, 36, 37, 40, 41, 703, 705, 1000};
    for (uint32_t n = draw(12); n; n--) {
        uint32_t at = draw(4) ? places[draw(sizeof places / sizeof places[0])] : draw(bytes);
        if (at < bytes)
            frame[at] = draw(4) ? likely[draw(sizeof likely)] : (uint8_t)draw(256);
    }
}

/* A datagram or a segment, to a port that a filter asks for. */
static void well_formed(uint8_t *frame) {
    uint32_t words = 5 + draw(11), udp = draw(2);
    frame[12] = 0x08;
    frame[13] = 0;
    frame[14] = (uint8_t)(0x40 | words);
    frame[23] = udp ? 17 : 6;
    frame[14 + words * 4 + 2] = 0;
    frame[14 + words * 4 + 3] = udp ? 7 : 80;
}

/* In up to eight pieces, from anywhere in a page. */
static long send_in_pieces(const uint8_t *frame, uint32_t bytes) {
    struct exo_piece piece[EXO_PACKET_PIECES];
    uint64_t count = 0;
    for (uint32_t done = 0; done < bytes;) {
        bool last = count == EXO_PACKET_PIECES - 1 || draw(3) == 0;
        uint32_t part = last ? bytes - done : 1 + draw(bytes - done);
        piece[count++] = (struct exo_piece){physical_of(frame + done), part};
        done += part;
    }
    return exo_packet_send(1, 0, piece, count, 0);
}

/* Which one has had a frame more; FILTERS: none. Not more than one. */
static unsigned who(struct check *c) {
    unsigned found = FILTERS;
    for (unsigned f = 0; f < FILTERS; f++) {
        uint64_t has = filter_seen(ids[f])->packets;
        if (has != had[f] && (has != had[f] + 1 || found < FILTERS))
            check_fail(c, "filters %u and %u have it", found, f);
        if (has != had[f])
            found = f;
        had[f] = has;
    }
    return found;
}

static void one(struct check *c, uint32_t number) {
    uint8_t *frame = page(2) + draw(PAGE - LONGEST);
    uint32_t bytes = draw(3) ? NIC_LEAST + draw(LONGEST - NIC_LEAST + 1) : 60 - draw(20);
    uint64_t in = nic_seen(0)->frames_in, nobody = nic_seen(0)->nobody;
    if (draw(2))
        well_formed(frame);
    mutate(frame, bytes);
    *word(0) = 0;
    CHECK_THAT(c, send_in_pieces(frame, bytes) == 0);
    for (unsigned i = 0; i < 10000 && nic_seen(0)->frames_in == in; i++)
        exo_null();
    unsigned winner = who(c);
    CHECK_THAT(c, nic_seen(0)->frames_in == in + 1);
    CHECK_THAT(c, nic_seen(0)->nobody == nobody + (winner == FILTERS));
    for (unsigned f = 0; f < FILTERS && !c->failed; f++) {
        bool holds = dpf_holds(atoms[f], atoms_of(f), frame, bytes);
        if (holds ? winner == FILTERS : winner == f)
            check_fail(c, "frame %u of %u bytes: filter %u %s, %u has it", number, bytes, f,
                       holds ? "holds" : "does not", winner);
    }
    if (winner == FILTERS) {
        CHECK_THAT(c, *word(0) == 0);
        return;
    }
    CHECK_THAT(c, *word(0) == (bytes | (uint64_t)bytes << 32));
    CHECK_THAT(c, memcmp(page(0) + 100, frame, bytes) == 0);
    memset(page(0) + 100, GUARD, bytes);
}

/* All filters are met, but for one that few frames hold for. */
CHECK(net_any, "net/any_frames_are_whose_filters_say_and_change_nothing_else") {
    uint64_t campaign[2] = {FRAMES, 14};
    struct exo_packet_buffer b = {0};
    if (!net_begin(c))
        return;
    told("packets=", campaign);
    seed = (uint32_t)campaign[1];
    b = (struct exo_packet_buffer){physical_of(word(0)), 1, {{physical_of(page(0)) + 100, 2000}}};
    CHECK_THAT(c, exo_packet_ring(0, 0, &b, 1) == 0);
    for (unsigned f = 0; f < FILTERS; f++) {
        ids[f] = exo_filter_insert(0, 0, atoms[f], atoms_of(f), NULL);
        CHECK_THAT(c, ids[f] > 0 && exo_filter_bind(0, (uint64_t)ids[f], 0) == 0);
        had[f] = filter_seen(ids[f])->packets;
    }
    memset(page(0), GUARD, PAGE);
    for (uint32_t n = 0; n < campaign[0] && !c->failed; n++)
        one(c, n);
    CHECK_THAT(c, all_are(page(0), page(0) + PAGE, GUARD));
    for (unsigned f = 0; f < FILTERS; f++) {
        if (!c->failed && campaign[0] >= FRAMES && had[f] < 3 && f != 8)
            check_fail(c, "filter %u had %lu frames only", f, had[f]);
        exo_filter_drop(0, (uint64_t)ids[f]);
    }
    net_end(c);
}

/* --- Books --- */

CHECK(net_books, "net/filters_and_rings_that_come_and_go_leave_nothing") {
    uint64_t turns[2] = {600, 0};
    if (!net_begin(c))
        return;
    told("packets_books=", turns);
    for (uint64_t n = 0; n < turns[0] && !c->failed; n++) {
        long id = filter_narrow(0, 0, TYPE + (uint32_t)(n % 50), (uint32_t)(n % 251));
        CHECK_THAT(c, id > 0 && ring(0, n % EXO_PACKET_RINGS, 0, 1 + n % 16, 2048) == 0);
        CHECK_THAT(c, exo_filter_bind(0, (uint64_t)id, n % EXO_PACKET_RINGS) == 0);
        CHECK_THAT(c, exo_filter_drop(0, (uint64_t)id) == 0);
        CHECK_THAT(c, n % 3 || exo_packet_ring(0, n % EXO_PACKET_RINGS, NULL, 0) == 0);
    }
    net_end(c);
}

/* --- Whatever one takes, others have their frames --- */

CHECK(net_quotas, "net/who_has_all_that_he_may_have_is_told_and_others_have_their_frames") {
    unsigned filters = 0, sends = 0;
    static long taken[EXO_FILTERS_OF];
    if (!net_begin(c))
        return;
    long id = listen(0, TYPE), error;
    CHECK_THAT(c, id > 0);
    while ((error = filter_narrow(0, 1, TYPE, filters)) > 0)
        taken[filters++] = error;
    CHECK_THAT(c, error == -E_FULL && filters == EXO_FILTERS_OF - 1);
    CHECK_THAT(c, exo_filter_refer(0, (uint64_t)id) == -E_FULL);
    for (unsigned i = 0; i < EXO_PACKET_RINGS; i++)
        CHECK_THAT(c, ring(0, i, i ? 4 : 0, 4, 2048) == 0);
    CHECK_THAT(c, exo_filter_bind(0, (uint64_t)id, 0) == 0);
    const struct exo_piece piece = {physical_of(page(17)), 60};
    while (!(error = exo_packet_send(ALONE, 0, &piece, 1, 0)))
        sends++;
    CHECK_THAT(c, error == -E_FULL && sends == EXO_SENDS_OF);
    exo_nic_reset(0, ALONE); /* for the next frame is this environment's, too */
    send_at_once(TYPE, 5);
    CHECK_THAT(c, *word(0) == (60 | 60ul << 32) && page(0)[20] == 5);
    for (unsigned i = 0; i < filters; i++)
        exo_filter_drop(0, (uint64_t)taken[i]);
    net_end(c);
}
