/* SPDX-License-Identifier: MIT */
/* ash_forward.c -- the handler that passes packets of a port on (libos/ash/forward.bpf.c). Clients
 * send by interface 0 to interface 1, which is the forwarder's near side; its far side is interface
 * 0, and the server at interface 1. Sums are computed here anew, word by word. */
#include "ash.h"

#include "exo/libos/ash/ash_answers.h"
#include "exo/libos/ash/forward.h"
#include "exo/libos/frames.h"
#include "lib/string.h"
#include "protocol/ip.h"

enum { CLIENT = 0x0a000003, NEAR = 0x0a000002, FAR = 0x0a000102, SERVER = 0x0a000101 };
enum { PORT = 7, BEHIND = 9, ASKS = 5000, AT = 14, HEAD = AT + IP_HEADER, DATA = 6 };

static uint32_t sum(const uint8_t *bytes, uint32_t count, uint32_t more) {
    for (uint32_t i = 0; i < count; i += 2)
        more += wire_get16(bytes + i);
    while (more >> 16)
        more = (more & 0xffff) + (more >> 16);
    return more;
}

/* Of what stands behind IP's header of a frame, with the words in front of it. */
static uint32_t whole(const uint8_t *frame, uint32_t bytes) {
    return sum(frame + HEAD, bytes, sum(frame + AT + 12, 8, frame[AT + 9] + bytes));
}

struct end {
    uint32_t ip;
    uint16_t port;
};

static uint32_t head_bytes(uint8_t protocol) {
    return protocol == IP_TCP ? 20 : 8;
}

/* A packet from one to the other, out of an interface; its sum is wrong by `wrong`. */
static void packet(unsigned nic, uint8_t protocol, struct end from, struct end to, uint8_t ttl,
                   uint16_t wrong) {
    uint8_t *f = page(PAGES - 2);
    const uint32_t bytes = head_bytes(protocol) + DATA, field = protocol == IP_TCP ? 16 : 6;
    const struct exo_piece piece = {physical_of(f), 60};
    memset(f, 0, 60);
    memcpy(f, (const void *)nic_seen(!nic)->address, 6);
    memcpy(f + 6, (const void *)nic_seen(nic)->address, 6);
    wire_put16(f + 12, 0x0800);
    f[AT] = IP_PLAIN;
    wire_put16(f + AT + 2, IP_HEADER + bytes);
    f[AT + 8] = ttl;
    f[AT + 9] = protocol;
    wire_put32(f + AT + 12, from.ip);
    wire_put32(f + AT + 16, to.ip);
    wire_put16(f + AT + 10, 0xffff & ~sum(f + AT, IP_HEADER, 0));
    wire_put16(f + HEAD, from.port);
    wire_put16(f + HEAD + 2, to.port);
    if (protocol == IP_TCP)
        f[HEAD + 12] = 0x50;
    else
        wire_put16(f + HEAD + 4, bytes);
    memcpy(f + HEAD + head_bytes(protocol), "abcdef", DATA);
    wire_put16(f + HEAD + field, (0xffff & ~whole(f, bytes)) + wrong);
    exo_packet_send(nic, 0, &piece, 1, 0);
    for (unsigned i = 0; i < 500; i++) /* until it is where it goes */
        exo_null();
}

/* The next frame of the ring is that, with right sums or with as wrong ones; then it is taken. */
static bool comes(unsigned *next, uint8_t protocol, struct end from, struct end to, uint8_t ttl,
                  bool right) {
    const uint8_t *f = page(*next);
    if (!*word(*next))
        return false;
    const uint32_t bytes = head_bytes(protocol) + DATA;
    const bool is = sum(f + AT, IP_HEADER, 0) == 0xffff && wire_get32(f + AT + 12) == from.ip &&
                    wire_get32(f + AT + 16) == to.ip && wire_get16(f + HEAD) == from.port &&
                    wire_get16(f + HEAD + 2) == to.port && f[AT + 8] == ttl &&
                    (whole(f, bytes) == 0xffff) == right &&
                    !memcmp(f + HEAD + head_bytes(protocol), "abcdef", DATA);
    *word(*next) = 0;
    *next = (*next + 1) % 4;
    return is;
}

static long filter_to(unsigned nic, uint32_t ip) {
    const struct dpf_atom atom[] = {
        {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800},
        {.op = DPF_EQ, .bytes = 4, .offset = 30, .value = ip},
    };
    return exo_filter_insert(0, nic, atom, 2, NULL);
}

static void side(struct forward_side *s, unsigned nic, uint32_t ip, uint16_t port) {
    *s = (struct forward_side){
        .nic = nic, .ip = wire_swap32(ip), .port = (uint16_t)wire_swap16(port)};
    memcpy(s->ether, (const void *)nic_seen(nic)->address, 6);
}

static long begin_forward(long filters[4]) {
    struct forward *f = (struct forward *)page(REGION);
    memset(f, 0, sizeof *f);
    side(&f->near, 1, NEAR, PORT);
    side(&f->far, 0, FAR, 0);
    side(&f->server, 1, SERVER, BEHIND);
    filters[0] = filter_to(1, NEAR);
    filters[1] = filter_to(0, FAR);
    filters[2] = filter_to(1, SERVER);
    filters[3] = filter_to(0, CLIENT);
    long id = exo_ash_set(EXO_ASH_HOW(0, frame_at(page(REGION)), 1), ash_forward,
                          (uint64_t)(ash_forward_end - ash_forward), none, handler_why);
    for (unsigned i = 0; i < 2 && id > 0; i++)
        if (exo_ash_bind(0, (uint64_t)filters[i], (uint64_t)id))
            return -1;
    for (unsigned i = 2; i < 4; i++)
        if (exo_filter_bind(0, (uint64_t)filters[i], 0))
            return -1;
    return id;
}

static void both_ways(struct check *c, unsigned *next, uint8_t protocol, unsigned flow) {
    const struct end asks = {CLIENT, (uint16_t)(ASKS + flow)}, near = {NEAR, PORT};
    const struct end far = {FAR, (uint16_t)(FORWARD_PORTS + flow % FORWARD_FLOWS)};
    const struct end server = {SERVER, BEHIND};
    packet(0, protocol, asks, near, 64, 0);
    CHECK_THAT(c, comes(next, protocol, far, server, 63, true));
    packet(1, protocol, server, far, 64, 0);
    CHECK_THAT(c, comes(next, protocol, near, asks, 63, true));
}

CHECK(ash_forward, "ash/a_ports_packets_are_passed_on_both_ways_with_right_sums") {
    const struct end near = {NEAR, PORT}, server = {SERVER, BEHIND};
    const struct forward *f = (const struct forward *)page(REGION);
    unsigned next = 0;
    long filters[4];
    if (!net_begin(c))
        return;
    CHECK_THAT(c, ring(0, 0, 0, 4, 2048) == 0);
    long id = begin_forward(filters);
    CHECK_THAT(c, id > 0);
    for (unsigned i = 0; i < 2 * FORWARD_FLOWS && !c->failed;
         i++) /* more than there is place for */
        both_ways(c, &next, i % 2 ? IP_TCP : IP_UDP, i);
    /* What was damaged stays so, who has no hop left ends here, and who forgot an answer's flow, or
     * is not the server, gets nothing through. */
    packet(0, IP_UDP, (struct end){CLIENT, ASKS + 16}, near, 64, 5);
    CHECK_THAT(c, comes(&next, IP_UDP, (struct end){FAR, FORWARD_PORTS}, server, 63, false));
    packet(0, IP_UDP, (struct end){CLIENT, ASKS + 16}, near, 1, 0);
    CHECK_THAT(c, !*word(next) && f->refused == 1);
    packet(1, IP_TCP, server, (struct end){FAR, FORWARD_PORTS}, 64, 0);
    packet(1, IP_UDP, (struct end){SERVER, BEHIND + 1}, (struct end){FAR, FORWARD_PORTS}, 64, 0);
    packet(1, IP_UDP, server, (struct end){FAR, FORWARD_PORTS + FORWARD_FLOWS}, 64, 0);
    CHECK_THAT(c, !*word(next) && f->refused == 1);
    for (unsigned i = 0; i < 4; i++)
        exo_filter_drop(0, (uint64_t)filters[i]);
    exo_ash_drop((uint64_t)id);
    net_end(c);
}
