/* SPDX-License-Identifier: MIT */
/* A segment's header and its options, as bytes and as numbers (RFC 9293, 3.1 and 3.2). */
#include "tcp_own.h"
#include "../wire.h"

enum { HEADER = 20 };
enum { OPTION_END = 0, OPTION_NOTHING = 1, OPTION_MSS = 2, OPTION_SCALE = 3, OPTION_TIME = 8 };
/* What nearly all segments have: two bytes of nothing, then a time (RFC 7323, appendix A). */
enum { TIME_ALONE = 12, TIME_FIRST = 0x0101080a };
#define SCALE_MOST 14 /* RFC 7323, 2.3 */

static void get_option(const uint8_t *o, uint32_t bytes, struct tcp_segment *s) {
    if (o[0] == OPTION_MSS && bytes == 4) {
        s->mss = (uint16_t)wire_get16(o + 2);
        s->options |= TCP_HAS_MSS;
    } else if (o[0] == OPTION_SCALE && bytes == 3) {
        s->scale = o[2] < SCALE_MOST ? o[2] : SCALE_MOST;
        s->options |= TCP_HAS_SCALE;
    } else if (o[0] == OPTION_TIME && bytes == 10) {
        s->time = wire_get32(o + 2);
        s->echo = wire_get32(o + 6);
        s->options |= TCP_HAS_TIME;
    }
}

/* Options that are cut off end them: what came before them counts. */
static void get_options(const uint8_t *o, uint32_t bytes, struct tcp_segment *s) {
    for (uint32_t at = 0, length; at < bytes; at += length) {
        const uint8_t *option = o + masked(at, 63); /* there are 40 bytes at most */
        length = 1;
        if (option[0] == OPTION_END)
            return;
        if (option[0] == OPTION_NOTHING)
            continue;
        if (bytes - at < 2 || option[1] < 2 || option[1] > bytes - at)
            return;
        length = option[1];
        get_option(option, length, s);
    }
}

uint32_t tcp_get(const uint8_t *h, uint32_t bytes, struct tcp_segment *s) {
    if (bytes < HEADER)
        return 0;
    uint32_t header = (uint32_t)(h[12] >> 4) * 4;
    if (header < HEADER || header > bytes)
        return 0;
    *s = (struct tcp_segment){
        .source = (uint16_t)wire_get16(h),
        .target = (uint16_t)wire_get16(h + 2),
        .seq = wire_get32(h + 4),
        .ack = wire_get32(h + 8),
        .flags = h[13] & 0x3f,
        .window = wire_get16(h + 14),
        .length = bytes - header,
    };
    if (header == HEADER + TIME_ALONE && wire_get32(h + HEADER) == TIME_FIRST) {
        s->time = wire_get32(h + HEADER + 4);
        s->echo = wire_get32(h + HEADER + 8);
        s->options = TCP_HAS_TIME;
    } else {
        get_options(h + HEADER, header - HEADER, s);
    }
    return header;
}

uint32_t tcp_put(uint8_t *h, const struct tcp_segment *s) {
    uint32_t at = HEADER;
    if (s->options & TCP_HAS_MSS) {
        wire_put16(h + at, OPTION_MSS << 8 | 4);
        wire_put16(h + at + 2, s->mss);
        at += 4;
    }
    if (s->options & TCP_HAS_SCALE) {
        wire_put32(h + at, (uint32_t)OPTION_NOTHING << 24 | OPTION_SCALE << 16 | 3 << 8 | s->scale);
        at += 4;
    }
    if (s->options & TCP_HAS_TIME) {
        wire_put32(h + at, TIME_FIRST);
        wire_put32(h + at + 4, s->time);
        wire_put32(h + at + 8, s->echo);
        at += 12;
    }
    wire_put16(h, s->source);
    wire_put16(h + 2, s->target);
    wire_put32(h + 4, s->seq);
    wire_put32(h + 8, s->ack);
    wire_put16(h + 12, at / 4 << 12 | s->flags);
    wire_put16(h + 14, s->window);
    wire_put32(h + 16, 0); /* checksum; nothing is urgent */
    return at;
}

bool tcp_refuse(const struct tcp_segment *s, struct tcp_segment *reply) {
    if (s->flags & TCP_RST)
        return false;
    *reply = (struct tcp_segment){.source = s->target, .target = s->source, .flags = TCP_RST};
    if (s->flags & TCP_ACK) {
        reply->seq = s->ack;
    } else {
        reply->flags |= TCP_ACK;
        reply->ack = s->seq + s->length + !!(s->flags & TCP_SYN) + !!(s->flags & TCP_FIN);
    }
    return true;
}
