/* SPDX-License-Identifier: MIT */
/* serve.bpf.c -- a film for all who watch (Bershad et al., SOSP '95, 5.4): each piece of a
 * frame is sent to each of them, from where the disk has put it. */
#include "spin/extensions/video_server/video_server.h" /* its rules are known to what follows */

#include "protocol/secret.c" /* NOLINT(bugprone-suspicious-include) */
#include "protocol/wire.h"
#include "spin/extend.h"
#include "spin/services/video/video.h"

NEEDS("/svc/domains/Net");
NEEDS("/svc/domains/Video");

static struct viewer viewers[VIDEO_VIEWERS];
static unsigned long claim;
static struct secret secret;

INITIALISE long begin(void) {
    secret.key[0] = net_chance();
    secret.key[1] = net_chance();
    claim = net_claim(NET_UDP, VIDEO_PORT, VIDEO_PORT, VIDEO_NIC);
    return !claim;
}

/* --- Who watches --- */

static inline _Bool is_there(const struct viewer *v, unsigned long now) {
    return v->port && now - v->last < VIDEO_PATIENCE;
}

/* Its place, or one that is nobody's; null: all are taken. */
static inline struct viewer *place_of(const struct packet *p) {
    struct viewer *place = 0;
    for (unsigned i = 0; i < VIDEO_VIEWERS; i++) {
        struct viewer *v = &viewers[i];
        if (v->address == p->source && v->port == p->source_port)
            return v;
        if (!place && (!is_there(v, p->now) || !DEFENDED(VIDEO_FULL)))
            place = v;
    }
    return place;
}

static inline uint64_t ticket_of(const struct packet *p) {
    const uint64_t word[2] = {p->source << 16 | p->source_port, p->now >> VIDEO_EPOCH};
    return secret_hash(&secret, word, 2);
}

HANDLER(udp_arrived)
unsigned long on_datagram(struct packet *p, unsigned long key, struct outgoing *reply) {
    const unsigned char *at = p->data;
    (void)key;
    if (at + VIDEO_SAYS > p->end)
        return NET_NOTHING;
    const unsigned what = wire_get32(at);
    const uint64_t ticket = ticket_of(p);
    if (DEFENDED(VIDEO_TICKET) && wire_load64(at + VIDEO_TICKET_AT) != ticket) {
        wire_put32(&reply->byte[NET_ROOM], 0);
        *(wire64 *)&reply->byte[NET_ROOM + VIDEO_TICKET_AT] = ticket;
        return NET_REPLY(VIDEO_SAYS);
    }
    struct viewer *v = place_of(p);
    if (!v)
        return NET_NOTHING;
    v->address = (unsigned)p->source;
    v->port = what == VIDEO_WATCHES ? (unsigned)p->source_port : 0;
    v->last = p->now;
    return NET_TAKEN;
}

/* --- A frame --- */

struct piece {
    unsigned long number, all, from, bytes;
};

static inline _Bool send_piece(const struct viewer *v, const struct piece *f) {
    struct outgoing *o = packet_new();
    if (!o)
        return 0;
    wire_put32(&o->byte[NET_ROOM], (unsigned)f->number);
    wire_put32(&o->byte[NET_ROOM + 4], (unsigned)f->all);
    wire_put32(&o->byte[NET_ROOM + 8], (unsigned)f->from);
    return !frame_send(claim, o, v->address, v->port, FRAME_PIECE(f->from, f->bytes));
}

/* In a loop that is not counted when it is proven. */
static inline const struct viewer *viewer_at(unsigned long i) {
    __asm__("" : "+r"(i)); /* what the compiler knows of it is not proven by that */
    return &viewers[i % VIDEO_VIEWERS];
}

HANDLER(video_frame) unsigned long on_frame(unsigned long number, unsigned long bytes) {
    const unsigned long now = net_now();
    struct piece f = {.number = number, .all = bytes};
    unsigned long sent = 0;
    for (; f.from < bytes; f.from += VIDEO_PIECE) {
        f.bytes = bytes - f.from < VIDEO_PIECE ? bytes - f.from : VIDEO_PIECE;
        for (unsigned long i = 0; i < VIDEO_VIEWERS; i++)
            if (is_there(viewer_at(i), now))
                sent += send_piece(viewer_at(i), &f);
    }
    return sent;
}
