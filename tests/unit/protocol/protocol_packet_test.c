/* SPDX-License-Identifier: MIT */
/* Packets as bytes and as numbers: checksums against a plain sum, headers there and back, ARP's
 * table, and secrets by their published values. */
#include <string.h>

#include "protocol/arp.h"
#include "protocol/checksum.h"
#include "protocol/icmp.h"
#include "protocol/ip.h"
#include "protocol/rpc.h"
#include "protocol/secret.h"
#include "protocol/tcp/tcp.h"
#include "protocol/udp.h"
#include "../random.h"
#include "../unit.h"

/* RFC 1071, 1: pair by pair. */
static uint16_t plain_sum(const uint8_t *p, uint32_t n) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < n; i += 2)
        sum += (uint32_t)p[i] << 8 | (i + 1 < n ? p[i + 1] : 0);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static uint16_t as_written(uint16_t sum) {
    uint8_t bytes[2];
    memcpy(bytes, &sum, 2);
    return (uint16_t)wire_get16(bytes);
}

static void random_bytes(uint8_t *p, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        p[i] = below(4) ? (uint8_t)below(256) : 0xff;
}

static void sums_are_rfc_1071s(void **state) {
    (void)state;
    const uint8_t example[8] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    assert_int_equal(as_written(sum_fold(sum_bytes(example, 8))), 0xddf2);
    uint8_t p[600];
    for (int i = 0; i < 20000; i++) {
        uint32_t from = below(8), n = below(sizeof p - 8), cut = below(n + 1);
        random_bytes(p, sizeof p);
        uint16_t want = plain_sum(p + from, n);
        assert_int_equal(as_written(sum_fold(sum_bytes(p + from, n))), want);
        uint64_t rest = sum_bytes(p + from + cut, n - cut);
        uint64_t both = sum_join(sum_bytes(p + from, cut), cut % 2 ? sum_odd(rest) : rest);
        assert_int_equal(as_written(sum_fold(both)), want);
    }
}

static void a_changed_word_changes_the_checksum(void **state) {
    (void)state;
    uint8_t p[IP_HEADER];
    for (int i = 0; i < 20000; i++) {
        struct ip_header h = {.source = below(1u << 30),
                              .target = below(1u << 30),
                              .length = IP_HEADER,
                              .id = (uint16_t)below(65536),
                              .ttl = (uint8_t)below(256),
                              .protocol = (uint8_t)below(256)};
        struct ip_header got;
        ip_put(p, &h);
        bool hopped = ip_hop(p);
        assert_int_equal(hopped, h.ttl > 1);
        assert_int_equal(ip_get(p, IP_HEADER, &got), IP_FINE);
        assert_int_equal(got.ttl, h.ttl - hopped);
    }
}

static void headers_there_and_back(void **state) {
    (void)state;
    uint8_t p[IP_HEADER_MOST + 64];
    for (int i = 0; i < 20000; i++) {
        struct ip_header h = {.source = below(1u << 31),
                              .target = below(1u << 31),
                              .length = (uint16_t)(IP_HEADER + 8 * below(6)),
                              .id = (uint16_t)below(65536),
                              .offset = (uint16_t)(8 * below(8000)),
                              .more = below(2),
                              .whole = below(2),
                              .ttl = (uint8_t)below(256),
                              .protocol = (uint8_t)below(256),
                              .header = IP_HEADER};
        struct ip_header got;
        if (h.length == IP_HEADER)
            h.more = false;
        ip_put(p, &h);
        assert_int_equal(ip_get(p, h.length, &got), IP_FINE);
        assert_memory_equal(&got, &h, offsetof(struct ip_header, header) + 1);
        assert_int_equal(ip_get(p, h.length - 1u, &got),
                         h.length == IP_HEADER ? IP_SHORT : IP_LENGTHS);
        p[below(IP_HEADER)] ^= (uint8_t)(1 << below(8));
        assert_int_not_equal(ip_get(p, h.length, &got), IP_FINE);

        struct tcp_segment s = {.seq = below(1u << 31) * 2,
                                .ack = below(1u << 31),
                                .window = below(65536),
                                .time = below(1u << 31),
                                .echo = below(1u << 31),
                                .source = (uint16_t)below(65536),
                                .target = (uint16_t)below(65536),
                                .mss = (uint16_t)below(65536),
                                .flags = (uint8_t)below(64),
                                .options = (uint8_t)below(8),
                                .scale = (uint8_t)below(15)};
        if (!(s.options & TCP_HAS_MSS))
            s.mss = 0;
        if (!(s.options & TCP_HAS_SCALE))
            s.scale = 0;
        if (!(s.options & TCP_HAS_TIME))
            s.time = s.echo = 0;
        struct tcp_segment back;
        uint8_t t[TCP_HEADER_MOST];
        uint32_t n = tcp_put(t, &s);
        assert_int_equal(tcp_get(t, n, &back), n);
        assert_memory_equal(&back, &s, offsetof(struct tcp_segment, scale) + 1);
        for (uint32_t less = 0; less < n; less++)
            assert_int_equal(tcp_get(t, less, &back), 0);
    }
}

static void a_datagrams_checksum(void **state) {
    (void)state;
    uint8_t p[UDP_HEADER + 100];
    for (int i = 0; i < 5000; i++) {
        uint32_t n = below(100), a = below(1u << 31), b = below(1u << 31);
        random_bytes(p, sizeof p);
        struct udp_header u = {.source = 7, .target = 9, .length = (uint16_t)(UDP_HEADER + n)}, got;
        udp_put(p, &u, a, b, sum_bytes(p + UDP_HEADER, n));
        assert_true(udp_get(p, sizeof p, &got) && got.summed);
        assert_true(udp_is_whole(&got, a, b, sum_bytes(p, got.length)));
        assert_false(udp_is_whole(&got, a ^ 1, b, sum_bytes(p, got.length)));
        assert_false(udp_get(p, u.length - 1u, &got));
        p[6] = p[7] = 0;
        p[0] ^= 1;
        assert_true(udp_get(p, sizeof p, &got) && udp_is_whole(&got, a, b, 12345));
    }
}

static void an_echo_becomes_its_reply(void **state) {
    (void)state;
    uint8_t p[ICMP_HEADER + 56];
    struct icmp_message m = {.type = ICMP_ECHO, .id = 3, .seq = 4}, got;
    random_bytes(p, sizeof p);
    icmp_put(p, &m, sum_bytes(p + ICMP_HEADER, 56));
    assert_true(icmp_get(p, sizeof p, &got) && got.type == ICMP_ECHO);
    icmp_answer(p);
    assert_true(icmp_get(p, sizeof p, &got));
    assert_true(got.type == ICMP_ECHO_REPLY && got.id == 3 && got.seq == 4);
    p[20] ^= 4;
    assert_false(icmp_get(p, sizeof p, &got));
    uint8_t error[1] = {ICMP_UNREACHABLE};
    assert_false(icmp_may_tell(IP_ICMP, 0, false, error, 1));
    assert_false(icmp_may_tell(IP_ICMP, 0, false, error, 0));
    assert_false(icmp_may_tell(IP_UDP, 8, false, error, 1));
    assert_false(icmp_may_tell(IP_UDP, 0, true, error, 1));
    assert_true(icmp_may_tell(IP_UDP, 0, false, error, 1));
}

static const struct ether_address ours = {{2, 0, 0, 0, 0, 1}}, theirs = {{2, 0, 0, 0, 0, 2}};

static void arp_asks_learns_and_forgets(void **state) {
    (void)state;
    struct arp_entry table[4] = {0};
    struct ether_address e;
    struct arp_packet reply;
    uint64_t now = 5;
    assert_int_equal(arp_find(table, 4, 2, now, &e), ARP_ASK);
    assert_int_equal(arp_find(table, 4, 2, now, &e), ARP_WAIT);
    struct arp_packet answer = {
        .source = 2, .target = 1, .source_ether = theirs, .target_ether = ours};
    uint8_t p[ARP_BYTES];
    struct arp_packet got;
    arp_put(p, &answer);
    assert_true(arp_get(p, ARP_BYTES, &got) && !got.asks && got.source == 2 && got.target == 1);
    assert_false(arp_get(p, ARP_BYTES - 1, &got));
    assert_false(arp_input(table, 4, &got, &(struct arp_self){1, ours, now}, &reply));
    assert_int_equal(arp_find(table, 4, 2, now, &e), ARP_FOUND);
    assert_memory_equal(&e, &theirs, 6);
    now += ARP_KNOWN_FOR;
    for (int i = 0; i < ARP_QUESTIONS; i++, now += ARP_AGAIN)
        assert_int_equal(arp_find(table, 4, 2, now, &e), ARP_ASK);
    assert_int_equal(arp_find(table, 4, 2, now, &e), ARP_NOBODY);
}

static void arp_believes_no_stranger(void **state) {
    (void)state;
    struct arp_entry table[4] = {0};
    struct ether_address e;
    struct arp_packet reply, told = {.source = 3, .target = 1, .source_ether = theirs};
    assert_false(
        arp_input(table, 4, &told, &(struct arp_self){1, ours, 0}, &reply)); /* nobody had asked */
    assert_int_equal(arp_find(table, 4, 3, 0, &e), ARP_ASK);
    struct arp_packet asks = {.source = 2, .target = 1, .source_ether = theirs, .asks = true};
    assert_true(arp_input(table, 4, &asks, &(struct arp_self){1, ours, 0}, &reply));
    assert_true(reply.source == 1 && reply.target == 2 && !reply.asks);
    assert_memory_equal(&reply.source_ether, &ours, 6);
    assert_int_equal(arp_find(table, 4, 2, 0, &e), ARP_FOUND);
    asks.source = 1; /* our own address, by somebody else */
    assert_false(arp_input(table, 4, &asks, &(struct arp_self){1, ours, 0}, &reply));
    asks.source = 5;
    asks.source_ether.byte[0] = 1; /* a group's address */
    assert_false(arp_input(table, 4, &asks, &(struct arp_self){1, ours, 0}, &reply));
    asks.source_ether = theirs;
    for (uint32_t i = 0; i < 1000; i++) { /* a flood stays in its table */
        asks.source = 100 + i;
        assert_true(arp_input(table, 4, &asks, &(struct arp_self){1, ours, 10 + i}, &reply));
    }
}

static void arp_forgets_nobody_for_a_stranger(void **state) {
    (void)state;
    struct arp_entry table[4] = {0};
    struct ether_address e;
    struct arp_packet reply,
        asks = {.source = 2, .target = 1, .source_ether = theirs, .asks = true};
    const struct arp_packet told = {.source = 3, .target = 1, .source_ether = theirs};
    assert_true(arp_input(table, 4, &asks, &(struct arp_self){1, ours, 0}, &reply));
    assert_int_equal(arp_find(table, 4, 2, 0, &e), ARP_FOUND); /* who is talked to */
    assert_int_equal(arp_find(table, 4, 3, 0, &e), ARP_ASK);   /* and who is asked for */
    for (uint32_t i = 0; i < 1000; i++) {
        asks.source = 100 + i;
        assert_true(arp_input(table, 4, &asks, &(struct arp_self){1, ours, 10 + i}, &reply));
    }
    assert_int_equal(arp_find(table, 4, 2, 2000, &e), ARP_FOUND);
    assert_false(arp_input(table, 4, &told, &(struct arp_self){1, ours, 2000}, &reply));
    assert_int_equal(arp_find(table, 4, 3, 2000, &e), ARP_FOUND);
    for (uint32_t i = 10; i < 14; i++) /* those that are wanted take any place */
        assert_int_equal(arp_find(table, 4, i, 3000, &e), ARP_ASK);
    asks.source = 50; /* then a stranger has none, and is answered */
    assert_true(arp_input(table, 4, &asks, &(struct arp_self){1, ours, 3000}, &reply));
    assert_true(reply.target == 50);
}

static void secrets_are_siphash(void **state) {
    (void)state;
    const struct secret s = {{0x0706050403020100, 0x0f0e0d0c0b0a0908}};
    const uint64_t word[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
    /* The paper's reference implementation gives these for 0, 8 and 16 bytes. */
    assert_true(secret_hash(&s, word, 0) == 0x726fdb47dd0e0e31);
    assert_true(secret_hash(&s, word, 1) == 0x93f5f5799a932462);
    assert_true(secret_hash(&s, word, 2) == 0x3f2acc7f57c29bdb);
    struct tuple t = {1, 2, 3, 4}, other = {1, 2, 3, 5};
    assert_int_equal(tcp_iss(&s, &t, 8000) - tcp_iss(&s, &t, 0), 2);
    assert_int_not_equal(tcp_iss(&s, &t, 0), tcp_iss(&s, &other, 0));
    uint32_t next = 0;
    bool seen[100] = {0};
    for (int i = 0; i < 100; i++) {
        uint16_t port = port_choose(&s, &t, 50000, 50099, &next);
        assert_true(port >= 50000 && port <= 50099 && !seen[port - 50000]);
        seen[port - 50000] = true;
    }
    /* Another target's search begins elsewhere (RFC 6056, 3.3.3), mostly. */
    uint32_t same = 0;
    for (uint32_t i = 0; i < 100; i++) {
        struct tuple far = {1, 1000 + i, 0, 80}, near = {1, 1001 + i, 0, 80};
        uint32_t n = 0, m = 0;
        same += port_choose(&s, &far, 50000, 59999, &n) == port_choose(&s, &near, 50000, 59999, &m);
    }
    assert_true(same < 10);
}

static void a_call_happens_once_at_most(void **state) {
    (void)state;
    struct rpc_caller caller[2] = {0};
    struct rpc_callers callers = {.caller = caller, .count = 2};
    struct rpc_call c;
    struct rpc_header h;
    uint8_t m[RPC_HEADER];
    uint32_t which;
    rpc_begin(&c, 0x1122334455667788, 7, 3, 100, 10, 3);
    rpc_put(m, &c.header);
    assert_true(rpc_get(m, RPC_HEADER, &h) && h.handle == 0x1122334455667788 && h.number == 7);
    assert_false(rpc_get(m, RPC_HEADER - 1, &h));
    m[23] = 1; /* what has no meaning yet is 0 */
    assert_false(rpc_get(m, RPC_HEADER, &h));
    assert_true(rpc_again(&c, 110) && c.at == 130 && rpc_again(&c, 130) && c.at == 170);
    assert_false(rpc_again(&c, 170));
    assert_int_equal(rpc_called(&callers, 1, 7, &which), RPC_RUN);
    assert_int_equal(rpc_called(&callers, 1, 7, &which), RPC_IGNORE);
    rpc_ran(&caller[which]);
    assert_int_equal(rpc_called(&callers, 1, 7, &which), RPC_REPEAT);
    assert_int_equal(rpc_called(&callers, 1, 6, &which), RPC_IGNORE);
    assert_int_equal(rpc_called(&callers, 1, 8, &which), RPC_RUN);
    assert_int_equal(rpc_called(&callers, 2, 8, &which), RPC_RUN);
    for (uint64_t from = 3; from < 100; from++)
        assert_int_equal(rpc_called(&callers, from, 1, &which), RPC_RUN);
    h = c.header;
    assert_false(rpc_is_reply(&c, &h));
    h.kind = RPC_REPLY;
    assert_true(rpc_is_reply(&c, &h));
    h.handle ^= 1;
    assert_false(rpc_is_reply(&c, &h));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_rfc_1071s),
        cmocka_unit_test(a_changed_word_changes_the_checksum),
        cmocka_unit_test(headers_there_and_back),
        cmocka_unit_test(a_datagrams_checksum),
        cmocka_unit_test(an_echo_becomes_its_reply),
        cmocka_unit_test(arp_asks_learns_and_forgets),
        cmocka_unit_test(arp_believes_no_stranger),
        cmocka_unit_test(arp_forgets_nobody_for_a_stranger),
        cmocka_unit_test(secrets_are_siphash),
        cmocka_unit_test(a_call_happens_once_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
