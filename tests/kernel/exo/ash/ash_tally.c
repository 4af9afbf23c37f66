/* SPDX-License-Identifier: MIT */
/* ash_tally.c -- the protocol of docs/writing-a-protocol.md: a handler on interface 1, asked by
 * interface 0. */
#include "ash.h"

#include "exo/libos/ash/ash_answers.h"
#include "exo/libos/ash/tally.h"
#include "exo/libos/frames.h"
#include "lib/string.h"
#include "protocol/ether.h"

/* The handler, its filter, and a ring for what comes back. */
static long begin_tally(long *id) {
    const struct dpf_atom ours = {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = ETHER_TALLY};
    uint64_t region = frame_at(page(REGION));
    long handler = exo_ash_set(EXO_ASH_HOW(0, region, 1), ash_tally,
                               (uint64_t)(ash_tally_end - ash_tally), none, handler_why);
    long filter = exo_filter_insert(0, 1, &ours, 1, NULL);
    *id = filter;
    if (handler < 0 || filter < 0)
        return handler < 0 ? handler : filter;
    long error = exo_ash_bind(0, (uint64_t)filter, (uint64_t)handler);
    return error ? error : handler;
}

static void ask(uint16_t key, uint32_t amount) {
    uint8_t *frame = page(PAGES - 2);
    struct ether_address there, here;
    const struct exo_piece piece = {physical_of(frame), ETHER_LEAST};
    memcpy(&there, (const void *)nic_seen(1)->address, sizeof there);
    memcpy(&here, (const void *)nic_seen(0)->address, sizeof here);
    memset(frame, 0, ETHER_LEAST);
    ether_put(frame, &there, &here, ETHER_TALLY);
    frame[ETHER_HEADER + TALLY_KIND] = TALLY_ADD;
    wire_put16(frame + ETHER_HEADER + TALLY_KEY, key);
    wire_put32(frame + ETHER_HEADER + TALLY_AMOUNT, amount);
    exo_packet_send(0, 0, &piece, 1, 0);
}

CHECK(ash_tally, "ash/a_protocol_of_ones_own_answers_with_the_sum_of_each_key") {
    uint32_t sums[4] = {0};
    long filter_id;
    if (!net_begin(c))
        return;
    long id = begin_tally(&filter_id), back = filter(0, 0, ETHER_TALLY);
    if (id < 0) { /* whoever changes the handler is told the rule, for which there is room */
        const char *rule = strstr(handler_why, "instruction");
        check_fail(c, "%ld: %s", id, rule ? rule : handler_why);
        net_end(c);
        return;
    }
    CHECK_THAT(c, back > 0 && ring(0, 0, 0, 4, 2048) == 0);
    CHECK_THAT(c, exo_filter_bind(0, (uint64_t)back, 0) == 0);
    for (unsigned i = 0; i < 40 && !c->failed; i++) {
        ask((uint16_t)(i % 4), i * 1000 + 7);
        sums[i % 4] += i * 1000 + 7;
        for (unsigned n = 0; n < 1000 && !*word(i % 4); n++)
            exo_null();
        const uint8_t *message = page(i % 4) + ETHER_HEADER;
        CHECK_THAT(c, *word(i % 4) && message[TALLY_KIND] == TALLY_SUM);
        CHECK_THAT(c, wire_get32(message + TALLY_AMOUNT) == sums[i % 4]);
        *word(i % 4) = 0;
    }
    CHECK_THAT(c, ((uint64_t *)page(REGION))[3] == sums[3]); /* its owner sees them, too */
    exo_filter_drop(0, (uint64_t)filter_id);
    exo_ash_drop((uint64_t)id);
    net_end(c);
}
