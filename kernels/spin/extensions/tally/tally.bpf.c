/* SPDX-License-Identifier: MIT */
/* tally.bpf.c -- the sum of each key (tally.h), answered where a datagram arrives. */
#include "protocol/wire.h"
#include "spin/extend.h"
#include "spin/extensions/tally/tally.h"
#include "spin/services/net/net.h"

NEEDS("/svc/domains/Net");

static uint64_t sums[TALLY_KEYS];

INITIALISE long begin(void) {
    return !net_claim(NET_UDP, PORT_TALLY, PORT_TALLY, NET_ANY);
}

HANDLER(udp_arrived)
unsigned long tally(struct packet *p, unsigned long key, struct outgoing *reply) {
    const uint8_t *message = p->data;
    uint8_t *answer = &reply->byte[NET_ROOM];
    (void)key;
    if (message + TALLY_BYTES > p->end || message[TALLY_KIND] != TALLY_ADD)
        return NET_NOTHING;
    const uint32_t of = wire_get16(message + TALLY_KEY) % TALLY_KEYS;
    sums[of] += wire_get32(message + TALLY_AMOUNT);
    wire_put16(answer, TALLY_SUM << 8);
    wire_put16(answer + TALLY_KEY, of);
    wire_put32(answer + TALLY_AMOUNT, (uint32_t)sums[of]);
    return NET_REPLY(TALLY_BYTES);
}
