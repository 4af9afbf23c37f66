/* SPDX-License-Identifier: MIT */
/* IP: a sender's options, pieces in any order and such as contradict each other, routes. */
#include <string.h>

#include "protocol/checksum.h"
#include "protocol/ip.h"
#include "protocol/wire.h"
#include "../random.h"
#include "../unit.h"

static void options_are_looked_at(void **state) {
    (void)state;
    static const struct {
        uint8_t option[8];
        enum ip_fault says;
    } row[] = {
        {{1, 1, 1, 1, 0, 9, 9, 9}, IP_FINE},    /* what is behind the end is nothing */
        {{7, 7, 4, 0, 0, 0, 0, 1}, IP_FINE},    /* record route: passed over */
        {{7, 9, 4, 0, 0, 0, 0, 1}, IP_OPTIONS}, /* longer than the header */
        {{7, 1, 4, 0, 0, 0, 0, 1}, IP_OPTIONS}, /* shorter than itself: no loop */
        {{7, 0, 4, 0, 0, 0, 0, 1}, IP_OPTIONS},
        {{1, 1, 1, 1, 1, 1, 1, 7}, IP_OPTIONS}, /* without a length */
        {{131, 7, 4, 1, 2, 3, 4, 0}, IP_OPTIONS},
        {{137, 7, 4, 1, 2, 3, 4, 0}, IP_OPTIONS},
    };
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        uint8_t p[28];
        struct ip_header h = {.source = 1, .target = 2, .length = 28, .ttl = 9, .protocol = 17},
                         got;
        ip_put(p, &h);
        p[0] = 0x47;
        memcpy(p + 20, row[i].option, 8);
        wire_put16(p + 10, 0);
        sum_put(p + 10, sum_end(sum_bytes(p, 28)));
        assert_int_equal(ip_get(p, 28, &got), row[i].says);
    }
}

/* A packet of up to 2,000 bytes cut at random, its pieces in any order and some twice. */
static void pieces_come_together(void **state) {
    (void)state;
    static uint8_t data[2048], got[2048];
    for (int i = 0; i < 5000; i++) {
        struct ip_whole table[2] = {0};
        struct ip_header piece[16], order[20];
        uint32_t length = 1 + below(2000), n = 0, mtu = 28 + 8 * below(200) + below(8);
        for (uint32_t at = 0; at < length; at++)
            data[at] = (uint8_t)below(256);
        uint32_t cut;
        for (uint32_t from = 0; from < length && n < 16; from += cut) {
            cut = ip_cut(length, from, mtu);
            assert_true(cut && cut + IP_HEADER <= mtu && (cut % 8 == 0 || from + cut == length));
            piece[n++] = (struct ip_header){.source = 1,
                                            .target = 2,
                                            .id = 7,
                                            .protocol = 17,
                                            .header = IP_HEADER,
                                            .offset = (uint16_t)from,
                                            .length = (uint16_t)(IP_HEADER + cut),
                                            .more = from + cut < length};
        }
        if (!n || (n == 16 && piece[15].more))
            continue;
        uint32_t many = n;
        memcpy(order, piece, sizeof piece);
        while (many < n + below(4))
            order[many++] = piece[below(n)];
        for (uint32_t j = many; j > 1; j--) {
            uint32_t k = below(j);
            struct ip_header x = order[k];
            order[k] = order[j - 1];
            order[j - 1] = x;
        }
        uint32_t done = 0, seen = 0;
        bool had[16] = {0}, full = false;
        memset(got, 0, sizeof got);
        for (uint32_t j = 0; j < many && !done; j++) {
            bool fresh;
            uint32_t which = ip_whole_of(table, 2, &order[j], 1000, &fresh);
            assert_int_equal(fresh, !seen);
            seen = 1;
            enum ip_piece r = ip_whole_add(&table[which], &order[j]);
            uint32_t index = 0;
            while (piece[index].offset != order[j].offset)
                index++;
            if (r == IP_DROP && !had[index]) {
                full = true; /* more runs than it remembers: this packet is lost */
                break;
            }
            assert_true(r == IP_DROP || !had[index]);
            had[index] = true;
            if (r != IP_DROP)
                memcpy(got + order[j].offset, data + order[j].offset,
                       order[j].length - (uint32_t)IP_HEADER);
            done = r == IP_DONE;
        }
        assert_true(full || done);
        if (done)
            assert_memory_equal(got, data, length);
    }
}

static struct ip_header a_piece(uint32_t offset, uint32_t bytes, bool more) {
    return (struct ip_header){.source = 1,
                              .target = 2,
                              .id = 7,
                              .protocol = 17,
                              .header = IP_HEADER,
                              .offset = (uint16_t)offset,
                              .length = (uint16_t)(IP_HEADER + bytes),
                              .more = more};
}

static enum ip_piece add_two(struct ip_header a, struct ip_header b) {
    struct ip_whole w = {.until = 9};
    assert_int_equal(ip_whole_add(&w, &a), IP_STORE);
    enum ip_piece r = ip_whole_add(&w, &b);
    if (r == IP_DROP && w.until)
        return IP_STORE; /* dropped by itself */
    return r;
}

static void pieces_that_contradict_give_the_packet_up(void **state) {
    (void)state;
    assert_int_equal(add_two(a_piece(0, 16, true), a_piece(8, 16, true)), IP_DROP);
    assert_int_equal(add_two(a_piece(8, 16, true), a_piece(0, 16, true)), IP_DROP);
    assert_int_equal(add_two(a_piece(8, 8, true), a_piece(0, 24, true)), IP_DROP);
    assert_int_equal(add_two(a_piece(16, 8, false), a_piece(24, 8, true)), IP_DROP);
    assert_int_equal(add_two(a_piece(16, 8, false), a_piece(8, 8, false)), IP_DROP);
    assert_int_equal(add_two(a_piece(16, 8, true), a_piece(0, 8, false)), IP_DROP);
    assert_int_equal(add_two(a_piece(0, 8, true), a_piece(8, 0, false)), IP_DROP);
    assert_int_equal(add_two(a_piece(0, 16, true), a_piece(8, 8, true)), IP_STORE);
    /* A flood of packets that never end takes no more than the table: the oldest goes. */
    struct ip_whole table[4] = {0};
    bool fresh;
    for (uint32_t i = 0; i < 100; i++) {
        struct ip_header h = a_piece(8, 8, true);
        h.id = (uint16_t)i;
        uint32_t at = ip_whole_of(table, 4, &h, 1000 + i, &fresh);
        assert_true(fresh && at == i % 4);
        assert_int_equal(ip_whole_add(&table[at], &h), IP_STORE);
    }
    struct ip_header late = a_piece(0, 8, true);
    late.id = 99;
    ip_whole_of(table, 4, &late, 1000 + IP_WHOLE_FOR, &fresh);
    assert_false(fresh);
    ip_whole_of(table, 4, &late, 1099 + IP_WHOLE_FOR, &fresh);
    assert_true(fresh);
}

static void the_longest_mask_wins(void **state) {
    (void)state;
    const struct ip_route route[] = {
        {0, 0, 0x0a000001, 0}, {0x0a000000, 0xffffff00, 0, 1}, {0x0a000080, 0xffffff80, 0, 2}};
    assert_ptr_equal(ip_route_to(route, 3, 0x08080808), &route[0]);
    assert_ptr_equal(ip_route_to(route, 3, 0x0a000005), &route[1]);
    assert_ptr_equal(ip_route_to(route, 3, 0x0a000085), &route[2]);
    assert_null(ip_route_to(route + 1, 2, 0x08080808));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_looked_at),
        cmocka_unit_test(pieces_come_together),
        cmocka_unit_test(pieces_that_contradict_give_the_packet_up),
        cmocka_unit_test(the_longest_mask_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
