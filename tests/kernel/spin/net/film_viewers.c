/* SPDX-License-Identifier: MIT */
/* film_viewers.c -- who watches a film, or says so: ports of the second interface, which the kernel
 * has here, and a server that is an extension. */
#include "film_checks.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "spin/extensions/video_server/video_server.h"
#include "spin/services/video/film.h"

enum { FIRST = 6000, ALL = VIDEO_VIEWERS + 2, PIECES = 3, BYTES = PIECES * VIDEO_PIECE };
enum { WORD = 8 };

static struct module viewers = {.name = "Viewers"};
static struct claim *claim;
static struct event_binding *binding;
static struct watcher {
    uint64_t ticket;
    volatile unsigned came, answers; /* pieces, tickets */
    bool bad;                        /* a piece with other bytes than those of the first frame */
} viewer[ALL];

static unsigned long hear(void *unused, struct packet *p, unsigned long key,
                          struct outgoing *reply) {
    struct watcher *v = &viewer[key - FIRST];
    (void)unused, (void)reply;
    if (p->bytes == VIDEO_SAYS) {
        v->ticket = wire_load64(p->data + VIDEO_TICKET_AT);
        v->answers++;
        return NET_TAKEN;
    }
    for (unsigned i = VIDEO_HEADER; i < p->bytes; i++)
        v->bad |= p->data[i] != 1;
    v->came++;
    return NET_TAKEN;
}

static struct extension *open(struct check *c) {
    if (!film_begin(c, "video_server", NULL))
        return NULL;
    memset(viewer, 0, sizeof viewer);
    module_add(&viewers);
    const bool on = interrupts_off();
    claim = claim_take(NET_UDP, FIRST, FIRST + ALL - 1, 1, &viewers);
    if (!claim || claim_handle(claim, NET_ARRIVED, hear, NULL, &binding))
        check_fail(c, "the viewers' ports cannot be had");
    interrupts_restore(on);
    return loading_load(c, "video_server");
}

static void close(struct check *c, struct extension *server) {
    film_settle();
    if (server && loader_unload(server))
        check_fail(c, "the server stays");
    const bool on = interrupts_off();
    if (claim_end(claim, binding))
        check_fail(c, "the claim stays");
    interrupts_restore(on);
    module_remove(&viewers);
    CHECK_THAT(c, net_pages() == OUTGOINGS - 1);
    net_end(c);
}

static void say(unsigned i, uint32_t what, uint64_t ticket) {
    const bool on = interrupts_off();
    struct departure *d = departure_new();
    if (d) {
        wire_put32(&d->o->byte[NET_ROOM], what);
        *(wire64 *)&d->o->byte[NET_ROOM + VIDEO_TICKET_AT] = ticket;
        net_send(claim, d, VIDEO_SAYS, nic_objects[VIDEO_NIC].ip, NET_FROM(FIRST + i, VIDEO_PORT));
    }
    interrupts_restore(on);
    film_settle();
}

/* As who watches does: he asks for a ticket, and shows it. */
static void join(unsigned i) {
    say(i, VIDEO_WATCHES, 0);
    say(i, VIDEO_WATCHES, viewer[i].ticket);
}

static unsigned long show(void) {
    memset(frame_room(), 1, BYTES);
    const unsigned long sent = frame_show(BYTES);
    film_settle();
    return sent;
}

/* He is told once how, and nothing else is sent to where he says that he is. */
CHECK(video_forged_join, "video/who_has_no_ticket_does_not_watch") {
    struct extension *server = open(c);
    if (!server)
        return;
    for (uint64_t guess = 0; guess < 3; guess++)
        say(0, VIDEO_WATCHES, guess);
    CHECK_THAT(c, viewer[0].answers == 3 && show() == 0 && viewer[0].came == 0);
    say(1, VIDEO_WATCHES, viewer[0].ticket); /* of another port */
    CHECK_THAT(c, show() == 0);
    say(0, VIDEO_WATCHES, viewer[0].ticket);
    CHECK_THAT(c, show() == PIECES && viewer[0].came == PIECES);
    close(c, server);
}

CHECK(video_forged_leave, "video/who_has_no_ticket_does_not_end_that_another_watches") {
    struct extension *server = open(c);
    if (!server)
        return;
    join(0);
    join(1);
    say(0, VIDEO_LEAVES, viewer[1].ticket); /* somebody else does, in his name */
    CHECK_THAT(c, show() == 2 * PIECES);
    say(0, VIDEO_LEAVES, viewer[0].ticket);
    CHECK_THAT(c, show() == PIECES && viewer[1].came == 2 * PIECES);
    close(c, server);
}

CHECK(video_full, "video/who_watches_keeps_his_place_when_all_are_taken") {
    struct extension *server = open(c);
    if (!server)
        return;
    for (unsigned i = 0; i < ALL; i++)
        join(i);
    CHECK_THAT(c, show() == VIDEO_VIEWERS * PIECES);
    for (unsigned i = 0; i < ALL; i++)
        CHECK_THAT(c, viewer[i].came == (i < VIDEO_VIEWERS ? PIECES : 0));
    say(3, VIDEO_LEAVES, viewer[3].ticket);
    join(VIDEO_VIEWERS);
    CHECK_THAT(c, show() == VIDEO_VIEWERS * PIECES && viewer[VIDEO_VIEWERS].came == PIECES);
    close(c, server);
}

static void sleep(uint64_t ns) {
    const bool on = interrupts_off();
    for (uint64_t end = rdtsc() + ns; rdtsc() < end;) { /* a tick is a nanosecond in these boots */
        timer_arm_ns(end - rdtsc());
        sti_hlt_cli();
    }
    interrupts_restore(on);
}

CHECK(video_patience, "video/who_says_nothing_for_long_has_gone") {
    struct extension *server = open(c);
    if (!server)
        return;
    join(0);
    join(1);
    sleep(VIDEO_PATIENCE / 4 * 3);
    join(1);
    CHECK_THAT(c, show() == 2 * PIECES);
    sleep(VIDEO_PATIENCE / 4 * 3);
    CHECK_THAT(c, show() == PIECES && viewer[0].came == PIECES && viewer[1].came == 2 * PIECES);
    close(c, server);
}

/* Its server goes, and what comes next lies where it lay: the device has had it before. */
CHECK(video_under_way, "video/what_is_sent_stays_as_it_was_until_the_device_has_it") {
    struct extension *server = open(c);
    if (!server)
        return;
    join(0);
    memset(frame_room(), 1, BYTES);
    const bool on = interrupts_off();
    CHECK_THAT(c, frame_show(BYTES) == PIECES);
    if (loader_unload(server))
        check_fail(c, "the server stays");
    frame_show(WORD), memset(frame_room(), 2, BYTES); /* of one ... */
    frame_show(WORD), memset(frame_room(), 2, BYTES); /* ...and of the other memory */
    interrupts_restore(on);
    film_settle();
    CHECK_THAT(c, viewer[0].came == PIECES && !viewer[0].bad);
    close(c, NULL);
}

/* A device that gives nothing back: nobody asks it. */
CHECK(video_dead, "video/who_waits_for_a_device_that_is_dead_gives_up") {
    struct extension *server = open(c);
    if (!server)
        return;
    join(0);
    memset(frame_room(), 1, BYTES);
    const bool on = interrupts_off();
    struct nic *nic = nic_objects[VIDEO_NIC].nic;
    CHECK_THAT(c, frame_show(BYTES) == PIECES && frame_room() && frame_show(WORD) <= PIECES);
    nic_objects[VIDEO_NIC].nic = NULL;
    CHECK_THAT(c, !frame_room());
    nic_objects[VIDEO_NIC].nic = nic;
    interrupts_restore(on);
    film_settle();
    CHECK_THAT(c, frame_room());
    close(c, server);
}

CHECK(video_lies, "video/what_is_sent_is_of_the_frame_by_who_has_the_claim") {
    struct extension *server = open(c), *lies = server ? loading_load(c, "video_lies") : NULL;
    if (!lies)
        return;
    for (unsigned i = 0; i < NET_CLAIMS + 4; i++)
        show();
    const uint64_t went = loading_call(c, lies, "video_lies_went");
    if (went)
        check_fail(c, "%lu beside the frame, %lu by others", went & UINT32_MAX, went >> 32);
    CHECK_THAT(c, loading_call(c, lies, "video_lies_late") != 0 && viewer[0].came == 0);
    loader_unload(lies);
    close(c, server);
}

CHECK(video_beside, "video/nobody_paints_beside_the_screen") {
    if (!film_begin(c, "video_lies", NULL))
        return;
    struct extension *lies = loading_load(c, "video_lies");
    if (!lies)
        return;
    screen_begin(9, 9);
    screen_fill(0, 64, 0x123456);
    screen_fill(64, 17, 0x123456);
    CHECK_THAT(c, loading_call(c, lies, "video_lies_paint") == 0);
    for (unsigned i = 0; i < 81; i++)
        CHECK_THAT(c, screen.pixel[i] == 0x123456);
    loader_unload(lies);
    net_end(c);
}

/* A call costs as much however long it takes: so it does not take long. */
CHECK(video_run, "video/who_paints_pays_for_each_pixel") {
    CHECK_THAT(c, !screen_begin(320, 240));
    screen_fill(0, SCREEN_RUN_MOST, 0x123456);
    screen_fill(0, SCREEN_PIXELS_MOST, 0x654321);
    CHECK_THAT(c, screen.pixel[0] == 0x123456 && screen.pixel[SCREEN_RUN_MOST - 1] == 0x123456);
}
