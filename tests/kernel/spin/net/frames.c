/* SPDX-License-Identifier: MIT */
/* frames.c -- frames of any length and any contents: what is behind one does not matter, what is in
 * it harms nobody. */
#include "net_checks.h"

#include "lib/string.h"

/* What came of a frame. */
struct outcome {
    unsigned long sent;
    uint64_t nobodys, dropped;
    struct frame last;
};

static void note(struct outcome *o) {
    o->sent = net_sent_count();
    o->nobodys = nic_objects[1].nobodys;
    o->dropped = nic_objects[1].dropped;
    o->last = net_last;
    o->last.bytes = net_last.bytes;
}

static uint8_t room[NIC_FRAME_MAX + 64];

/* The numbers of replies differ. */
static bool is_same(const struct outcome *before, const struct outcome *a,
                    const struct outcome *mid, const struct outcome *b) {
    return a->sent - before->sent == b->sent - mid->sent &&
           a->nobodys - before->nobodys == b->nobodys - mid->nobodys &&
           a->dropped - before->dropped == b->dropped - mid->dropped &&
           a->last.bytes == b->last.bytes &&
           (a->sent == before->sent || a->last.bytes < 34 ||
            memcmp(a->last.byte + 34, b->last.byte + 34, a->last.bytes - 34) == 0);
}

static void arrives_before(const struct frame *f, uint32_t bytes, unsigned align, uint8_t behind) {
    memset(room, behind, sizeof room);
    memcpy(room + align, f->byte, bytes);
    frame_arrives_at(room + align, bytes);
}

static bool lengths(struct check *c, const struct frame *f) {
    static struct outcome before, zeros, ones;
    for (uint32_t bytes = 0; bytes <= f->bytes; bytes++)
        for (unsigned align = 0; align < 8; align++) {
            note(&before);
            arrives_before(f, bytes, align, 0);
            note(&zeros);
            arrives_before(f, bytes, align, 0xff);
            note(&ones);
            if (is_same(&before, &zeros, &zeros, &ones))
                continue;
            check_fail(c, "what is behind %u bytes at %u matters", bytes, align);
            return false;
        }
    return true;
}

CHECK(net_lengths, "net/every_length_at_every_alignment_and_nothing_behind_it") {
    static struct frame f;
    if (!net_begin(c))
        return;
    const unsigned pages = net_pages();
    frame_datagram(&f, 9, 7, 1472);
    bool fine = lengths(c, &f);
    frame_echo(&f, 300);
    fine = fine && lengths(c, &f);
    frame_question(&f, STRANGER);
    fine = fine && lengths(c, &f);
    CHECK_THAT(c, !fine || net_pages() == pages);
    net_end(c);
}

static uint32_t random_below(uint64_t *seed, uint32_t below) {
    *seed = *seed * 6364136223846793005ul + 1442695040888963407ul;
    return (uint32_t)(*seed >> 33) % below;
}

#ifndef NET_FRAMES
#define NET_FRAMES 30000
#endif

/* A valid one, of which some bytes are others; with its sums, mostly, so that it goes further
 * up. */
static void make(struct frame *f, uint64_t *seed) {
    const uint32_t bytes = random_below(seed, 1400);
    switch (random_below(seed, 5)) {
    case 0:
        frame_echo(f, bytes);
        break;
    case 1:
        frame_question(f, random_below(seed, UINT32_MAX));
        break;
    case 2:
        frame_piece(f, random_below(seed, 8), random_below(seed, 600) * 8, bytes & ~7u,
                    random_below(seed, 4));
        break;
    default:
        frame_datagram(f, random_below(seed, 16), random_below(seed, 16), bytes);
    }
    for (unsigned n = random_below(seed, 4); n; n--)
        f->byte[ETHER_HEADER + random_below(seed, f->bytes - ETHER_HEADER)] =
            (uint8_t)random_below(seed, 256);
    if (random_below(seed, 4) == 0)
        f->bytes = random_below(seed, f->bytes + 1);
    else if (random_below(seed, 4) && f->bytes >= 34)
        frame_sum_ip(f);
}

CHECK(net_random, "net/random_and_mutated_frames_harm_nobody") {
    static struct frame f;
    uint64_t seed = 14;
    if (!net_begin(c))
        return;
    const unsigned pages = net_pages();
    for (unsigned n = 0; n < NET_FRAMES; n++) {
        make(&f, &seed);
        frame_arrives(&f);
        if (n % 1024)
            continue;
        if (net_pages() != pages)
            check_fail(c, "after frame %u there are %u pages, and %u before", n, net_pages(),
                       pages);
        net_settle();
    }
    /* All of it works as before. */
    const unsigned long sent = net_sent_count();
    frame_datagram(&f, 9, 7, 100);
    frame_arrives(&f);
    CHECK_THAT(c, net_sent_count() == sent + 1 && net_pages() == pages);
    net_end(c);
}
