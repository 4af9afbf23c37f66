/* SPDX-License-Identifier: MIT */
/* TCP: two ends over a network that loses, doubles, reorders, delays, corrupts and cuts. Whatever
 * it does, each byte arrives once and in order, or the connection says why not. */
#include "wire.h"

#include <stdio.h>

static void run(struct wire *w, uint32_t most) {
    uint32_t steps = 0;
    while (step(w))
        assert_true(++steps < most);
}

/* A schedule follows from its number. TCP_SCHEDULES=N runs N from TCP_FIRST (0) on. */
static struct weather weather(void) {
    uint64_t ns = 1000u << below(16);
    return (struct weather){.net = {.seed = seed,
                                    .hold = 10 * (ns + 1000),
                                    .slow = ns,
                                    .drop = (uint16_t)(below(30) * 100),
                                    .twice = (uint16_t)(below(20) * 100),
                                    .reorder = (uint16_t)(below(40) * 100),
                                    .corrupt = (uint16_t)(below(10) * 100)},
                            .split = below(20),
                            .cut = below(5)};
}

static void every_byte_arrives(void **state) {
    (void)state;
    const char *many = getenv("TCP_SCHEDULES"), *first = getenv("TCP_FIRST");
    uint32_t n = many ? (uint32_t)atoi(many) : 2000, given_up = 0;
    uint64_t from = first ? (uint64_t)atoll(first) : 0, damaged = 0, unseen = 0;
    static struct wire w;
    for (uint64_t i = from; i < from + n; i++) {
        seed = (i + 1) * 0x9e3779b97f4a7c15;
        begin(&w, weather(), !below(4));
        for (int side = 0; side < 2; side++) {
            w.side[side].wants = below(3) ? below(40000) : below(3);
            w.side[side].pace = below(2);
            w.side[side].closes = true;
            w.side[side].tcp.flags |= below(2) ? TCP_IS_NODELAY : 0;
        }
        run(&w, 1000000);
        /* The last acknowledgement may be lost so long that the other does not wait any more: then
         * the one is reset, but nothing is missing. */
        bool whole = true;
        uint32_t over = w.side[0].over | w.side[1].over;
        for (int side = 0; side < 2; side++)
            whole &= w.side[side].read == w.side[!side].wants && w.side[side].ended;
        assert_true(whole || (over & TCP_TIMEOUT));
        given_up += !whole;
        damaged += w.damaged;
        unseen += w.unseen;
    }
    print_message("%u schedules, %u given up, %lu damaged frames, %lu of them with a right sum\n",
                  n, given_up, damaged, unseen);
    assert_true(damaged > n && unseen <= 2 + damaged / 10000);
    assert_true(given_up * 20 < n);
}

/* One writes, the other only reads: so most segments have a short way, at both ends. wire.h
 * compares it with the long one at each of them. */
static void short_ways_lead_where_long_ones_do(void **state) {
    (void)state;
    uint64_t in = 0, out = 0;
    static struct wire w;
    for (uint64_t i = 0; i < 200; i++) {
        seed = (i + 1) * 0x9e3779b97f4a7c15;
        begin(&w, weather(), false);
        w.side[0].wants = 40000;
        w.side[0].pace = below(2);
        w.side[1].pace = below(2);
        w.side[0].closes = true;
        run(&w, 1000000);
        w.side[1].pace = 0; /* it reads what is left */
        program(&w, 1);
        bool whole = w.side[1].read == w.side[0].wants && w.side[1].ended;
        assert_true(whole || ((w.side[0].over | w.side[1].over) & TCP_TIMEOUT));
        in += w.next_in;
        out += w.next_out;
    }
    print_message("short ways: %lu in, %lu out\n", in, out);
    assert_true(in > 2000 && out > 2000);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_byte_arrives),
                                       cmocka_unit_test(short_ways_lead_where_long_ones_do)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
