/* SPDX-License-Identifier: MIT */
/* A forwarder's flows: who has sent something among the last FLOWS keeps his number, and no two
 * have the same. */
#include <string.h>

#include "spin/extensions/forward/flows.h"
#include "../random.h"
#include "../unit.h"

enum { CLIENTS = 12 };

static void the_last_keep_their_numbers(void **state) {
    (void)state;
    struct flow flow[FLOWS];
    unsigned long last[CLIENTS] = {0}, number[CLIENTS] = {0};
    memset(flow, 0, sizeof flow);
    for (unsigned long now = 1; now < 20000; now++) {
        unsigned c = below(CLIENTS), later = 0;
        for (unsigned i = 0; i < CLIENTS; i++)
            later += last[c] && last[i] > last[c];
        unsigned long n = flow_of(flow, 10 + c / 3, 1 + c % 3, now);
        assert_true(n < FLOWS);
        assert_int_equal(flow[n].client, 10 + c / 3);
        assert_int_equal(flow[n].port, 1 + c % 3);
        if (last[c] && later < FLOWS)
            assert_int_equal(n, number[c]);
        last[c] = now;
        number[c] = n;
    }
}

static void no_two_have_the_same(void **state) {
    (void)state;
    struct flow flow[FLOWS];
    memset(flow, 0, sizeof flow);
    for (unsigned i = 0; i < FLOWS; i++)
        assert_int_equal(flow_of(flow, i / 2, 1 + i % 2, 0), i); /* at one time */
    for (unsigned i = 0; i < FLOWS; i++)
        assert_int_equal(flow_of(flow, i / 2, 1 + i % 2, i + 1), i);
    assert_int_equal(flow_of(flow, 99, 1, 100), 0); /* the place of who was silent longest */
    assert_int_equal(flow_of(flow, 98, 1, 101), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_keep_their_numbers),
        cmocka_unit_test(no_two_have_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
