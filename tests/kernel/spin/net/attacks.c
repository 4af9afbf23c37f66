/* SPDX-License-Identifier: MIT */
/* attacks.c -- who would have packets of others, or send as others. Each comes to nothing because
 * of one rule: tests/end/net/spin_net_test.sh. */
#include "net_checks.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "protocol/udp.h"
#include "protocol/ip.h"
#include "spin/services/failing.h"

#define REFUSED(c, name, error, says)                                                              \
    do {                                                                                           \
        if (!net_begin(c))                                                                         \
            return;                                                                                \
        loading_expect_refused(c, name, error, says);                                              \
        net_end(c);                                                                                \
    } while (0)

CHECK(net_bound_port, "net/a_port_that_somebody_has_is_nobody_elses") {
    REFUSED(c, "net_takes", -E_INVALID, "");
}

CHECK(net_all_keys, "net/nobody_claims_all_keys_of_a_node") {
    REFUSED(c, "net_all", -E_INVALID, "");
}

CHECK(net_share, "net/an_extension_claims_keys_of_a_node_once") {
    REFUSED(c, "net_crowds", -E_INVALID, "");
}

CHECK(net_wide_keys, "net/a_key_is_as_wide_as_its_headers_field") {
    REFUSED(c, "net_wraps", -E_INVALID, "");
}

CHECK(net_pose, "net/an_edge_of_the_graph_is_its_protocols_alone") {
    if (!net_begin(c))
        return;
    loader_unload(loader_find("icmp"));
    loading_expect_refused(c, "net_poses", -E_INVALID, "");
    loading_load(c, "icmp");
    net_end(c);
}

CHECK(net_interpose, "net/what_is_sent_is_seen_by_its_protocol_alone") {
    REFUSED(c, "net_middle", -E_PERM, "change");
}

CHECK(net_write, "net/who_writes_to_a_packet_is_not_loaded") {
    REFUSED(c, "net_writes", -E_INVALID, "");
}

CHECK(net_keep, "net/who_keeps_a_packet_is_not_loaded") {
    REFUSED(c, "net_keeps", -E_INVALID, "");
}

CHECK(net_slow, "net/a_handler_that_is_not_proven_to_be_short_has_no_packets") {
    REFUSED(c, "net_slow", -E_PERM, "hear");
}

CHECK(net_snoop, "net/nobody_hears_of_anothers_packets") {
    struct frame f;
    if (!net_begin(c))
        return;
    struct extension *e = loading_load(c, "net_hears");
    if (!e)
        return;
    frame_datagram(&f, 9, 4000, 4);
    frame_arrives(&f);
    for (unsigned port = 3990; port < 4010; port++) {
        frame_datagram(&f, 9, port == 4000 ? 7 : port, 4);
        frame_arrives(&f);
    }
    const uint64_t heard = loading_call(c, e, "net_heard");
    if (heard != 1)
        check_fail(c, "%lu of its own, %lu of others", heard & UINT32_MAX, heard >> 32);
    loader_unload(e);
    net_end(c);
}

/* The frame that is handed to the device, whatever was written before it. */
static uint8_t source_on_wire[6];

static unsigned long forge(uint64_t running, uint64_t result, bool last, const uint64_t *argument) {
    struct outgoing *o = (struct outgoing *)argument[0];
    const struct sending *s = (const struct sending *)argument[1];
    (void)running, (void)last;
    memset(&o->byte[s->begin - 8], 0x66, 6);
    return result;
}

static unsigned long look(void *unused, struct packet *p, unsigned long key,
                          struct outgoing *reply) {
    (void)unused, (void)key, (void)reply;
    memcpy(source_on_wire, p->frame + 6, sizeof source_on_wire);
    return NET_TAKEN;
}

CHECK(net_source, "net/no_frame_leaves_with_anothers_source") {
    enum { ETHER_MINE = 0x88b7 };
    static struct module asks = {.name = "Asks"};
    const struct procedure fold = {.entry = (event_fn *)forge};
    struct event_binding *binding;
    struct change change;
    if (!net_begin(c))
        return;
    module_add(&asks);
    change_open(&change, event_ether_sent.module, NULL);
    change_result_handler(&change, &event_ether_sent, &fold, 0);
    CHECK_THAT(c, change_commit(&change) == 0);
    bool on = interrupts_off();
    struct claim *claim = claim_take(NET_ETHER, ETHER_MINE, ETHER_MINE, 0, &asks);
    CHECK_THAT(c, claim && !claim_handle(claim, NET_ARRIVED, look, NULL, &binding));
    memset(source_on_wire, 0, sizeof source_on_wire);
    CHECK_THAT(c, !net_send(claim, departure_new(), 46, nic_objects[1].mac, 0));
    for (unsigned i = 0; i < 1000 && !source_on_wire[0]; i++)
        sti_hlt_cli();
    claim_end(claim, binding);
    interrupts_restore(on);
    change_open(&change, event_ether_sent.module, NULL);
    change_result_handler(&change, &event_ether_sent, &(struct procedure){0}, 0);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, memcmp(source_on_wire, nic_objects[0].address.byte, 6) == 0);
    module_remove(&asks);
    net_end(c);
}

CHECK(net_forge, "net/who_sends_does_so_by_its_own_claim_and_from_its_own_ports") {
    if (!net_begin(c))
        return;
    struct extension *e = loading_load(c, "net_forges");
    if (!e)
        return;
    const uint64_t forged = nic_objects[0].forged;
    for (unsigned n = 0; n < NET_CLAIMS + 6; n++)
        CHECK_THAT(c, loading_call(c, e, "net_by_others") == E_PERM);
    CHECK_THAT(c, loading_call(c, e, "net_from_others") == E_PERM);
    CHECK_THAT(c, loading_call(c, e, "net_datagram_from_others") == E_PERM);
    CHECK_THAT(c, nic_objects[0].forged + nic_objects[NET_LOOPBACK].forged > forged);
    CHECK_THAT(c, loading_call(c, e, "net_from_own") != E_PERM);
    loader_unload(e);
    net_end(c);
}

CHECK(net_cut, "net/a_handler_is_cut_at_its_bound_and_has_not_had_the_packet") {
    struct frame f;
    if (!net_begin(c))
        return;
    struct extension *e = loading_load(c, "net_loops");
    if (!e)
        return;
    const uint64_t nobodys = nic_objects[1].nobodys;
    frame_datagram(&f, 9, 4200, 4);
    frame_arrives(&f);
    const uint64_t turns = loading_call(c, e, "net_turns");
    if (turns == 0 || turns > NET_BOUND)
        check_fail(c, "it took %lu turns", turns);
    CHECK_THAT(c, handlers_cut(extension_module(e)) == 1 && nic_objects[1].nobodys == nobodys + 1);
    loader_unload(e);
    net_end(c);
}

CHECK(net_echoed, "net/who_answers_its_own_answers_leaves_others_the_processor") {
    if (!net_begin(c))
        return;
    struct extension *e = loading_load(c, "net_echoes");
    if (!e)
        return;
    const uint64_t dropped = nic_objects[NET_LOOPBACK].dropped;
    CHECK_THAT(c, loading_call(c, e, "net_echo") == 0);
    loopback_drain();
    CHECK_THAT(c, nic_objects[NET_LOOPBACK].dropped == dropped + 1);
    loader_unload(e);
    net_end(c);
}

CHECK(net_group, "net/nobody_is_answered_who_says_that_he_is_all_stations") {
    struct frame f;
    if (!net_begin(c))
        return;
    frame_echo(&f, 16);
    frame_arrives(&f);
    CHECK_THAT(c, net_sent_count() == 1);
    f.byte[6] |= 1; /* the source's first byte: a group */
    frame_arrives(&f);
    CHECK_THAT(c, net_sent_count() == 1);
    net_end(c);
}

/* Strangers have all places where stations are remembered, so that of two that are asked for each
 * takes the other's. */
CHECK(net_asking, "net/questions_of_others_are_followed_by_none") {
    enum { STRANGERS = 40, PORT = 4321, NOBODY = 0x0a0000f0 };
    static struct module asks = {.name = "Asks"};
    struct frame f;
    if (!net_begin(c))
        return;
    module_add(&asks);
    bool on = interrupts_off();
    struct claim *claim = claim_take(NET_UDP, PORT, PORT, 1, &asks);
    CHECK_THAT(c, claim);
    for (unsigned i = 0; i < STRANGERS; i++) {
        frame_question(&f, 0x0a000020 + i);
        frame_arrives(&f);
    }
    for (unsigned i = 0; i < 2; i++)
        CHECK_THAT(c, net_send(claim, departure_new(), 16, NOBODY + i, 9) == -E_AGAIN);
    const unsigned long sent = net_sent_count();
    for (unsigned i = 0; i < 10; i++) {
        frame_question(&f, 0x0a000080 + i);
        wire_put32(f.byte + ETHER_HEADER + 24, NOBODY + 5);
        frame_arrives(&f);
    }
    const unsigned long more = net_sent_count() - sent;
    for (unsigned i = 0; i < 2; i++) { /* nothing waits any more */
        frame_question(&f, NOBODY + i);
        frame_arrives(&f);
    }
    claim_drop(claim);
    interrupts_restore(on);
    module_remove(&asks);
    if (more)
        check_fail(c, "%lu frames", more);
    net_end(c);
}

/* An answer to one of these would come back, or go to many. */
CHECK(net_ip_source, "net/nobody_on_a_wire_has_our_address_or_is_many") {
    const unsigned long me = nic_objects[1].ip;
    const unsigned long forged[] = {me, 0, me | 255, 0xffffffff, 0xe0000001};
    struct frame f;
    if (!net_begin(c))
        return;
    for (unsigned i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        const uint64_t before = nic_objects[1].nobodys;
        frame_echo(&f, 56);
        wire_put32(frame_ip(&f) + 12, (uint32_t)forged[i]);
        frame_sum_ip(&f);
        frame_arrives(&f);
        CHECK_THAT(c, nic_objects[1].nobodys == before + 1 && net_sent_count() == 0);
    }
    frame_echo(&f, 56);
    frame_arrives(&f);
    CHECK_THAT(c, net_sent_count() == 1);
    net_end(c);
}

/* What lay in the pages was another's. */
CHECK(net_padded, "net/behind_a_short_packet_are_zeros_and_nobodys_bytes") {
    struct departure *all[OUTGOINGS];
    unsigned n = 0;
    struct frame f;
    if (!net_begin(c))
        return;
    const bool on = interrupts_off();
    while (n < OUTGOINGS && (all[n] = departure_new()))
        memset(all[n++]->o->byte, 0x66, OUTGOING_BYTES);
    memset(reply_page()->byte, 0x66, OUTGOING_BYTES);
    while (n)
        departure_free(all[--n]);
    interrupts_restore(on);
    for (uint32_t bytes = 1; bytes < 16; bytes++) {
        const uint32_t end = ETHER_HEADER + IP_HEADER + UDP_HEADER + bytes;
        frame_datagram(&f, 9, 7, bytes);
        frame_arrives(&f);
        CHECK_THAT(c, net_sent_count() == bytes && net_last.bytes == ETHER_LEAST);
        for (uint32_t i = end; i < ETHER_LEAST; i++)
            CHECK_THAT(c, net_last.byte[i] == 0);
    }
    net_end(c);
}
