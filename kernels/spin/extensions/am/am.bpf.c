/* SPDX-License-Identifier: MIT */
/* am.bpf.c -- active messages (protocol/am.h): a message's handler is the key of its node, and it
 * has the four words and the data behind them; so does what is sent. */
#include "protocol/am.h"
#include "spin/extend.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

enum { HANDLERS = 65536, WORDS_AT = AM_HEADER - 4 * AM_WORDS, REPLY_AT = 4 };

INITIALISE long begin(void) {
    return !net_claim(NET_ETHER, ETHER_AM, ETHER_AM, NET_ANY);
}

HANDLER(ether_arrived)
unsigned long on_arrived(struct packet *p, unsigned long key, struct outgoing *reply) {
    struct am_message m;
    (void)key, (void)reply;
    if (p->data + AM_HEADER > p->end || !am_get(p->data, (uint32_t)p->bytes, HANDLERS, &m))
        return NET_NOTHING;
    return NET_UP(m.handler, WORDS_AT, m.bytes + AM_HEADER - WORDS_AT);
}

/* Of a reply to a reply there would be no end: the second half of the header before its words. */
static inline _Bool answers_a_reply(const struct sending *s) {
    return s->reply && s->about[2] >> 32;
}

HANDLER(am_sent) unsigned long on_sent(struct outgoing *o, struct sending *s) {
    uint8_t *h = header_at(o, s, WORDS_AT);
    if (s->bytes < AM_HEADER - WORDS_AT || answers_a_reply(s))
        return NET_DROP;
    wire_put16(h, (uint32_t)s->target_port);
    wire_put16(h + 2, (uint32_t)(s->bytes + WORDS_AT - AM_HEADER));
    wire_put32(h + REPLY_AT, s->reply != 0);
    return WORDS_AT;
}
