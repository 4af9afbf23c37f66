/* SPDX-License-Identifier: MIT */
/* watch.bpf.c -- watches a film: frames are decoded (protocol/qoi.h) as their pieces come,
 * onto the screen. One that lacks a piece is given up; the next one is shown. */
/* NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "protocol/qoi.c"
#include "protocol/wire.h"
#include "spin/extend.h"
#include "spin/extensions/video_client/video_client.h"
#include "spin/extensions/video_server/video_server.h"
#include "spin/services/video/video.h"

NEEDS("/svc/domains/Net");
NEEDS("/svc/domains/Video");

enum { PACKET_MOST = 2048 };
#define SAYS_FIRST 10000000ul /* nanoseconds: it is bound by then */
#define SAYS_AGAIN (VIDEO_PATIENCE / 4)

static unsigned long claim;
static uint64_t ticket; /* as the server gave it */
static struct qoi picture;
static unsigned long frame, all, next; /* which, its bytes, and where its next piece begins */
static unsigned long at;               /* its next pixel */

INITIALISE long begin(void) {
    claim = net_claim(NET_UDP, VIDEO_CLIENT_PORT, VIDEO_CLIENT_PORT, VIDEO_CLIENT_NIC);
    net_alarm(net_now() + SAYS_FIRST);
    return !claim;
}

static inline void say(void) {
    struct outgoing *o = packet_new();
    if (!o)
        return;
    wire_put32(&o->byte[NET_ROOM], VIDEO_WATCHES);
    *(wire64 *)&o->byte[NET_ROOM + VIDEO_TICKET_AT] = ticket;
    packet_send(claim, o, VIDEO_SAYS, VIDEO_SERVER_AT, VIDEO_PORT);
}

HANDLER(net_time) unsigned long say_again(unsigned long now) {
    net_alarm(now + SAYS_AGAIN);
    say();
    return 0;
}

/* --- Pictures --- */

static inline void begin_frame(unsigned long number, unsigned long bytes) {
    picture = (struct qoi){0};
    frame = number;
    all = bytes;
    next = at = 0;
}

/* The size is known with the header's last byte. */
static inline void decode(unsigned char byte) {
    const unsigned before = picture.state, count = qoi_next(&picture, byte);
    if (before == QOI_HEAD && picture.state == QOI_PIXELS &&
        screen_begin(picture.width, picture.height))
        picture.state = QOI_BAD;
    if (count)
        screen_fill(at, count, picture.colour);
    at += count;
    if (before == QOI_TAIL && picture.state == QOI_DONE)
        screen_end();
}

/* In a loop that is not counted when it is proven. */
static inline unsigned char byte_at(const struct packet *p, unsigned long i) {
    __asm__("" : "+r"(i)); /* what the compiler knows of it is not proven by that */
    i %= PACKET_MOST;
    __asm__("" : "+r"(i));
    const unsigned char *at = p->data + i;
    return at + 1 <= p->end ? *at : 0;
}

/* One that comes twice, or reaches into another, is none; nor is one behind the end. */
static inline _Bool is_next(unsigned long number, unsigned long from, unsigned long bytes) {
    return !DEFENDED(VIDEO_ORDER) || (number == frame && from == next && bytes <= all - next);
}

HANDLER(udp_received)
unsigned long on_piece(struct packet *p, unsigned long key, struct outgoing *reply) {
    (void)key, (void)reply;
    const unsigned char *head = p->data;
    if (head + VIDEO_HEADER > p->end ||
        (DEFENDED(VIDEO_STRANGER) &&
         (p->source != VIDEO_SERVER_AT || p->source_port != VIDEO_PORT)))
        return NET_NOTHING;
    if (p->bytes == VIDEO_SAYS) { /* a server that began anew counts its frames anew */
        ticket = wire_load64(head + VIDEO_TICKET_AT);
        begin_frame(0, 0);
        say();
        return NET_TAKEN;
    }
    const unsigned long number = wire_get32(head), from = wire_get32(head + 8);
    if (!from && (number != frame || next >= all))
        begin_frame(number, wire_get32(head + 4));
    if (!is_next(number, from, p->bytes - VIDEO_HEADER))
        return NET_TAKEN;
    for (unsigned long i = VIDEO_HEADER; i < p->bytes; i++)
        decode(byte_at(p, i));
    next += p->bytes - VIDEO_HEADER;
    return NET_TAKEN;
}
