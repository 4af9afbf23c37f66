/* SPDX-License-Identifier: MIT */
/* TCP, segment by segment: the cases that implementations usually get wrong. */
#include "segments.h"

static void an_acknowledgement_that_was_late_counts_after_the_timeout(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    assert_true(tcp_write(&t, 3000));
    quiet();
    assert_int_equal(t.snd_max, ISS + 3001);
    timeout(); /* a probe */
    quiet();
    timeout();
    assert_int_equal(t.snd_nxt, ISS + 1);
    input(TCP_ACK, IRS + 1, ISS + 3001, 0); /* beyond snd_nxt: it was sent, before */
    assert_true(e.what == TCP_ACKED && e.acked == 3000 && t.snd_nxt == ISS + 3001);
    assert_true(!sends() && tcp_deadline(&t) == UINT64_MAX);
}

static void an_hour_of_no_window_keeps_the_connection(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    struct tcp_segment shut = {.flags = TCP_ACK, .seq = IRS + 1, .ack = ISS + 1};
    tcp_input(&t, &shut, now, &e);
    assert_true(tcp_write(&t, 10));
    assert_false(sends());
    uint64_t end = now + 3600 * TCP_SECOND;
    unsigned probes = 0;
    while (now < end) {
        timeout();
        assert_int_equal(e.what, 0);
        assert_true(sends() && out.length == 1 && out.seq == ISS + 1 && at == 0 && !sends());
        tcp_input(&t, &shut, now, &e);
        probes++;
    }
    assert_true(probes > 50 && probes < 100);
    shut.window = 100;
    tcp_input(&t, &shut, now, &e);
    assert_true(sends() && out.length == 10);
    /* A peer that does not even answer is given up. */
    into(TCP_ESTABLISHED);
    shut.window = 0;
    tcp_input(&t, &shut, now, &e);
    assert_true(tcp_write(&t, 10) && !sends());
    for (int i = 0; i < 100 && t.state != TCP_CLOSED; i++) {
        timeout();
        quiet();
    }
    assert_int_equal(e.what, TCP_TIMEOUT);
}

static void a_window_that_shrinks_is_borne(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    assert_true(tcp_write(&t, 4000));
    quiet();
    struct tcp_segment less = {.flags = TCP_ACK, .seq = IRS + 1, .ack = ISS + 1001, .window = 500};
    tcp_input(&t, &less, now, &e);
    assert_int_equal(e.acked, 1000);
    assert_false(sends());
    timeout();
    assert_true(sends() && out.seq == ISS + 1001 && out.length == 500 && !sends());
    less.ack = ISS + 4001; /* it had taken all the same */
    tcp_input(&t, &less, now, &e);
    assert_true(e.acked == 3000 && tcp_deadline(&t) == UINT64_MAX);
}

static void three_duplicates_send_the_missing_one_again(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    t.cwnd = 10 * MSS;
    assert_true(tcp_write(&t, 4000));
    quiet();
    for (int i = 0; i < 2; i++) {
        input(TCP_ACK, IRS + 1, ISS + 1, 0);
        assert_false(sends());
    }
    input(TCP_ACK, IRS + 1, ISS + 1, 0);
    assert_true(sends() && out.seq == ISS + 1 && out.length == MSS && !sends());
    assert_int_equal(t.ssthresh, 2000);
    input(TCP_ACK, IRS + 1, ISS + 2001, 0); /* a part: the next one is missing, too */
    assert_true(sends() && out.seq == ISS + 2001 && out.length == MSS);
    input(TCP_ACK, IRS + 1, ISS + 4001, 0);
    assert_true(!(t.flags & TCP_IS_RECOVERING) && t.cwnd <= 2000);
}

static void what_came_early_is_kept_and_told_of(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    input(TCP_ACK, IRS + 101, ISS + 1, 100);
    assert_true(e.what == TCP_DATA && e.at == 100 && e.ready == 0 && acknowledges(IRS + 1));
    input(TCP_ACK, IRS + 301, ISS + 1, 100);
    assert_true(e.at == 300 && acknowledges(IRS + 1));
    input(TCP_ACK | TCP_FIN, IRS + 401, ISS + 1, 10);
    assert_true(e.at == 400 && t.state == TCP_ESTABLISHED);
    quiet();
    input(TCP_ACK, IRS + 1, ISS + 1, 150); /* overlaps */
    assert_true(e.at == 0 && e.length == 150 && e.ready == 200 && acknowledges(IRS + 201));
    input(TCP_ACK, IRS + 151, ISS + 1, 150);
    assert_true(e.from == 50 && e.length == 100 && e.ready == 210);
    assert_true(e.what == (TCP_DATA | TCP_ENDED) && t.state == TCP_CLOSE_WAIT);
    assert_true(acknowledges(IRS + 412));
}

static void more_gaps_than_it_remembers_are_dropped(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    for (uint32_t i = 1; i <= TCP_GAPS + 3; i++) {
        input(TCP_ACK, IRS + 1 + 100 * i, ISS + 1, 50);
        assert_int_equal(e.what, i <= TCP_GAPS ? TCP_DATA : 0);
    }
    assert_true(acknowledges(IRS + 1));
}

static void a_window_opens_by_a_segment_or_not_at_all(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    for (uint32_t i = 0; i < 8; i++)
        input(TCP_ACK, IRS + 1 + 1000 * i, ISS + 1, 1000);
    quiet();
    input(TCP_ACK, IRS + 8001, ISS + 1, 10); /* full */
    assert_true(!e.what && acknowledges(IRS + 8001) && out.window == 0);
    tcp_room(&t, 500);
    assert_false(sends());
    input(TCP_ACK, IRS + 1, ISS + 1, 10); /* whatever is said now */
    assert_true(acknowledges(IRS + 8001) && out.window == 0);
    tcp_room(&t, 2000);
    assert_true(sends() && out.window == 2000 && !out.length);
}

static void numbers_go_round(void **state) {
    (void)state;
    struct tcp_setup high = how;
    struct tcp_segment syn = {.flags = TCP_SYN, .seq = UINT32_MAX - 10, .window = WINDOW};
    high.iss = UINT32_MAX - 5;
    now = 1000;
    assert_true(tcp_accept(&t, &high, &syn, now));
    quiet();
    input(TCP_ACK, UINT32_MAX - 9, UINT32_MAX - 4, 0);
    assert_int_equal(t.state, TCP_ESTABLISHED);
    assert_true(tcp_write(&t, 100) && sends() && out.length == 100);
    input(TCP_ACK, UINT32_MAX - 9, 95, 100);
    assert_true(e.what == (TCP_ACKED | TCP_DATA) && e.acked == 100 && e.ready == 100);
    input(TCP_ACK, 190, 95, 10);
    assert_true(e.at == 100 && !e.ready);
    input(TCP_ACK, 90, 95, 100);
    assert_int_equal(e.ready, 110);
}

static void old_times_are_refused(void **state) {
    (void)state;
    struct tcp_segment syn = {.flags = TCP_SYN,
                              .seq = IRS,
                              .window = WINDOW,
                              .options = TCP_HAS_TIME | TCP_HAS_SCALE,
                              .time = 500,
                              .scale = 3};
    now = 1000;
    assert_true(tcp_accept(&t, &how, &syn, now) && sends());
    assert_int_equal(out.options, TCP_HAS_MSS | TCP_HAS_TIME | TCP_HAS_SCALE);
    assert_int_equal(out.echo, 500);
    struct tcp_segment s = {.flags = TCP_ACK,
                            .seq = IRS + 1,
                            .ack = ISS + 1,
                            .window = 100,
                            .options = TCP_HAS_TIME,
                            .time = 501,
                            .echo = out.time};
    tcp_input(&t, &s, now, &e);
    assert_true(t.state == TCP_ESTABLISHED && t.snd_wnd == 800 && t.srtt);
    s.length = 10;
    s.time = 400;
    tcp_input(&t, &s, now, &e);
    assert_true(!e.what && acknowledges(IRS + 1));
    s.options = 0; /* a peer that agreed on them does not leave them out */
    tcp_input(&t, &s, now, &e);
    assert_true(!e.what && !sends());
    s.options = TCP_HAS_TIME;
    s.time = 501;
    tcp_input(&t, &s, now, &e);
    assert_true(e.what == TCP_DATA);
}

static void time_wait_gives_way_to_a_later_syn(void **state) {
    (void)state;
    into(TCP_TIME_WAIT);
    struct tcp_segment syn = {.flags = TCP_SYN, .seq = IRS + 100};
    assert_true(tcp_gives_way(&t, &syn));
    syn.seq = IRS;
    assert_false(tcp_gives_way(&t, &syn));
    uint64_t first = tcp_deadline(&t);
    now += TCP_SECOND;
    input(TCP_ACK | TCP_FIN, IRS + 1, ISS + 2, 0); /* it lacks our last word */
    assert_true(acknowledges(IRS + 2) && tcp_deadline(&t) == first + TCP_SECOND);
    timeout();
    assert_int_equal(e.what, TCP_GONE);
}

static void challenges_are_few(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    unsigned answered = 0;
    for (int i = 0; i < 1000; i++) {
        input(TCP_SYN, IRS + 1, 0, 0);
        answered += sends();
    }
    assert_int_equal(answered, 10);
    now += TCP_SECOND;
    input(TCP_SYN, IRS + 1, 0, 0);
    assert_true(sends());
}

static void small_segments_wait_for_one_another(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    assert_true(tcp_write(&t, 1) && sends() && out.length == 1);
    assert_true(tcp_write(&t, 1) && !sends());
    assert_true(tcp_write(&t, 5) && !sends());
    input(TCP_ACK, IRS + 1, ISS + 2, 0);
    assert_true(sends() && out.length == 6 && (out.flags & TCP_PSH) && !sends());
    t.flags |= TCP_IS_NODELAY;
    assert_true(tcp_write(&t, 1) && sends() && out.length == 1);
}

static void the_half_that_closed_goes_on_to_receive(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    assert_true(tcp_write(&t, 10));
    tcp_close(&t);
    assert_true(sends() && out.length == 10 && (out.flags & TCP_FIN) && !sends());
    assert_false(tcp_write(&t, 1));
    input(TCP_ACK, IRS + 1, ISS + 12, 100);
    assert_true(t.state == TCP_FIN_WAIT_2 && e.ready == 100 && e.acked == 10);
    assert_int_equal(t.main_at, 0);
    t.flags |= TCP_IS_ORPHAN; /* until nobody reads any more */
    input(TCP_ACK, IRS + 101, ISS + 12, 0);
    quiet();
    assert_true(tcp_deadline(&t) <= now + TCP_2MSL);
}

static void who_aborts_tells_the_peer(void **state) {
    (void)state;
    for (enum tcp_state s = TCP_CLOSED; s <= TCP_TIME_WAIT; s++) {
        into(s);
        bool tell = tcp_abort(&t, &out);
        assert_int_equal(tell, s >= TCP_SYN_RECEIVED && s <= TCP_LAST_ACK);
        assert_true(t.state == TCP_CLOSED && out.seq == t.snd_max);
    }
}

static void the_end_is_behind_all_data(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    input(TCP_ACK, IRS + 101, ISS + 1, 100);
    input(TCP_ACK | TCP_FIN, IRS + 51, ISS + 1, 10); /* within them: not the end */
    input(TCP_ACK, IRS + 1, ISS + 1, 100);
    assert_true(e.what == TCP_DATA && e.ready == 200 && t.state == TCP_ESTABLISHED);
}

/* A window that is scaled is announced in steps: what is not a whole one is not taken back. */
static void a_window_is_not_taken_back(void **state) {
    (void)state;
    struct tcp_setup wide = how;
    struct tcp_segment syn = {
        .flags = TCP_SYN, .seq = IRS, .window = WINDOW, .options = TCP_HAS_SCALE};
    wide.room = 200000;
    assert_true(tcp_accept(&t, &wide, &syn, now));
    quiet();
    input(TCP_ACK, IRS + 1, ISS + 1, 0);
    uint32_t most = t.rcv_adv;
    for (uint32_t i = 0; i < 20; i++) {
        input(TCP_ACK, IRS + 1 + i, ISS + 1, 1);
        tcp_timer(&t, now += TCP_ACK_AFTER, &e);
        quiet();
        assert_true((int32_t)(t.rcv_adv - most) >= 0);
        most = t.rcv_adv;
    }
}

static void an_older_segments_window_is_not_the_newest(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    input(TCP_ACK, IRS + 11, ISS + 1, 10);
    struct tcp_segment older = {
        .flags = TCP_ACK, .seq = IRS + 1, .ack = ISS + 1, .length = 10, .window = 5};
    tcp_input(&t, &older, now, &e);
    assert_true(e.ready == 20 && t.snd_wnd == WINDOW);
}

static void what_is_sent_twice_is_not_timed(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    t.srtt = t.rttvar = 0;
    assert_true(tcp_write(&t, 10));
    quiet();
    while (!t.retries)
        timeout();
    quiet();
    now += 1000000;
    input(TCP_ACK, IRS + 1, ISS + 11, 0);
    assert_true(e.acked == 10 && !t.srtt);
}

/* Of the last segments in flight none tells that another is lost. */
static void a_tail_that_is_lost_goes_again_before_a_timeout(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    const uint64_t began = now;
    assert_true(tcp_write(&t, 3000));
    quiet();
    timeout();
    assert_true(now - began < TCP_RTO_LEAST / 4 && t.cwnd >= 2 * MSS);
    assert_true(sends() && out.seq == ISS + 1 && out.length == MSS && !sends());
    input(TCP_ACK, IRS + 1, ISS + 1001, 0); /* the next one is lost, too, and goes at once */
    assert_true(sends() && out.seq == ISS + 1001);
    input(TCP_ACK, IRS + 1, ISS + 3001, 0);
    assert_true(!(t.flags & TCP_IS_RECOVERING) && tcp_deadline(&t) == UINT64_MAX);
}

static void a_probe_goes_once_and_then_there_is_a_timeout(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    assert_true(tcp_write(&t, 3000));
    quiet();
    timeout();
    quiet();
    const uint64_t probed = now;
    timeout();
    assert_true(now - probed >= TCP_RTO_LEAST && t.cwnd == MSS && sends() && out.seq == ISS + 1);
}

/* Its acknowledgement may wait with the peer, and nothing says that the network has too much. */
static void one_segment_alone_waits_for_longer_and_halves_nothing(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    const uint64_t began = now;
    const uint32_t cwnd = t.cwnd;
    assert_true(tcp_write(&t, 10));
    quiet();
    timeout();
    assert_false(sends());
    timeout();
    assert_true(now - began == TCP_PROBE_ONE && sends() && out.length == 10 && t.cwnd == cwnd);
    input(TCP_ACK, IRS + 1, ISS + 11, 0);
    assert_true(!t.retries && tcp_deadline(&t) == UINT64_MAX);
}

/* Nobody without a recent number gets data in (RFC 5961, 5), or ends anything: any number but one
 * in four thousand millions for a reset. */
static void blind_attacks_change_nothing(void **state) {
    (void)state;
    into(TCP_ESTABLISHED);
    assert_true(tcp_write(&t, 100));
    quiet();
    for (uint32_t i = 0; i < 1000000; i++) {
        uint32_t seq = i * 4099u, ack = ISS + 200 + i * 2017u % 0x7fff0000u;
        static const uint8_t flags[] = {TCP_RST, TCP_SYN, TCP_ACK, TCP_ACK | TCP_FIN};
        if (seq == IRS + 1)
            continue;
        input(flags[i & 3], seq, ack, i & 1 ? 0 : 100);
        assert_true(!e.what && t.state == TCP_ESTABLISHED);
    }
    assert_true(t.rcv_nxt == IRS + 1 && t.snd_una == ISS + 1);
}

static void it_is_small(void **state) {
    (void)state;
    assert_true(sizeof(struct tcp) <= 512);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_acknowledgement_that_was_late_counts_after_the_timeout),
        cmocka_unit_test(an_hour_of_no_window_keeps_the_connection),
        cmocka_unit_test(a_window_that_shrinks_is_borne),
        cmocka_unit_test(three_duplicates_send_the_missing_one_again),
        cmocka_unit_test(what_came_early_is_kept_and_told_of),
        cmocka_unit_test(more_gaps_than_it_remembers_are_dropped),
        cmocka_unit_test(a_window_opens_by_a_segment_or_not_at_all),
        cmocka_unit_test(numbers_go_round),
        cmocka_unit_test(old_times_are_refused),
        cmocka_unit_test(time_wait_gives_way_to_a_later_syn),
        cmocka_unit_test(challenges_are_few),
        cmocka_unit_test(small_segments_wait_for_one_another),
        cmocka_unit_test(the_half_that_closed_goes_on_to_receive),
        cmocka_unit_test(who_aborts_tells_the_peer),
        cmocka_unit_test(the_end_is_behind_all_data),
        cmocka_unit_test(a_window_is_not_taken_back),
        cmocka_unit_test(an_older_segments_window_is_not_the_newest),
        cmocka_unit_test(what_is_sent_twice_is_not_timed),
        cmocka_unit_test(a_tail_that_is_lost_goes_again_before_a_timeout),
        cmocka_unit_test(a_probe_goes_once_and_then_there_is_a_timeout),
        cmocka_unit_test(one_segment_alone_waits_for_longer_and_halves_nothing),
        cmocka_unit_test(blind_attacks_change_nothing),
        cmocka_unit_test(it_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
