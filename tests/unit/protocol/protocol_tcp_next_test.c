/* SPDX-License-Identifier: MIT */
/* The short ways of a stream's segments (tcp_next.h) lead where the whole step does: segments in
 * order, and such as an attacker makes of them, to connections that also write, read, wait and
 * close; state, event and what is sent are compared at each. */
#include "../random.h"
#include "../unit.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/ip.h"
#include "protocol/tcp/tcp.h"
#include "protocol/tcp/tcp_next.h"

enum { ROOM = 60000, MSS = 1460 };

static uint64_t now, in, out, trains;
static uint32_t unread; /* in the receive buffer */

/* Two whole steps: who opens and who answers, with timestamps or without. */
static void open_one(struct tcp *t) {
    const struct tcp_setup how = {.iss = below(2) ? UINT32_MAX - below(100000) : below(1u << 31),
                                  .room = ROOM,
                                  .source = 1,
                                  .target = 2,
                                  .mss = MSS};
    struct tcp_segment s;
    struct tcp_event e;
    uint32_t at;
    tcp_open(t, &how);
    assert_true(tcp_output(t, now, &s, &at));
    const uint32_t theirs = below(2) ? UINT32_MAX - below(100000) : below(1u << 31);
    const struct tcp_segment answer = {.seq = theirs,
                                       .ack = s.seq + 1,
                                       .window = 1 + below(60000),
                                       .flags = TCP_SYN | TCP_ACK,
                                       .mss = (uint16_t)(500 + below(MSS)),
                                       .scale = (uint8_t)below(8),
                                       .time = below(1u << 31),
                                       .echo = s.time,
                                       .options = (uint8_t)(TCP_HAS_MSS | below(8))};
    tcp_input(t, &answer, now, &e);
    assert_int_equal(t->state, TCP_ESTABLISHED);
    t->keep = below(2) ? 0 : 1 + below(1u << 31);
    unread = 0;
}

static struct tcp_segment in_order(const struct tcp *t) {
    return (struct tcp_segment){.seq = t->rcv_nxt,
                                .ack = below(4) ? t->snd_max : t->snd_una,
                                .window = t->snd_wnd >> t->snd_scale,
                                .flags = (uint8_t)(TCP_ACK | (below(2) ? TCP_PSH : 0)),
                                .length = 1 + below(MSS),
                                .time = t->ts_recent + below(3),
                                .echo = tcp_ticks(t, now),
                                .options = t->flags & TCP_IS_TIMED ? TCP_HAS_TIME : 0};
}

/* One field is another: by a little, or any. */
static void spoil(struct tcp_segment *s) {
    const uint32_t by = below(3) ? below(5) - 2 : below(1u << 31) * 2 + below(2);
    switch (below(8)) {
    case 0:
        s->seq += by;
        break;
    case 1:
        s->ack += by;
        break;
    case 2:
        s->window = (s->window + by) & UINT16_MAX;
        break;
    case 3:
        s->flags ^= (uint8_t)(1u << below(6));
        break;
    case 4:
        s->length = by % 65536;
        break;
    case 5:
        s->time += by;
        break;
    case 6:
        s->echo += by;
        break;
    default:
        s->options ^= (uint8_t)(1u << below(3));
    }
}

static void input(struct tcp *t, const struct tcp_segment *s) {
    struct tcp shorter = *t;
    struct tcp_event e;
    const bool next = tcp_is_next(t, s);
    if (next)
        tcp_take_next(&shorter, s, now);
    tcp_input(t, s, now, &e);
    if (next) {
        const struct tcp_event all = {.what = TCP_DATA, .length = s->length, .ready = s->length};
        assert_memory_equal(&shorter, t, sizeof *t);
        assert_memory_equal(&all, &e, sizeof e);
        in++;
        struct tcp_segment like = *s;
        like.seq = t->rcv_nxt + (below(4) ? 0 : below(5) - 2);
        assert_int_equal(tcp_is_next_like(t, &like), tcp_is_next(t, &like));
    }
    unread += e.ready;
    assert_true(unread <= ROOM);
}

/* A train of segments is as many single ones, and no more would go. */
static void train(const struct tcp *t, const struct tcp_segment *behind) {
    const uint32_t most = below(70);
    struct tcp all = *t, one = *t;
    struct tcp_segment s = *behind;
    uint32_t at, count = tcp_output_train(&all, behind, most);
    assert_true(count <= most);
    for (uint32_t i = 0; i < count; i++)
        assert_true(tcp_output_next(&one, &s, &at));
    assert_memory_equal(&all, &one, sizeof all);
    assert_true(count == most || !tcp_output_next(&one, &s, &at));
    trains += count > 1;
}

static void output(struct tcp *t) {
    struct tcp_segment s = {0};
    uint32_t at;
    for (int n = 0;; n++) {
        struct tcp shorter = *t;
        struct tcp_segment next = s;
        uint32_t next_at;
        assert_true(n < 200);
        const bool is_next = s.length && tcp_output_next(&shorter, &next, &next_at);
        const bool any = tcp_output(t, now, &s, &at);
        if (is_next) {
            assert_true(any && at == next_at);
            assert_memory_equal(&shorter, t, sizeof *t);
            assert_memory_equal(&next, &s, sizeof s);
            out++;
        }
        if (!any)
            return;
        train(t, &s);
    }
}

static void short_and_whole_are_one(void **state) {
    (void)state;
    const char *many = getenv("TCP_SEGMENTS"), *first = getenv("TCP_FIRST");
    const uint64_t n = many ? (uint64_t)atoll(many) : 1000000;
    uint64_t opened = 0;
    struct tcp t = {0};
    now = 1000000;
    in = out = trains = 0;
    seed = ((first ? (uint64_t)atoll(first) : 0) + 1) * 0x9e3779b97f4a7c15;
    for (uint64_t i = 0; i < n; i++) {
        struct tcp_event e;
        if (t.state == TCP_CLOSED || !below(2000)) {
            open_one(&t);
            opened++;
        }
        struct tcp_segment s = in_order(&t);
        for (uint32_t spoilt = below(4) ? 0 : 1 + below(3); spoilt; spoilt--)
            spoil(&s);
        now += below(4) ? below(100000) : below(1u << 30);
        if (below(8))
            input(&t, &s);
        switch (below(16)) {
        case 0:
        case 1:
        case 2:
            tcp_write(&t, 1 + below(4 * MSS));
            break;
        case 3:
            if (tcp_deadline(&t) != UINT64_MAX) {
                now = tcp_deadline(&t) > now ? tcp_deadline(&t) : now;
                tcp_timer(&t, now, &e);
            }
            break;
        case 4:
            if (!below(500))
                tcp_close(&t);
            break;
        default:
            unread -= below(2) ? unread : below(unread + 1);
            tcp_room(&t, ROOM - unread);
        }
        output(&t);
    }
    print_message("%lu segments to %lu connections: short in %lu, out %lu; %lu trains\n", n, opened,
                  in, out, trains);
    assert_true(in * 20 > n && out * 100 > n && trains * 1000 > n);
}

/* A header in which one byte is another is like it where that is of number or sum. */
static void headers_are_alike_but_for_number_and_sum(void **state) {
    (void)state;
    uint8_t ip[IP_HEADER], tcp[TCP_HEADER_MOST], other[TCP_HEADER_MOST];
    const struct tcp_segment s = {.seq = 1, .flags = TCP_ACK, .options = TCP_HAS_TIME};
    ip_put(ip, &(struct ip_header){.source = 1, .target = 2, .length = 100, .protocol = IP_TCP});
    assert_int_equal(tcp_put(tcp, &s), TCP_TIMED_HEADER);
    for (uint32_t i = 0; i < TCP_TIMED_HEADER; i++) {
        memcpy(other, tcp, sizeof other);
        assert_true(tcp_is_like(other, tcp));
        other[i] ^= (uint8_t)(1u << below(8));
        assert_int_equal(tcp_is_like(other, tcp), (i >= 4 && i < 8) || (i >= 16 && i < 18));
    }
    for (uint32_t i = 0; i < IP_HEADER; i++) {
        memcpy(other, ip, sizeof ip);
        assert_true(ip_is_like(other, ip));
        other[i] ^= (uint8_t)(1u << below(8));
        assert_false(ip_is_like(other, ip));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(short_and_whole_are_one),
                                       cmocka_unit_test(headers_are_alike_but_for_number_and_sum)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
