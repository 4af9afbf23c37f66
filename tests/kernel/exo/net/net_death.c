/* SPDX-License-Identifier: MIT */
/* net_death.c -- filters, rings and frames of one that has ended. */
#include "../program/attacks.h"
#include "net.h"

#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"

enum { TYPE = 0x88b5 };

/* One that does what these words of its u-area ask. */
static uint64_t other(struct check *c, uint64_t type, uint64_t send, uint64_t refer) {
    const uint64_t ask[] = {type, send, refer};
    long id = spawn(0, "attacker", (uint64_t)exo_env_self() << 32 | ATTACK_NET, 0, 0);
    if (id <= 0 ||
        exo_env_write(0, (uint64_t)id, offsetof(struct exo_uarea, own), ask, sizeof ask) ||
        exo_env_yield((uint64_t)id))
        check_fail(c, "no other: %ld", id);
    return (uint64_t)id;
}

static uint64_t said(uint64_t id, unsigned n) {
    uint64_t value = 0;
    exo_env_read(0, id, offsetof(struct exo_uarea, own) + 8 * n, &value, sizeof value);
    return value;
}

static void bury(uint64_t id) {
    exo_env_destroy(0, id);
    while (frames_await())
        continue;
}

/* The first one takes tables of this environment's. */
static bool begin(struct check *c) {
    if (env_info()->nics)
        bury(other(c, 0, 0, 0));
    return net_begin(c);
}

CHECK(net_death_ring, "net/no_ring_of_one_that_has_ended_is_filled") {
    const struct exo_pages gone = {(uint64_t)page(PAGES), 0, 1};
    volatile uint64_t *told = (volatile uint64_t *)page(PAGES);
    if (!begin(c))
        return;
    uint64_t id = other(c, TYPE, 0, 0), frame = said(id, NET_SAYS_RING);
    const struct exo_pages shared = {(uint64_t)page(PAGES),
                                     frame << 12 | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, 1};
    CHECK_THAT(c, said(id, NET_SAYS_ERROR) == 0 && frame);
    CHECK_THAT(c, exo_page_update(0, 0, 0, &shared, 1, 0) == 1);
    send_at_once(TYPE, 1);
    CHECK_THAT(c, *told == (60 | 60ul << 32) && page(PAGES)[2048 + 20] == 1);
    *told = 0;
    exo_env_destroy(0, id);
    send_at_once(TYPE, 2);
    CHECK_THAT(c, env_info()->env_unfreed == 1);
    CHECK_THAT(c, *told == 0 && page(PAGES)[2048 + 20] == 1);
    while (frames_await())
        continue;
    CHECK_THAT(c, exposed_frame(frame)->pins == 0);
    uint64_t nobody = nic_seen(0)->nobody;
    send_at_once(TYPE, 3); /* its filter is gone, too */
    CHECK_THAT(c, nic_seen(0)->nobody == nobody + 1);
    exo_page_update(0, 0, 0, &gone, 1, 0);
    net_end(c);
}

CHECK(net_death_dma, "net/the_frames_that_a_device_has_stay_when_their_sender_dies") {
    const struct exo_pages extra = {(uint64_t)page(PAGES), 0, 200};
    if (!begin(c))
        return;
    for (unsigned round = 0; round < 4 && !c->failed; round++) {
        uint64_t id = other(c, 0, ALONE + 1, 0), frame = said(id, NET_SAYS_FRAME);
        CHECK_THAT(c, said(id, NET_SAYS_ERROR) == 0 && frame && nic_seen(ALONE)->sending == 1);
        exo_env_destroy(0, id);
        while (frames_await())
            continue;
        CHECK_THAT(c, exposed_frame(frame)->references == 2 && exposed_frame(frame)->pins == 2);
        CHECK_THAT(c, frames_map(0, 0, 0, extra.at, 200, EXO_WRITE | EXO_NO_EXEC) == 0);
        for (unsigned i = 0; i < 200; i++) {
            CHECK_THAT(c, frame_at(page(PAGES + i)) != frame);
            page(PAGES + i)[0] = 0;
        }
        CHECK_THAT(c, exo_nic_reset(0, ALONE) == 0 && exposed_frame(frame)->references == 0);
        for (unsigned i = 0; i < 200; i++)
            CHECK_THAT(c, page(PAGES + i)[0] == 0);
        exo_page_update(0, 0, 0, &extra, 1, 0);
    }
    net_end(c);
}

CHECK(net_death_shared, "net/a_filter_lasts_as_long_as_somebody_refers_to_it") {
    if (!begin(c))
        return;
    uint64_t first = other(c, TYPE, 0, 0), id = said(first, NET_SAYS_FILTER);
    uint64_t second = other(c, 0, 0, id);
    CHECK_THAT(c, said(first, NET_SAYS_ERROR) == 0 && said(second, NET_SAYS_ERROR) == 0);
    CHECK_THAT(c, filter_seen((long)id)->references == 2);
    bury(first);
    uint64_t nobody = nic_seen(0)->nobody;
    send_at_once(TYPE, 1);
    CHECK_THAT(c, filter_seen((long)id)->references == 1 && filter_seen((long)id)->dropped == 1);
    CHECK_THAT(c, nic_seen(0)->nobody == nobody);
    bury(second);
    CHECK_THAT(c, filter_seen((long)id)->id != id && exo_filter_bind(0, id, 0) == -E_NOT_FOUND);
    send_at_once(TYPE, 1);
    CHECK_THAT(c, nic_seen(0)->nobody == nobody + 1);
    net_end(c);
}

CHECK(net_ring_id, "net/a_ring_that_comes_in_the_place_of_another_has_not_its_packets") {
    if (!begin(c))
        return;
    long id = listen(0, TYPE);
    CHECK_THAT(c, id > 0 && ring(0, 0, 8, 4, 2048) == 0);
    send_at_once(TYPE, 1);
    CHECK_THAT(c, *word(0) == 0 && *word(8) == 0 && filter_seen(id)->dropped == 1);
    CHECK_THAT(c, exo_filter_bind(0, (uint64_t)id, 0) == 0);
    send_at_once(TYPE, 1);
    CHECK_THAT(c, *word(0) == 0 && *word(8) == (60 | 60ul << 32));
    net_end(c);
}
