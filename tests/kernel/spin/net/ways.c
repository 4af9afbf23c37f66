/* SPDX-License-Identifier: MIT */
/* ways.c -- short ways past the graph (docs/spin/net.md): each is taken only while the graph would
 * lead to the same, and leaves nobody else's bytes or names. Each attack comes to nothing because
 * of one rule: tests/end/net/spin_net_test.sh. */
#include "net_checks.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "protocol/udp.h"
#include "spin/core/dispatch/plan/retired.h"
#include "spin/core/strand.h"
#include "spin/services/net/clock.h"

enum { PASSES = 6000, ANSWERS = 6100, BEYOND = 9999 }; /* ports */
enum {
    TTL_AT = ETHER_HEADER + 8,
    SOURCE_AT = ETHER_HEADER + 12,
    UDP_AT = ETHER_HEADER + IP_HEADER
};

static struct module ends = {.name = "Ends"};
static struct claim *claim;
static struct event_binding *binding;
static unsigned shown, own_port;
static int last;

/* What comes goes on to a stranger. */
static unsigned long pass(void *unused, struct packet *p, unsigned long key,
                          struct outgoing *reply) {
    (void)unused, (void)key, (void)reply;
    shown++;
    last = net_pass(claim, p, STRANGER, NET_FROM(own_port, BEYOND));
    return NET_TAKEN;
}

/* Says something else, and the rest again; or a word of its own. */
static unsigned long answer(void *unused, struct packet *p, unsigned long key,
                            struct outgoing *reply) {
    (void)unused, (void)key;
    memset(&reply->byte[NET_ROOM], 0x99, 4);
    return p->bytes > 4 ? NET_ANSWER(4, 4) : NET_REPLY(4);
}

/* The station of the stranger is known. */
static void tell_station(uint8_t last_byte) {
    struct frame f;
    frame_question(&f, STRANGER);
    f.byte[11] = f.byte[ETHER_HEADER + 13] = last_byte;
    frame_arrives(&f);
}

static bool begin(struct check *c, unsigned port, net_arrived_fn *handler) {
    if (!net_begin(c))
        return false;
    module_add(&ends);
    shown = 0;
    own_port = PASSES + 1;
    const bool on = interrupts_off();
    claim = claim_take(NET_UDP, port, port + 1, 1, &ends);
    interrupts_restore(on);
    if (!claim || claim_handle(claim, NET_ARRIVED, handler, NULL, &binding)) {
        check_fail(c, "no port can be had");
        return false;
    }
    tell_station(9);
    return true;
}

static void end_claim(struct check *c) {
    CHECK_THAT(c, !claim_end(claim, binding));
}

static void end(struct check *c) {
    module_remove(&ends);
    net_end(c);
}

static struct frame datagram;

/* It comes; whether something went because of that. */
static bool goes(void) {
    const unsigned long before = net_sent_count();
    frame_arrives(&datagram);
    return net_sent_count() != before;
}

/* Two, of which the second need not be shown. */
static void show_way(struct check *c) {
    frame_datagram(&datagram, 9, PASSES, 16);
    CHECK_THAT(c, goes() && shown == 1 && goes() && shown == 1);
}

/* Of what was sent: that its sums are right. */
static bool is_right(const struct frame *f) {
    const uint32_t bytes = wire_get16(f->byte + UDP_AT + 4) % sizeof f->byte;
    const uint64_t ends_sum = sum_pseudo(wire_get32(f->byte + SOURCE_AT),
                                         wire_get32(f->byte + SOURCE_AT + 4), IP_UDP, bytes);
    return sum_fold(sum_bytes(f->byte + ETHER_HEADER, IP_HEADER)) == UINT16_MAX &&
           sum_fold(sum_join(ends_sum, sum_bytes(f->byte + UDP_AT, bytes))) == UINT16_MAX;
}

CHECK(net_pass_way, "net/what_was_passed_on_shows_the_way_and_is_damaged_if_it_was") {
    if (!begin(c, PASSES, pass))
        return;
    show_way(c);
    CHECK_THAT(c, is_right(&net_last) && net_last.byte[TTL_AT] == IP_TTL - 1 &&
                      wire_get16(net_last.byte + UDP_AT) == PASSES + 1 &&
                      wire_get16(net_last.byte + UDP_AT + 2) == BEYOND &&
                      wire_get32(net_last.byte + SOURCE_AT) == nic_objects[1].ip);
    datagram.byte[datagram.bytes - 1] ^= 1;
    CHECK_THAT(c, goes() && shown == 1 && !is_right(&net_last));
    end_claim(c);
    end(c);
}

CHECK(net_pass_shown, "net/who_passes_packets_on_sees_after_a_while_that_there_are_some") {
    if (!begin(c, PASSES, pass))
        return;
    show_way(c);
    for (const unsigned long until = net_clock() + NET_PASS_FOR; net_clock() < until;)
        strand_yield();
    CHECK_THAT(c, goes() && shown == 2);
    end_claim(c);
    end(c);
}

CHECK(net_pass_over, "net/nothing_is_passed_on_for_who_has_the_port_no_more") {
    if (!begin(c, PASSES, pass))
        return;
    show_way(c);
    end_claim(c);
    CHECK_THAT(c, !goes());
    end(c);
}

CHECK(net_pass_station, "net/what_is_passed_on_goes_to_the_station_that_is_known_now") {
    if (!begin(c, PASSES, pass))
        return;
    show_way(c);
    CHECK_THAT(c, net_last.byte[5] == 9);
    tell_station(77);
    CHECK_THAT(c, goes() && net_last.byte[5] == 77);
    end_claim(c);
    end(c);
}

CHECK(net_pass_from, "net/what_comes_by_another_wire_does_not_go_the_way_of_this_one") {
    if (!begin(c, PASSES, pass))
        return;
    show_way(c);
    const unsigned long before = net_sent_count();
    memcpy(datagram.byte, nic_objects[0].address.byte, 6);
    struct arrival a = arrival_new(&nic_objects[0], datagram.byte);
    a.holds = 1;
    const bool on = interrupts_off();
    net_arrive(&a, datagram.bytes);
    interrupts_restore(on);
    CHECK_THAT(c, net_sent_count() == before && shown == 1);
    end_claim(c);
    end(c);
}

CHECK(net_pass_length, "net/nothing_that_lies_behind_a_frame_is_passed_on") {
    if (!begin(c, PASSES, pass))
        return;
    show_way(c);
    wire_put16(frame_ip(&datagram) + 2, 1000);
    frame_sum_ip(&datagram);
    CHECK_THAT(c, !goes());
    end_claim(c);
    end(c);
}

CHECK(net_pass_plain, "net/a_piece_of_a_packet_does_not_go_the_way_of_whole_ones") {
    if (!begin(c, PASSES, pass))
        return;
    show_way(c);
    wire_put16(frame_ip(&datagram) + 6, 1); /* where its first bytes belong: there are no ports */
    frame_sum_ip(&datagram);
    CHECK_THAT(c, !goes());
    end_claim(c);
    end(c);
}

CHECK(net_pass_hops, "net/what_is_passed_on_has_a_hop_less") {
    if (!begin(c, PASSES, pass))
        return;
    show_way(c);
    datagram.byte[TTL_AT] = 1;
    frame_sum_ip(&datagram);
    CHECK_THAT(c, !goes() && shown == 2);
    end_claim(c);
    end(c);
}

CHECK(net_pass_ends, "net/a_packet_that_is_passed_on_for_ever_ends") {
    if (!begin(c, PASSES, pass))
        return;
    frame_datagram(&datagram, 9, PASSES, 16);
    datagram.byte[TTL_AT] = 9;
    frame_sum_ip(&datagram);
    CHECK_THAT(c, goes() && shown == 1 && net_last.byte[TTL_AT] == 8 && is_right(&net_last));
    CHECK_THAT(c, goes() && shown == 1 && net_last.byte[TTL_AT] == 8 && is_right(&net_last));
    frame_datagram(&datagram, 10, PASSES, 16);
    datagram.byte[TTL_AT] = 1;
    frame_sum_ip(&datagram);
    CHECK_THAT(c, !goes() && shown == 2 && last == -E_INVALID);
    end_claim(c);
    end(c);
}

/* The last who asked has the answer. */
static unsigned asker;

static unsigned long pass_both(void *unused, struct packet *p, unsigned long key,
                               struct outgoing *reply) {
    (void)unused, (void)key, (void)reply;
    shown++;
    if (p->source_port != BEYOND)
        asker = (unsigned)p->source_port;
    last =
        net_pass(claim, p, STRANGER,
                 p->source_port == BEYOND ? NET_FROM(PASSES, asker) : NET_FROM(own_port, BEYOND));
    return NET_TAKEN;
}

static unsigned goes_to(unsigned source, unsigned target) {
    frame_datagram(&datagram, source, target, 16);
    return goes() ? wire_get16(net_last.byte + UDP_AT + 2) : 0;
}

CHECK(net_pass_one, "net/an_answer_goes_to_who_asks_from_a_port_now_and_not_to_who_did_before") {
    if (!begin(c, PASSES, pass_both))
        return;
    for (unsigned i = 0; i < 2; i++) /* the second by what is kept */
        CHECK_THAT(c, goes_to(9, PASSES) == BEYOND && goes_to(BEYOND, PASSES + 1) == 9);
    CHECK_THAT(c, shown == 2);
    CHECK_THAT(c, goes_to(10, PASSES) == BEYOND && goes_to(BEYOND, PASSES + 1) == 10);
    CHECK_THAT(c, shown == 4 && goes_to(9, PASSES) == BEYOND && shown == 5);
    end_claim(c);
    end(c);
}

CHECK(net_pass_own, "net/who_passes_packets_on_does_so_from_its_own_ports") {
    if (!begin(c, PASSES, pass))
        return;
    own_port = PASSES + 2;
    frame_datagram(&datagram, 9, PASSES, 16);
    CHECK_THAT(c, !goes() && last == -E_PERM);
    own_port = PASSES - 1;
    CHECK_THAT(c, !goes() && last == -E_PERM && shown == 2);
    end_claim(c);
    end(c);
}

/* --- Answers that go back in the headers that came --- */

CHECK(net_turn_target, "net/who_was_asked_with_all_others_answers_in_its_own_name") {
    if (!begin(c, ANSWERS, answer))
        return;
    frame_datagram(&datagram, 9, 7, 16);
    memset(frame_ip(&datagram) + 16, 0xff, 4);
    frame_sum_ip(&datagram);
    wire_put16(datagram.byte + UDP_AT + 6, 0); /* none */
    CHECK_THAT(c, goes() && wire_get32(net_last.byte + SOURCE_AT) == nic_objects[1].ip);
    end_claim(c);
    end(c);
}

CHECK(net_turn_whole, "net/an_answer_has_the_sum_of_what_it_says") {
    if (!begin(c, ANSWERS, answer))
        return;
    frame_datagram(&datagram, 9, ANSWERS, 16);
    CHECK_THAT(c, goes() && net_last.byte[UDP_AT + UDP_HEADER] == 0x99 && is_right(&net_last));
    end_claim(c);
    end(c);
}

/* --- Headers that were written before --- */

static uint8_t mark;

static unsigned long mark_hops(uint64_t running, uint64_t result, bool is_last,
                               const uint64_t *argument) {
    struct outgoing *o = (struct outgoing *)argument[0];
    const struct sending *s = (const struct sending *)argument[1];
    (void)running, (void)is_last;
    if (result == IP_HEADER) {
        uint8_t *ip = &o->byte[s->begin - IP_HEADER];
        ip[8] = mark;
        sum_put(ip + 10, 0);
        sum_put(ip + 10, sum_end(sum_bytes(ip, IP_HEADER)));
    }
    return result;
}

/* The same code, and perhaps at the same place, may write something else. */
static void set_mark(struct check *c, uint8_t hops) {
    const struct procedure fold = {.entry = hops ? (event_fn *)mark_hops : NULL};
    struct change change;
    mark = hops;
    change_open(&change, event_ip_sent.module, NULL);
    change_result_handler(&change, &event_ip_sent, &fold, 0);
    CHECK_THAT(c, change_commit(&change) == 0);
    plans_reclaim();
}

CHECK(net_way_changed, "net/headers_are_written_again_once_an_event_has_changed") {
    if (!begin(c, ANSWERS, answer))
        return;
    frame_datagram(&datagram, 9, ANSWERS, 4);
    CHECK_THAT(c, goes() && goes() && net_last.byte[TTL_AT] == IP_TTL);
    for (uint8_t hops = 16; hops; hops--) {
        set_mark(c, hops);
        CHECK_THAT(c, goes() && goes() && net_last.byte[TTL_AT] == hops);
    }
    set_mark(c, 0);
    CHECK_THAT(c, goes() && net_last.byte[TTL_AT] == IP_TTL);
    end_claim(c);
    end(c);
}
