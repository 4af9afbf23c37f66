/* SPDX-License-Identifier: MIT */
/* pieces.c -- packets in pieces, floods, and what is bound and unbound again. */
#include "net_checks.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/memory/heap.h"
#include "protocol/checksum.h"
#include "protocol/udp.h"

static unsigned long came, came_bytes, wrong;

static unsigned long take(void *unused, struct packet *p, unsigned long key,
                          struct outgoing *reply) {
    (void)unused, (void)key, (void)reply;
    came++;
    came_bytes = p->bytes;
    for (unsigned long i = 0; i < p->bytes; i++)
        wrong += p->data[i] != (uint8_t)((i + UDP_HEADER) % 1400 * 7 + 1);
    return NET_TAKEN;
}

static struct module asks = {.name = "Asks"};
static struct event_binding *binding;

static struct claim *listen(struct check *c, unsigned port) {
    module_add(&asks);
    bool on = interrupts_off();
    struct claim *claim = claim_take(NET_UDP, port, port, NET_ANY, &asks);
    if (!claim || claim_handle(claim, NET_ARRIVED, take, NULL, &binding))
        check_fail(c, "port %u cannot be had", port);
    interrupts_restore(on);
    came = wrong = 0;
    return claim;
}

static void listen_no_more(struct claim *claim) {
    bool on = interrupts_off();
    claim_end(claim, binding);
    interrupts_restore(on);
    module_remove(&asks);
}

enum { PIECE = 1400, PIECES = 4, ID = 77 };

/* The first has UDP's header; without a sum, which is allowed. */
static void piece(unsigned n) {
    struct frame f;
    frame_piece(&f, ID, n * PIECE, PIECE, n < PIECES - 1);
    if (n == 0) {
        uint8_t *u = frame_ip(&f) + IP_HEADER;
        wire_put16(u, 9);
        wire_put16(u + 2, 4600);
        wire_put16(u + 4, PIECES * PIECE);
        wire_put16(u + 6, 0);
    }
    frame_arrives(&f);
}

CHECK(net_pieces, "net/a_datagram_in_pieces_is_whole_in_any_order") {
    static const uint8_t orders[][PIECES] = {
        {0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}};
    if (!net_begin(c))
        return;
    struct claim *claim = listen(c, 4600);
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned n = 0; n < PIECES; n++)
            piece(orders[i][n]);
        net_settle();
        if (came != i + 1 || wrong || came_bytes != PIECES * PIECE - UDP_HEADER)
            check_fail(c, "order %u: %lu came, the last of %lu bytes, %lu are wrong", i, came,
                       came_bytes, wrong);
    }
    listen_no_more(claim);
    net_end(c);
}

CHECK(net_overlap, "net/pieces_that_overlap_are_no_packet") {
    struct frame f;
    if (!net_begin(c))
        return;
    struct claim *claim = listen(c, 4600);
    piece(0);
    frame_piece(&f, ID, PIECE - 8, PIECE, true);
    frame_arrives(&f);
    for (unsigned n = 1; n < PIECES; n++)
        piece(n);
    net_settle();
    CHECK_THAT(c, came == 0);
    listen_no_more(claim);
    net_end(c);
}

CHECK(net_arp_flood, "net/a_flood_of_questions_takes_no_memory_and_answers_go_on") {
    struct frame f;
    if (!net_begin(c))
        return;
    const size_t heap = heap_used();
    const unsigned pages = net_pages();
    for (uint32_t i = 0; i < 5000; i++) {
        frame_question(&f, 0x0a000100 + i);
        frame_arrives(&f);
    }
    CHECK_THAT(c, heap_used() == heap && net_pages() == pages && net_sent_count() == 5000);
    frame_echo(&f, 56);
    frame_arrives(&f);
    CHECK_THAT(c, net_sent_count() == 5001);
    net_end(c);
}

#ifndef NET_BINDINGS
#define NET_BINDINGS 5000
#endif

CHECK(net_books, "net/handlers_bound_and_unbound_leave_nothing") {
    if (!net_begin(c))
        return;
    module_add(&asks);
    for (unsigned i = 0; i < NET_BINDINGS; i++) {
        bool on = interrupts_off();
        struct claim *claim = claim_take(NET_UDP, 4600, 4600, NET_ANY, &asks);
        int error = claim ? claim_handle(claim, NET_ARRIVED, take, NULL, &binding) : -1;
        if (!error)
            error = claim_end(claim, binding);
        interrupts_restore(on);
        if (error) {
            check_fail(c, "the %u-th: error %d", i, error);
            break;
        }
    }
    module_remove(&asks);
    net_end(c);
}
