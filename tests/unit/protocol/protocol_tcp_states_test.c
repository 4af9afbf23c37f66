/* SPDX-License-Identifier: MIT */
/* TCP, segment by segment: each state's answer to each kind of segment (RFC 9293, 3.10.7). */
#include "segments.h"

static void a_reset_must_have_the_very_next_number(void **state) {
    (void)state;
    for (enum tcp_state s = TCP_SYN_RECEIVED; s <= TCP_TIME_WAIT; s++) {
        into(s);
        input(TCP_RST, next_of(s), 0, 0);
        if (s == TCP_TIME_WAIT) { /* RFC 1337 */
            assert_true(!e.what && t.state == s && !sends());
            continue;
        }
        assert_true(e.what == TCP_RESET && t.state == TCP_CLOSED && !sends());
        into(s);
        input(TCP_RST, next_of(s) + 1, 0, 0); /* within the window: it may be an attack */
        assert_true(!e.what && t.state == s);
        if (s != TCP_SYN_RECEIVED)
            assert_true(acknowledges(next_of(s)));
        into(s);
        input(TCP_RST, next_of(s) + 100000, 0, 0); /* beyond it: nothing */
        assert_true(!e.what && t.state == s && !sends());
    }
}

static void a_syn_in_a_connection_is_challenged(void **state) {
    (void)state;
    for (enum tcp_state s = TCP_ESTABLISHED; s <= TCP_TIME_WAIT; s++) {
        into(s);
        input(TCP_SYN, next_of(s), 0, 0);
        assert_true(!e.what && t.state == s && acknowledges(next_of(s)));
    }
}

static void without_an_ack_nothing_is_taken(void **state) {
    (void)state;
    for (enum tcp_state s = TCP_SYN_RECEIVED; s <= TCP_TIME_WAIT; s++) {
        into(s);
        input(0, next_of(s), 0, 10);
        assert_true(!e.what && t.state == s && !sends());
    }
}

static void what_is_not_in_the_window_is_answered_and_dropped(void **state) {
    (void)state;
    for (enum tcp_state s = TCP_ESTABLISHED; s <= TCP_TIME_WAIT; s++) {
        const uint32_t wrong[] = {next_of(s) - 100, next_of(s) + ROOM + 100};
        for (int i = 0; i < 2; i++) {
            into(s);
            input(TCP_ACK, wrong[i], ours_of(s), 50);
            assert_true(!e.what && t.state == s && acknowledges(next_of(s)));
        }
    }
}

static void an_acknowledgement_of_what_was_not_sent_is_challenged(void **state) {
    (void)state;
    for (enum tcp_state s = TCP_ESTABLISHED; s <= TCP_LAST_ACK; s++) {
        into(s);
        input(TCP_ACK, next_of(s), t.snd_max + 1, 10);
        assert_true(!e.what && t.state == s && acknowledges(next_of(s)));
        into(s); /* older than a window: injected data (RFC 5961, 5) */
        input(TCP_ACK, next_of(s), t.snd_una - WINDOW - 1, 10);
        assert_true(!e.what && t.state == s && acknowledges(next_of(s)));
    }
    into(TCP_SYN_RECEIVED);
    input(TCP_ACK, IRS + 1, ISS, 0);
    assert_int_equal(e.what, TCP_REFUSE);
    input(TCP_ACK, IRS + 1, ISS + 2, 0);
    assert_int_equal(e.what, TCP_REFUSE);
}

static void data_are_taken_while_the_peer_may_send(void **state) {
    (void)state;
    for (enum tcp_state s = TCP_ESTABLISHED; s <= TCP_TIME_WAIT; s++) {
        into(s);
        bool may = s == TCP_ESTABLISHED || s == TCP_FIN_WAIT_1 || s == TCP_FIN_WAIT_2;
        input(TCP_ACK, next_of(s), ours_of(s), 10);
        assert_int_equal(e.what, may ? TCP_DATA : 0);
        if (may)
            assert_true(e.at == 0 && e.from == 0 && e.length == 10 && e.ready == 10);
    }
}

static void a_fin_moves_it_on(void **state) {
    (void)state;
    static const struct {
        enum tcp_state from, to;
    } row[] = {{TCP_SYN_RECEIVED, TCP_CLOSE_WAIT}, {TCP_ESTABLISHED, TCP_CLOSE_WAIT},
               {TCP_FIN_WAIT_1, TCP_CLOSING},      {TCP_FIN_WAIT_2, TCP_TIME_WAIT},
               {TCP_CLOSE_WAIT, TCP_CLOSE_WAIT},   {TCP_CLOSING, TCP_CLOSING},
               {TCP_LAST_ACK, TCP_LAST_ACK},       {TCP_TIME_WAIT, TCP_TIME_WAIT}};
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        into(row[i].from);
        input(TCP_ACK | TCP_FIN, IRS + 1, ours_of(row[i].from), 0);
        assert_int_equal(t.state, row[i].to);
        assert_true(acknowledges(IRS + 2));
    }
    into(TCP_FIN_WAIT_1); /* with the acknowledgement of ours */
    input(TCP_ACK | TCP_FIN, IRS + 1, ISS + 2, 0);
    assert_int_equal(t.state, TCP_TIME_WAIT);
    assert_true(e.what & TCP_ENDED);
}

static void our_fins_acknowledgement_moves_it_on(void **state) {
    (void)state;
    static const struct {
        enum tcp_state from, to;
        uint32_t what;
    } row[] = {{TCP_FIN_WAIT_1, TCP_FIN_WAIT_2, 0},
               {TCP_CLOSING, TCP_TIME_WAIT, 0},
               {TCP_LAST_ACK, TCP_CLOSED, TCP_GONE}};
    for (unsigned i = 0; i < 3; i++) {
        into(row[i].from);
        input(TCP_ACK, next_of(row[i].from), ISS + 2, 0);
        assert_int_equal(t.state, row[i].to);
        assert_int_equal(e.what, row[i].what);
    }
}

static void syn_sent_by_the_table(void **state) {
    (void)state;
    into(TCP_SYN_SENT);
    input(TCP_ACK, IRS, ISS, 0); /* acknowledges nothing */
    assert_true(e.what == TCP_REFUSE && t.state == TCP_SYN_SENT);
    input(TCP_RST, IRS, 0, 0); /* without an ACK: ignored */
    assert_true(!e.what && t.state == TCP_SYN_SENT);
    input(TCP_ACK, IRS, ISS + 1, 0); /* without a SYN: ignored */
    assert_true(!e.what && t.state == TCP_SYN_SENT);
    input(TCP_RST | TCP_ACK, IRS, ISS + 1, 0);
    assert_true(e.what == TCP_RESET && t.state == TCP_CLOSED);
    into(TCP_SYN_SENT);
    input(TCP_SYN | TCP_ACK, IRS, ISS + 1, 0);
    assert_true(e.what == TCP_OPENED && t.state == TCP_ESTABLISHED && acknowledges(IRS + 1));
    assert_int_equal(t.snd_wnd, WINDOW);
    into(TCP_SYN_SENT); /* both at once */
    input(TCP_SYN, IRS, 0, 0);
    assert_int_equal(t.state, TCP_SYN_RECEIVED);
    assert_true(sends() && out.flags == (TCP_SYN | TCP_ACK) && out.seq == ISS && !sends());
    input(TCP_SYN | TCP_ACK, IRS, ISS + 1, 0);
    assert_true(e.what == TCP_OPENED && t.state == TCP_ESTABLISHED);
}

static void what_has_no_connection_is_refused(void **state) {
    (void)state;
    struct tcp_segment reply, s = {.flags = TCP_SYN, .seq = 7, .source = 1, .target = 2};
    assert_true(tcp_refuse(&s, &reply) && reply.flags == (TCP_RST | TCP_ACK));
    assert_true(reply.ack == 8 && reply.seq == 0 && reply.source == 2 && reply.target == 1);
    s.flags = TCP_ACK | TCP_FIN;
    s.ack = 99;
    assert_true(tcp_refuse(&s, &reply) && reply.flags == TCP_RST && reply.seq == 99);
    s.flags = TCP_RST | TCP_ACK;
    assert_false(tcp_refuse(&s, &reply));
    into(TCP_CLOSED);
    input(TCP_ACK, 1, 1, 0);
    assert_int_equal(e.what, TCP_REFUSE);
    s.flags = TCP_SYN | TCP_ACK;
    assert_false(tcp_accept(&t, &how, &s, 0));
    s.flags = TCP_RST;
    assert_false(tcp_accept(&t, &how, &s, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reset_must_have_the_very_next_number),
        cmocka_unit_test(a_syn_in_a_connection_is_challenged),
        cmocka_unit_test(without_an_ack_nothing_is_taken),
        cmocka_unit_test(what_is_not_in_the_window_is_answered_and_dropped),
        cmocka_unit_test(an_acknowledgement_of_what_was_not_sent_is_challenged),
        cmocka_unit_test(data_are_taken_while_the_peer_may_send),
        cmocka_unit_test(a_fin_moves_it_on),
        cmocka_unit_test(our_fins_acknowledgement_moves_it_on),
        cmocka_unit_test(syn_sent_by_the_table),
        cmocka_unit_test(what_has_no_connection_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
