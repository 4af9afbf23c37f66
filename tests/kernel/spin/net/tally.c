/* SPDX-License-Identifier: MIT */
/* tally.c -- the protocol of docs/writing-a-protocol.md. */
#include "net_checks.h"

#include "lib/string.h"
#include "protocol/checksum.h"
#include "protocol/ip.h"
#include "protocol/udp.h"
#include "spin/extensions/tally/tally.h"

static void add(unsigned key, uint32_t amount) {
    const struct udp_header u = {
        .source = 900, .target = PORT_TALLY, .length = UDP_HEADER + TALLY_BYTES};
    struct frame f;
    frame_datagram(&f, 900, PORT_TALLY, TALLY_BYTES);
    uint8_t *at = frame_ip(&f) + IP_HEADER, *message = at + UDP_HEADER;
    message[TALLY_KIND] = TALLY_ADD;
    wire_put16(message + TALLY_KEY, key);
    wire_put32(message + TALLY_AMOUNT, amount);
    udp_put(at, &u, STRANGER, (uint32_t)nic_objects[1].ip, sum_bytes(message, TALLY_BYTES));
    frame_arrives(&f);
}

CHECK(net_tally, "net/a_protocol_of_ones_own_answers_with_the_sum_of_each_key") {
    uint32_t sum[4] = {0};
    if (!net_begin(c))
        return;
    struct extension *e = loading_load(c, "tally");
    if (!e)
        return;
    for (unsigned i = 0; i < 40; i++) {
        add(i % 4, i);
        sum[i % 4] += i;
        const uint8_t *said = net_last.byte + ETHER_HEADER + IP_HEADER + UDP_HEADER;
        CHECK_THAT(c, net_sent_count() == i + 1 && said[TALLY_KIND] == TALLY_SUM);
        CHECK_THAT(c, wire_get32(said + TALLY_AMOUNT) == sum[i % 4]);
    }
    loader_unload(e);
    net_end(c);
}
