/* SPDX-License-Identifier: MIT */
/* cases_bounds.c -- see cases.h: who wants too much, little memory, and what is no request. */
#include "cases_own.h"

#include "protocol/wire.h"

static void syn(uint32_t ip, uint16_t port) {
    const struct tcp_segment s = {
        .seq = 77, .window = 1000, .source = port, .target = 80, .flags = TCP_SYN};
    world_raw(&the_world, ip, &s, NULL);
}

/* SYNs that nobody sent: an open connection stays, and a new one is served among them. */
int cheetah_flood(void) {
    uint32_t at = 0;
    begin(16, 4);
    MUST(!world_file(&the_world, "a", 1024, 1));
    struct client *open = world_client(&the_world, 0, "");
    world_run(&the_world, 10, SECOND / 100);
    struct client *k = world_client(&the_world, 1, CLOSE("a"));
    for (uint32_t i = 0; i < 2000; i++) {
        syn(0x0b000000 + i, (uint16_t)(1 + i));
        if (i % 50 == 0)
            world_run(&the_world, 1, 0);
        MUST(cheetah_open(the_world.server) <= 16);
    }
    world_run(&the_world, 100, 5 * SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 1024) && k->ended);
    memcpy(open->request, CLOSE("a"), sizeof CLOSE("a") - 1);
    tcp_write(&open->tcp, sizeof CLOSE("a") - 1);
    world_run(&the_world, 100, SECOND);
    at = 0;
    MUST(world_answer(open, &at, 200, 1, 0, 1024) && open->ended && !open->reset);
    return 0;
}

/* Connections that ask for nothing, more than there may be: who comes is served. */
int cheetah_crowd(void) {
    begin(16, 4);
    MUST(!world_file(&the_world, "a", 1024, 1));
    for (unsigned i = 0; i < 40; i++) {
        world_client(&the_world, i, "");
        world_run(&the_world, 20, SECOND / 100);
    }
    uint32_t at = 0;
    const struct client *k = world_client(&the_world, 50, CLOSE("a"));
    world_run(&the_world, 100, 10 * SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 1024) && k->ended);
    MUST(cheetah_open(the_world.server) <= 16 && cheetah_counts(the_world.server)->displaced >= 24);
    return 0;
}

/* Who takes nothing is reset; who takes it slowly, but steadily, is not. */
int cheetah_slow(void) {
    begin(16, 4);
    MUST(!world_file(&the_world, "a", 150000, 1));
    struct client *k = world_client(&the_world, 0, CLOSE("a"));
    k->stops = true;
    world_run(&the_world, 200, SECOND);
    world_run(&the_world, 2000, 3 * MINUTE);
    MUST(k->reset && cheetah_counts(the_world.server)->slow == 1 &&
         !cheetah_open(the_world.server));
    k = world_client(&the_world, 0, CLOSE("a"));
    k->stops = true;
    world_run(&the_world, 200, SECOND);
    for (unsigned i = 0; i < 60 && !k->ended; i++) {
        tcp_room(&k->tcp, k->tcp.room + 20000 < 65536 ? k->tcp.room + 20000 : 65536);
        world_run(&the_world, 100, 5 * SECOND);
    }
    MUST(k->ended && !k->reset && cheetah_counts(the_world.server)->slow == 1);
    return 0;
}

/* Requests without an end take all pages: the oldest of them makes place. */
int cheetah_pages(void) {
    uint32_t at = 0;
    begin(64, 4);
    MUST(!world_file(&the_world, "a", 1024, 1));
    for (unsigned i = 0; i < 40; i++) {
        world_client(&the_world, i, "GET /a HT");
        world_run(&the_world, 20, SECOND / 100);
    }
    struct client *k = world_client(&the_world, 50, CLOSE("a"));
    k->piece = 10;
    k->tcp.flags |= TCP_IS_NODELAY;
    world_run(&the_world, 300, 3 * SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 1024) && k->ended && !k->reset);
    return 0;
}

/* There is memory for few blocks, and reading ahead takes all of it: what a frame is made of is
 * there together all the same. */
int cheetah_tight(void) {
    begin(16, 4);
    MUST(!world_file(&the_world, "a", 150000, 1) && !world_file(&the_world, "b", 100000, 2));
    world_limit(&the_world, &the_memory);
    world_client(&the_world, 0, CLOSE("a"));
    world_client(&the_world, 1, CLOSE("b"));
    world_run(&the_world, 3000, SECOND / 10);
    for (unsigned i = 0; i < 2; i++) {
        const struct client *k = &the_world.client[i];
        uint32_t at = 0;
        MUST(world_answer(k, &at, 200, 1 + i, 0, i ? 100000 : 150000) && at == k->got);
        MUST(k->ended && !k->reset);
    }
    return 0;
}

/* Segments that say anything, of few peers, near what is expected and far from it, and frames of
 * any bytes: who is left alone is served afterwards. */
int cheetah_garbage(void) {
    static uint8_t bytes[FRAME];
    uint32_t at = 0, seq = 0;
    begin(16, 4);
    MUST(!world_file(&the_world, "a", 30000, 1));
    for (uint32_t i = 0; i < 40000; i++) {
        const uint32_t r = world_random(&the_world),
                       length = r % 8 ? 0 : world_random(&the_world) % 1400;
        struct tcp_segment s = {.seq = seq,
                                .ack = r % 3 ? world_random(&the_world) : 0,
                                .window = world_random(&the_world) & UINT16_MAX,
                                .length = length,
                                .source = (uint16_t)(1 + r / 8 % 20),
                                .target = 80,
                                .flags = (uint8_t)(world_random(&the_world) % 64)};
        if (r % 5 == 0)
            s.flags = TCP_SYN;
        if (the_world.out.count) /* the answer to an answer of the server's */
            s.ack =
                wire_get32(the_world.out.frame[the_world.out.first].byte + ETHER_HEADER + 20 + 4) +
                1;
        memcpy(bytes, CLOSE("a"), sizeof CLOSE("a"));
        world_raw(&the_world, 0x0c000001, &s, bytes);
        seq = r % 4 ? seq + length + (s.flags & TCP_SYN ? 1 : 0) : world_random(&the_world);
        if (r % 16 == 0) {
            for (uint32_t k = 0; k < FRAME; k++)
                bytes[k] = (uint8_t)world_random(&the_world);
            if (r % 32 == 0 && the_world.in.count)
                memcpy(bytes, the_world.in.frame[the_world.in.first].byte, r / 32 % 60);
            cheetah_frame(the_world.server, bytes, r / 64 % FRAME, the_world.now);
        }
        world_run(&the_world, 1, 0);
        MUST(cheetah_open(the_world.server) <= 16);
    }
    const struct client *k = world_client(&the_world, 0, CLOSE("a"));
    world_run(&the_world, 1000, 10 * SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 30000) && at == k->got && k->ended && !k->reset);
    world_run(&the_world, 1000, 5 * MINUTE);
    MUST(!cheetah_open(the_world.server));
    return 0;
}

/* A wire that takes nothing for a while: it goes on afterwards. */
int cheetah_closed_wire(void) {
    uint32_t at = 0;
    begin(16, 4);
    MUST(!world_file(&the_world, "a", 30000, 1));
    const struct client *k = world_client(&the_world, 0, CLOSE("a"));
    for (unsigned i = 0; i < 400; i++) {
        the_world.closed = i % 3 != 0;
        world_run(&the_world, 1, 0);
    }
    the_world.closed = false;
    world_run(&the_world, 100, SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 30000) && k->ended && !k->reset);
    return 0;
}

/* Connections of all kinds, one after the other: at the end everything is as it was. */
int cheetah_books(void) {
    static const char *const request[] = {CLOSE("a"), GET("a"), "GET /a", CLOSE("status"), ""};
    begin(32, 4);
    MUST(!world_file(&the_world, "a", 1024, 1));
    for (unsigned round = 0; round < 10500 / CLIENTS; round++) {
        for (unsigned i = 0; i < CLIENTS; i++) {
            world_client(&the_world, i, request[world_random(&the_world) % 5]);
            world_run(&the_world, 1 + world_random(&the_world) % 8, SECOND / 1000);
        }
        world_run(&the_world, 400, MINUTE);
        for (unsigned i = 0; i < CLIENTS; i++)
            the_world.client[i].used = false;
        world_run(&the_world, 3000, 10 * MINUTE);
        MUST(!cheetah_open(the_world.server));
    }
    MUST(cheetah_counts(the_world.server)->opened > 5000);
    /* All pages, of which one is kept free, and all places are there again. */
    uint32_t at = 0;
    for (unsigned i = 0; i < 3; i++)
        world_client(&the_world, i, "GET /a HTT");
    struct client *k = world_client(&the_world, 9, CLOSE("a"));
    world_run(&the_world, 100, SECOND);
    MUST(world_answer(k, &at, 200, 1, 0, 1024) && cheetah_open(the_world.server) == 4);
    return 0;
}
