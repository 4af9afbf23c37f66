/* SPDX-License-Identifier: MIT */
/* TCP: two ends over a network that loses, doubles, reorders and delays. Whatever it does, each
 * byte arrives once and in order, or the connection says why not. */
#include "wire.h"

#include <stdio.h>

static void run(struct wire *w, uint32_t most) {
    uint32_t steps = 0;
    while (step(w))
        assert_true(++steps < most);
}

static void every_byte_arrives(void **state) {
    (void)state;
    const char *many = getenv("TCP_SCHEDULES");
    uint32_t n = many ? (uint32_t)atoi(many) : 2000, given_up = 0;
    static struct wire w;
    for (uint32_t i = 0; i < n; i++) {
        if (many)
            seed = 88172645463325252ul + i * 7919;
        begin(&w, (struct weather){below(30), below(20), below(40), 1000u << below(16)});
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
    }
    print_message("%u schedules, %u given up\n", n, given_up);
    assert_true(given_up * 20 < n);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_byte_arrives)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
