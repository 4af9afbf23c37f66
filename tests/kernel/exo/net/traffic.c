/* SPDX-License-Identifier: MIT */
/* traffic.c -- rings, buffers and filters that change while frames arrive, against a model: each
 * frame is in the buffer where the model has it, once, or counted as dropped. */
#include "net.h"

#include "lib/string.h"

enum { TYPE = 0x88b5, BUFFERS = 6, SPARE = 4, STEPS = 4000, NARROW = 7 };

/* Which page each buffer of a ring is, and which is filled next. */
static struct model { unsigned at[BUFFERS], next; } model[2];
static unsigned spare[SPARE];
static bool full[2 * BUFFERS + SPARE];
static uint64_t dropped;

static struct exo_packet_buffer buffer_of(unsigned n) {
    return (struct exo_packet_buffer){
        physical_of(word(n)), 2, {{physical_of(page(n)), 30}, {physical_of(page(n)) + 30, 100}}};
}

static uint32_t draw(uint32_t *seed, uint32_t below) {
    *seed = *seed * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)*seed * below >> 32);
}

/* Frame `number` comes, for whoever has what is bound to this ring; it is where the model says. */
static void comes(struct check *c, uint32_t number, uint8_t at_20, unsigned bound, long id) {
    struct model *m = &model[bound];
    unsigned n = m->at[m->next];
    uint64_t before = filter_seen(id)->dropped;
    memcpy(page(PAGES - 2) + 24, &number, sizeof number);
    send_at_once(TYPE, at_20);
    if (full[n]) {
        dropped++;
        CHECK_THAT(c, filter_seen(id)->dropped == before + 1);
        return;
    }
    uint32_t got;
    memcpy(&got, page(n) + 24, sizeof got);
    CHECK_THAT(c, filter_seen(id)->dropped == before && got == number);
    CHECK_THAT(c, *word(n) == (60 | 60ul << 32));
    full[n] = true;
    m->next = (m->next + 1) % BUFFERS;
    for (unsigned i = 0; i < 2 * BUFFERS + SPARE; i++)
        if (!full[i] && *word(i))
            check_fail(c, "frame %u is in page %u, too", number, i);
}

/* A buffer of a ring is another page, an empty one or one that its owner still has. */
static void changes(struct check *c, uint32_t *seed) {
    unsigned r = draw(seed, 2), i = draw(seed, BUFFERS), s = draw(seed, SPARE);
    const struct exo_packet_buffer b = buffer_of(spare[s]);
    CHECK_THAT(c, exo_packet_change(r, i, &b) == 0);
    unsigned old = model[r].at[i];
    model[r].at[i] = spare[s];
    spare[s] = old;
}

static void takes(uint32_t *seed) {
    unsigned n = draw(seed, 2 * BUFFERS + SPARE);
    full[n] = false;
    *word(n) = 0;
}

static bool begin_rings(void) {
    struct exo_packet_buffer b[BUFFERS];
    for (unsigned r = 0; r < 2; r++) {
        model[r].next = 0;
        for (unsigned i = 0; i < BUFFERS; i++)
            b[i] = buffer_of(model[r].at[i] = r * BUFFERS + i);
        if (exo_packet_ring(0, r, b, BUFFERS))
            return false;
    }
    for (unsigned s = 0; s < SPARE; s++)
        spare[s] = 2 * BUFFERS + s;
    memset(full, 0, sizeof full);
    return true;
}

CHECK(net_traffic, "net/what_changes_while_frames_arrive_loses_and_doubles_none") {
    uint32_t seed = 14;
    unsigned bound = 0, bound_narrow = 0;
    long narrow = 0;
    if (!net_begin(c))
        return;
    long wide = filter(0, 0, TYPE);
    CHECK_THAT(c, wide > 0 && begin_rings() && exo_filter_bind(0, (uint64_t)wide, bound) == 0);
    dropped = 0;
    for (uint32_t step = 1; step <= STEPS && !c->failed; step++) {
        uint8_t at_20 = draw(&seed, 2) ? NARROW : 0;
        switch (draw(&seed, 8)) {
        case 0: /* its frames go elsewhere */
            bound = draw(&seed, 2);
            CHECK_THAT(c, exo_filter_bind(0, (uint64_t)wide, bound) == 0);
            break;
        case 1: /* half of them are another's, or no more */
            if (narrow) {
                CHECK_THAT(c, exo_filter_drop(0, (uint64_t)narrow) == 0);
                narrow = 0;
                break;
            }
            narrow = filter_narrow(0, 0, TYPE, NARROW);
            bound_narrow = draw(&seed, 2);
            CHECK_THAT(c, narrow > 0);
            CHECK_THAT(c, exo_filter_bind(0, (uint64_t)narrow, bound_narrow) == 0);
            break;
        case 2:
            changes(c, &seed);
            break;
        case 3:
        case 4:
            takes(&seed);
            takes(&seed);
            break;
        default:
            if (narrow && at_20 == NARROW)
                comes(c, step, at_20, bound_narrow, narrow);
            else
                comes(c, step, at_20, bound, wide);
        }
    }
    CHECK_THAT(c, dropped > 50); /* full rings are of the game */
    net_end(c);
}

/* A reset loses what is on its way, and nothing after it. */
CHECK(net_reset, "net/after_a_reset_frames_arrive_as_before") {
    if (!net_begin(c))
        return;
    long id = listen(0, TYPE);
    CHECK_THAT(c, id > 0);
    for (unsigned round = 0; round < 40 && !c->failed; round++) {
        CHECK_THAT(c, exo_nic_reset(0, round % 2) == 0);
        send_at_once(TYPE, (uint8_t)round);
        CHECK_THAT(c, page(round % 4)[20] == round && *word(round % 4) == (60 | 60ul << 32));
        *word(round % 4) = 0;
    }
    CHECK_THAT(c, filter_seen(id)->packets == 40 && !nic_seen(0)->dead && !nic_seen(1)->dead);
    net_end(c);
}

/* The machine's monitor pulls the plug of interface 2 and puts it back:
 * tests/end/run/exo_net_test.sh. Without the word the machine has nobody who does. */
CHECK(net_link, "net/what_becomes_of_a_wire_is_exposed") {
    if (!net_begin(c))
        return;
    CHECK_THAT(c, nic_seen(0)->link && nic_seen(1)->link && nic_seen(ALONE)->link);
    if (!strstr((const char *)env_info()->command_line, "plug=pulled")) {
        net_end(c);
        return;
    }
    for (unsigned down = 0; down < 2; down++) { /* the host has its own time */
        uint64_t looks = 0;
        while (nic_seen(ALONE)->link == !down && looks++ < 2000000000)
            continue;
        if (nic_seen(ALONE)->link == !down)
            check_fail(c, "the link is still %s", down ? "down" : "up");
    }
    net_end(c);
}
