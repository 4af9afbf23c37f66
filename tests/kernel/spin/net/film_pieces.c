/* SPDX-License-Identifier: MIT */
/* film_pieces.c -- pieces of frames as a network may bring them, or an enemy: twice, beside each
 * other's place, not at all. The server is here, at the first interface, and who watches is the
 * extension at the second. */
#include "film_checks.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "spin/extensions/video_client/video_client.h"
#include "spin/extensions/video_server/video_server.h"
#include "spin/services/video/film.h"

enum { STRANGERS = VIDEO_PORT - 1, OVERLAP = 100 };

static struct module sends = {.name = "Sends"};
static struct claim *claim;
static struct extension *client;
static uint8_t picture[FILM_ROOM];
static uint32_t bytes, number;

static bool open(struct check *c) {
    if (!film_begin(c, "video_client", NULL))
        return false;
    client = loading_load(c, "video_client");
    module_add(&sends);
    const bool on = interrupts_off();
    claim = claim_take(NET_UDP, STRANGERS, VIDEO_PORT, 0, &sends);
    interrupts_restore(on);
    if (!claim)
        check_fail(c, "the server's port cannot be had");
    return client && claim;
}

static void close(struct check *c) {
    film_settle();
    const bool on = interrupts_off();
    claim_drop(claim);
    interrupts_restore(on);
    if (loader_unload(client))
        check_fail(c, "who watches stays");
    module_remove(&sends);
    CHECK_THAT(c, net_pages() == OUTGOINGS - 1);
    net_end(c);
}

/* A piece of the picture, from this port of the server's machine. */
static void send_from(unsigned port, uint32_t from, uint32_t count) {
    const bool on = interrupts_off();
    struct departure *d = departure_new();
    if (d) {
        uint8_t *at = &d->o->byte[NET_ROOM];
        wire_put32(at, number);
        wire_put32(at + 4, bytes);
        wire_put32(at + 8, from);
        memcpy(at + VIDEO_HEADER, picture + from, count);
        net_send(claim, d, VIDEO_HEADER + count, nic_objects[VIDEO_CLIENT_NIC].ip,
                 NET_FROM(port, VIDEO_CLIENT_PORT));
    }
    interrupts_restore(on);
    film_settle();
}

static uint32_t piece_at(uint32_t from) {
    return bytes - from < VIDEO_PIECE ? bytes - from : VIDEO_PIECE;
}

static void send(uint32_t from) {
    send_from(VIDEO_PORT, from, piece_at(from));
}

/* Another frame; the first datagram finds the station. */
static void begin(unsigned which) {
    bytes = film_encode(picture, which);
    number++;
}

static void try_doubles(struct check *c) {
    begin(1);
    for (uint32_t from = 0; from < bytes; from += VIDEO_PIECE)
        send(from), send(from), send(0);
    CHECK_THAT(c, screen.shown == 1 && film_is_shown(1));
}

/* The one before it comes again, and the next one too early, by some bytes. */
static void try_overlaps(struct check *c) {
    begin(2);
    for (uint32_t from = 0; from < bytes; from += VIDEO_PIECE) {
        if (from >= OVERLAP)
            send_from(VIDEO_PORT, from - OVERLAP, piece_at(from));
        send_from(VIDEO_PORT, from + 1, piece_at(from) - 1);
        send(from);
    }
    CHECK_THAT(c, screen.shown == 2 && film_is_shown(2));
}

static void try_lacking(struct check *c) {
    begin(3);
    for (uint32_t from = 0; from < bytes; from += VIDEO_PIECE)
        if (from != 2 * VIDEO_PIECE)
            send(from);
    CHECK_THAT(c, screen.shown == 2);
    begin(4);
    for (uint32_t from = 0; from < bytes; from += VIDEO_PIECE)
        send(from);
    CHECK_THAT(c, screen.shown == 3 && film_is_shown(4));
}

CHECK(video_pieces, "video/pieces_that_come_twice_or_overlap_or_not_at_all_harm_no_other") {
    if (!open(c))
        return;
    screen.shown = 0;
    begin(0);
    send(0), send(0); /* the station is known */
    try_doubles(c);
    try_overlaps(c);
    try_lacking(c);
    close(c);
}

/* Each piece comes by another port first, with other bytes. */
CHECK(video_stranger, "video/who_is_not_the_server_shows_nothing") {
    if (!open(c))
        return;
    begin(0);
    send(0), send(0);
    screen.shown = 0;
    begin(5);
    for (uint32_t from = 0; from < bytes; from += VIDEO_PIECE) {
        film_encode(picture, 6);
        send_from(STRANGERS, from, piece_at(from));
        film_encode(picture, 5);
        send(from);
    }
    CHECK_THAT(c, screen.shown == 1 && film_is_shown(5));
    close(c);
}

/* Pictures that are damaged, and bytes that are none. */
CHECK(video_hostile, "video/damaged_pictures_harm_nobody") {
    enum { TURNS = 60, DAMAGED = 8, QOI_HEAD_BYTES = 14 };
    uint64_t seed = 14;
    if (!open(c))
        return;
    begin(0);
    send(0), send(0);
    for (unsigned turn = 0; turn < TURNS; turn++) {
        begin(turn);
        for (unsigned i = 0; i < (turn % 4 ? DAMAGED : bytes); i++) {
            seed = seed * 6364136223846793005ul + 1442695040888963407ul;
            picture[(seed >> 33) % (turn % 4 == 1 ? QOI_HEAD_BYTES : bytes)] =
                (uint8_t)(seed >> 56);
        }
        for (uint32_t from = 0; from < bytes; from += VIDEO_PIECE)
            send(from);
    }
    screen.shown = 0;
    begin(7);
    for (uint32_t from = 0; from < bytes; from += VIDEO_PIECE)
        send(from);
    CHECK_THAT(c, screen.shown == 1 && film_is_shown(7));
    close(c);
}
