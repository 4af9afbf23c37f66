/* SPDX-License-Identifier: MIT */
/* Each state and each segment: all flags, numbers around each edge of the window, acknowledgements
 * around each edge of what was sent, with data and without, against RFC 9293's 3.10.7 read step by
 * step, as RFC 5961 changed it. Where it leaves a choice, `expected` says what ours is. */
#include <string.h>

#include "protocol/tcp/tcp.h"
#include "../unit.h"

enum { ISS = 0xffffffc0, IRS = 0xfffffff0, MSS = 1000, ROOM = 1000, WINDOW = 4000, SENT = 100 };

static struct tcp t;
static const uint64_t now = 1000;

/* What is to become of a segment. */
struct expectation {
    enum tcp_state state;
    uint32_t what;                /* enum tcp_what */
    uint32_t acked, from, length; /* of the event */
    uint32_t next;                /* rcv_nxt */
    enum { SILENT, ANSWERS, EITHER } reply;
};

static bool before(uint32_t a, uint32_t b) {
    return (int32_t)(a - b) < 0;
}

static struct expectation stays(uint32_t reply) {
    return (struct expectation){.state = t.state, .next = t.rcv_nxt, .reply = reply};
}

static struct expectation ends(uint32_t what) {
    return (struct expectation){.state = TCP_CLOSED, .what = what, .next = t.rcv_nxt};
}

/* 3.10.7.3. */
static struct expectation in_syn_sent(const struct tcp_segment *s) {
    struct expectation x = stays(SILENT);
    bool ack = s->flags & TCP_ACK;
    if (ack && s->ack != ISS + 1) { /* first: all that was sent is the SYN */
        x.what = TCP_REFUSE;        /* tcp_refuse answers a reset by nothing */
        return x;
    }
    if (s->flags & TCP_RST) /* second */
        return ack ? ends(TCP_RESET) : x;
    if (!(s->flags & TCP_SYN)) /* fourth, and fifth */
        return x;
    x.next = s->seq + 1;
    x.reply = ANSWERS;
    if (!ack) { /* its data are sent again: we need not keep them */
        x.state = TCP_SYN_RECEIVED;
        return x;
    }
    x.state = TCP_ESTABLISHED;
    x.what = TCP_OPENED;
    x.length = s->length < ROOM ? s->length : ROOM;
    if (x.length)
        x.what |= TCP_DATA;
    x.next += x.length;
    if ((s->flags & TCP_FIN) && x.length == s->length) {
        x.state = TCP_CLOSE_WAIT;
        x.what |= TCP_ENDED;
        x.next++;
    }
    return x;
}

/* 3.10.7.4, first. What begins at the window's very end is acceptable to Linux, too. */
static bool is_acceptable(const struct tcp_segment *s, uint32_t length) {
    uint32_t first = t.rcv_nxt, end = t.rcv_adv;
    if (first == end) /* "special allowance should be made to accept valid ACKs" */
        return s->seq == first;
    if (!length)
        return !before(s->seq, first) && !before(end, s->seq);
    return before(s->seq, end) && before(first, s->seq + length);
}

/* Fifth: what the acknowledgement does. False: the segment is dropped. */
static bool ack_field(const struct tcp_segment *s, struct expectation *x) {
    if (x->state == TCP_SYN_RECEIVED) {
        if (s->ack != t.snd_max) {
            x->what = TCP_REFUSE;
            return false;
        }
        x->state = TCP_ESTABLISHED;
        x->what = TCP_OPENED;
        return true;
    }
    if (before(t.snd_max, s->ack) || before(s->ack, t.snd_una - WINDOW)) { /* RFC 5961, 5.2 */
        x->reply = ANSWERS;
        return false;
    }
    bool fin_sent = t.snd_max != t.snd_end;
    if (before(t.snd_una, s->ack))
        x->acked = s->ack - t.snd_una - (fin_sent && s->ack == t.snd_max);
    if (x->acked)
        x->what |= TCP_ACKED;
    if (fin_sent && !before(s->ack, t.snd_max)) {
        if (x->state == TCP_FIN_WAIT_1)
            x->state = TCP_FIN_WAIT_2;
        else if (x->state == TCP_CLOSING)
            x->state = TCP_TIME_WAIT;
        else if (x->state == TCP_LAST_ACK) {
            x->state = TCP_CLOSED;
            x->what |= TCP_GONE;
            return false;
        }
    }
    return true;
}

/* Seventh and eighth: what is in the window, and the end behind it. */
static void text_and_fin(const struct tcp_segment *s, struct expectation *x) {
    if (x->state >= TCP_CLOSE_WAIT) /* "This should not occur since a FIN has been received" */
        return;
    x->from = before(s->seq, t.rcv_nxt) ? t.rcv_nxt - s->seq : 0;
    if (x->from > s->length)
        x->from = s->length;
    uint32_t first = s->seq + x->from, room = before(first, t.rcv_adv) ? t.rcv_adv - first : 0;
    uint32_t length = s->length - x->from;
    x->length = length < room ? length : room;
    if (x->length)
        x->what |= TCP_DATA;
    if (x->from || x->length < length)
        x->reply = ANSWERS;
    if (first != t.rcv_nxt) { /* out of order: told at once (RFC 5681, 4.2); a FIN waits */
        if (x->length)
            x->reply = ANSWERS;
        return;
    }
    x->next += x->length;
    if (!(s->flags & TCP_FIN) || x->length < length)
        return;
    x->next++;
    x->what |= TCP_ENDED;
    x->reply = ANSWERS;
    x->state = x->state == TCP_ESTABLISHED  ? TCP_CLOSE_WAIT
               : x->state == TCP_FIN_WAIT_1 ? TCP_CLOSING
                                            : TCP_TIME_WAIT;
}

static struct expectation expected(const struct tcp_segment *arrived) {
    struct tcp_segment copy = *arrived, *s = &copy;
    if (t.state == TCP_CLOSED) {
        struct expectation x = stays(SILENT);
        x.what = TCP_REFUSE;
        return x;
    }
    if (t.state == TCP_SYN_SENT)
        return in_syn_sent(s);
    /* Our SYN-ACK was lost, or both opened: the same SYN is no attack. */
    if (t.state == TCP_SYN_RECEIVED && s->seq == IRS && (s->flags & TCP_SYN) &&
        !(s->flags & TCP_RST)) {
        if (!(s->flags & TCP_ACK))
            return stays(ANSWERS);
        s->seq++;
        s->flags &= (uint8_t)~TCP_SYN;
    }
    /* Before it is established nothing but the SYN-ACK is sent, again by its timer. */
    const uint32_t challenge = t.state == TCP_SYN_RECEIVED ? SILENT : ANSWERS;
    if (!is_acceptable(s, s->length + !!(s->flags & TCP_SYN) + !!(s->flags & TCP_FIN)))
        return stays(s->flags & TCP_RST ? SILENT : challenge);
    if (s->flags & TCP_RST) { /* second; RFC 5961, 3.2, and RFC 1337 */
        if (s->seq != t.rcv_nxt)
            return stays(challenge);
        return t.state == TCP_TIME_WAIT ? stays(SILENT) : ends(TCP_RESET);
    }
    if (s->flags & TCP_SYN) /* fourth; RFC 5961, 4.2 */
        return stays(challenge);
    if (!(s->flags & TCP_ACK))
        return stays(SILENT);
    struct expectation x = stays(EITHER);
    if (ack_field(s, &x))
        text_and_fin(s, &x);
    return x;
}

static void input(struct tcp_segment s, struct tcp_event *e) {
    s.window = WINDOW;
    tcp_input(&t, &s, now, e);
}

static void quiet(void) {
    struct tcp_segment s;
    for (uint32_t at; tcp_output(&t, now, &s, &at);)
        continue;
}

/* From nothing into a state with `SENT` bytes on their way where there may be; `shut`: the peer may
 * send nothing. */
static void into(enum tcp_state state, bool shut) {
    const struct tcp_setup how = {.iss = ISS, .room = ROOM, .mss = MSS};
    const struct tcp_segment syn = {.flags = TCP_SYN, .seq = IRS, .window = WINDOW};
    struct tcp_event e;
    bool ended = state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK, closes = state > TCP_CLOSE_WAIT;
    closes |= state == TCP_FIN_WAIT_1 || state == TCP_FIN_WAIT_2;
    if (state == TCP_CLOSED || state == TCP_SYN_SENT) {
        tcp_open(&t, &how);
        quiet();
        if (state == TCP_CLOSED)
            tcp_close(&t);
        return;
    }
    assert_true(tcp_accept(&t, &how, &syn, now));
    quiet();
    if (state != TCP_SYN_RECEIVED) {
        input((struct tcp_segment){.flags = TCP_ACK, .seq = IRS + 1, .ack = ISS + 1}, &e);
        assert_true(tcp_write(&t, SENT));
        quiet();
    }
    uint32_t next = IRS + 1;
    if (shut) {
        input((struct tcp_segment){.flags = TCP_ACK, .seq = next, .ack = ISS + 1, .length = ROOM},
              &e);
        next += ROOM;
        quiet();
    }
    struct tcp_segment fin = {.flags = TCP_ACK | TCP_FIN, .seq = next, .ack = ISS + 1};
    if (ended)
        input(fin, &e);
    if (closes)
        tcp_close(&t);
    quiet();
    if (state == TCP_FIN_WAIT_2 || state == TCP_TIME_WAIT)
        fin.ack = ISS + SENT + 2;
    if (state == TCP_CLOSING || state == TCP_TIME_WAIT)
        input(fin, &e);
    fin.flags = TCP_ACK;
    if (state == TCP_FIN_WAIT_2)
        input(fin, &e);
    quiet();
    assert_int_equal(t.state, state);
}

static uint32_t tried;

static void compare(enum tcp_state state, bool shut, struct tcp_segment s) {
    struct tcp_segment reply;
    struct tcp_event e;
    uint32_t at;
    into(state, shut);
    struct expectation x = expected(&s);
    input(s, &e);
    bool answers = tcp_output(&t, now, &reply, &at);
    bool fine = t.state == x.state && e.what == x.what && e.acked == x.acked &&
                (!(e.what & TCP_DATA) || (e.from == x.from && e.length == x.length)) &&
                (t.state == TCP_CLOSED || state == TCP_CLOSED || t.rcv_nxt == x.next) &&
                (x.reply == EITHER || answers == (x.reply == ANSWERS));
    if (!fine)
        fail_msg("state %d shut %d flags %x seq +%d ack +%d length %u: state %d for %d, what %x "
                 "for %x, acked %u for %u, length %u for %u, next +%d, answers %d for %d",
                 state, shut, s.flags, (int)(s.seq - IRS), (int)(s.ack - ISS), s.length, t.state,
                 x.state, e.what, x.what, e.acked, x.acked, e.length, x.length,
                 (int)(t.rcv_nxt - x.next), answers, x.reply);
    if (answers && t.state > TCP_SYN_RECEIVED)
        assert_true((reply.flags & TCP_ACK) && reply.ack == x.next);
    tried++;
}

static void each_state_takes_each_segment_as_rfc_9293_has_it(void **state) {
    (void)state;
    static const int32_t seq_at[] = {-2000, -10, -1, 0, 1, 500, ROOM - 1, ROOM, ROOM + 1, 50000},
                         ack_at[] = {-WINDOW - 1, -WINDOW, -1, 0, 1, 50, SENT};
    static const uint32_t lengths[] = {0, 1, 10, 600, ROOM, ROOM + 10};
    for (enum tcp_state s = TCP_CLOSED; s <= TCP_TIME_WAIT; s++)
        for (int shut = 0; shut <= (s >= TCP_ESTABLISHED); shut++)
            for (uint32_t flags = 0; flags < 64; flags++)
                for (unsigned i = 0; i < sizeof seq_at / 4; i++)
                    for (unsigned j = 0; j < sizeof ack_at / 4 + 2; j++)
                        for (unsigned k = 0; k < sizeof lengths / 4; k++) {
                            into(s, shut);
                            uint32_t first = s <= TCP_SYN_SENT ? IRS : t.rcv_nxt;
                            uint32_t ack = j < sizeof ack_at / 4
                                               ? t.snd_una + (uint32_t)ack_at[j]
                                               : t.snd_max + (j - sizeof ack_at / 4);
                            compare(s, shut,
                                    (struct tcp_segment){.flags = (uint8_t)flags,
                                                         .seq = first + (uint32_t)seq_at[i],
                                                         .ack = ack,
                                                         .length = lengths[k]});
                        }
    print_message("%u segments\n", tried);
}

/* 3.10.7.2: of a listener. */
static void a_listener_takes_a_syn_and_nothing_else(void **state) {
    (void)state;
    const struct tcp_setup how = {.iss = ISS, .room = ROOM, .mss = MSS};
    for (uint32_t flags = 0; flags < 64; flags++) {
        struct tcp_segment reply, s = {.flags = (uint8_t)flags, .seq = IRS, .ack = 77, .length = 3};
        bool wants = (flags & (TCP_SYN | TCP_RST | TCP_ACK)) == TCP_SYN;
        assert_int_equal(tcp_accept(&t, &how, &s, now), wants);
        if (wants)
            assert_true(t.state == TCP_SYN_RECEIVED && t.rcv_nxt == IRS + 1);
        else if (!(flags & TCP_RST) && (flags & TCP_ACK))
            assert_true(tcp_refuse(&s, &reply) && reply.flags == TCP_RST && reply.seq == 77);
        else
            assert_int_equal(tcp_refuse(&s, &reply), !(flags & TCP_RST));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_takes_each_segment_as_rfc_9293_has_it),
        cmocka_unit_test(a_listener_takes_a_syn_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
