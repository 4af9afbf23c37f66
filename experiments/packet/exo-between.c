/* SPDX-License-Identifier: MIT */
/* exo-between.c -- see exo-between.h. */
#include "exo-between.h"

#include "exo/libos/ash/ash_answers.h"
#include "exo/libos/ash/forward.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "protocol/bytes.h"
#include "protocol/impair.h"

#define AT(nic) ((void *)(0x540000000000 + (nic)*0x1000000ul))
#define REGION  0x548000000000ul
enum { SEED = 14 };

static struct net near, far;
static struct net_path to_client, to_server;
static bool went_on;

/* --- Messages --- */

static void from_client(struct net_udp *self, const struct net_datagram *d) {
    if (to_client.target != d->source_port)
        net_path(&near, &to_client, d->source, IP_UDP, self->port, d->source_port);
    net_udp_send(&far, &to_server, d->data, d->bytes);
    went_on = true;
}

static void from_server(struct net_udp *self, const struct net_datagram *d) {
    (void)self;
    net_udp_send(&near, &to_client, d->data, d->bytes);
}

/* --- Connections: what one has is written to the other --- */

static struct half {
    struct net_tcp c;
    uint8_t in[8192], out[8192];
} ends[2];

static void splice(struct net_tcp *from, uint32_t what) {
    struct net_tcp *to = from == &ends[0].c ? &ends[1].c : &ends[0].c;
    uint8_t bytes[1024];
    long got;
    went_on = to == &ends[1].c;
    while ((what & NET_DATA) && to->out_size - to->out_bytes >= sizeof bytes &&
           (got = net_tcp_read(from, bytes, sizeof bytes)) > 0)
        net_tcp_write(to, bytes, (uint32_t)got);
    if (what & NET_ENDED)
        net_tcp_close(to);
    if ((what & NET_OPENED) && from == &ends[0].c)
        net_tcp_open(&far, to, FAR_IP, ECHO);
}

static void make(struct half *h) {
    h->c = (struct net_tcp){.told = splice,
                            .in = h->in,
                            .in_size = sizeof h->in,
                            .out = h->out,
                            .out_size = sizeof h->out};
}

static struct net_tcp *wants(struct net_listener *l) {
    (void)l;
    if (ends[0].c.t.state != TCP_CLOSED || ends[1].c.t.state != TCP_CLOSED)
        return NULL;
    make(&ends[0]);
    make(&ends[1]);
    return &ends[0].c;
}

void forward(uint64_t client, uint64_t other) {
    static struct tcp_half halves[1];
    static struct net_udp asks = {.got = from_client, .port = ECHO};
    static struct net_udp answers = {.got = from_server};
    static struct net_listener listener = {
        .wants = wants, .port = ECHO, .room = 8192, .tcp = {.half = halves, .count = 1}};
    if (!end_begin(&near, 1, 0, AT(1), SERVER_IP) || !end_begin(&far, 2, 1, AT(2), NEAR_IP) ||
        net_udp_open(&near, &asks) || net_udp_open(&far, &answers) || net_listen(&near, &listener))
        return;
    net_path(&far, &to_server, FAR_IP, IP_UDP, answers.port, ECHO);
    for (;;) {
        exo_env_yield(went_on ? other : client);
        went_on = false;
        uint32_t frames = net_poll(&near);
        frames += net_poll(&far);
        if (frames)
            continue;
        net_time(&near);
        net_time(&far);
        went_on = !went_on;
        exo_env_yield(other);
        net_poll(&far);
    }
}

/* --- Packets, where they arrive: this environment answers who asks for its addresses --- */

static void side(struct forward_side *s, const struct net *n, uint16_t port) {
    *s = (struct forward_side){
        .nic = n->link.nic, .ip = wire_swap32(n->ip), .port = (uint16_t)wire_swap16(port)};
    memcpy(s->ether, &n->link.ether, sizeof n->link.ether);
}

/* What comes for the port from clients, and from the server for what is sent on. */
static bool bind(const struct net *n, uint8_t protocol, uint32_t field, uint32_t port, long ash) {
    const struct dpf_atom atom[] = {
        {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = ETHER_IP},
        {.op = DPF_EQ, .bytes = 1, .offset = 14, .value = IP_PLAIN},
        {.op = DPF_MEQ, .bytes = 2, .offset = 20, .mask = 0x3fff},
        {.op = DPF_EQ, .bytes = 1, .offset = 23, .value = protocol},
        {.op = DPF_EQ, .bytes = 4, .offset = 30, .value = n->ip},
        {.op = DPF_EQ, .bytes = 2, .offset = (uint16_t)field, .value = port}};
    long id = link_filter(&n->link, 0, atom, sizeof atom / sizeof *atom);
    return id > 0 && !exo_ash_bind(0, (uint64_t)id, (uint64_t)ash);
}

void forward_by_ash(uint64_t client, uint64_t other) {
    struct forward *f = (struct forward *)REGION;
    if (!end_begin(&near, 1, 0, AT(1), SERVER_IP) || !end_begin(&far, 2, 1, AT(2), NEAR_IP) ||
        frames_map(0, 0, 0, REGION, 1, EXO_WRITE | EXO_NO_EXEC))
        return;
    net_path(&far, &to_server, FAR_IP, IP_UDP, ECHO, ECHO);
    while (net_resolve(&far, &to_server) == -E_AGAIN) {
        exo_env_yield(other);
        net_poll(&far);
        net_time(&far);
    }
    memset(f, 0, sizeof *f);
    side(&f->near, &near, ECHO);
    side(&f->far, &far, 0);
    f->server =
        (struct forward_side){.ip = wire_swap32(FAR_IP), .port = (uint16_t)wire_swap16(ECHO)};
    memcpy(f->server.ether, to_server.head, sizeof far.link.ether);
    long ash = exo_ash_set(EXO_ASH_HOW(0, link_physical(f) >> 12, 1), ash_forward,
                           (uint64_t)(ash_forward_end - ash_forward), (struct cap){0}, NULL);
    if (ash < 0 || !bind(&near, IP_UDP, 36, ECHO, ash) || !bind(&near, IP_TCP, 36, ECHO, ash) ||
        !bind(&far, IP_UDP, 34, ECHO, ash) || !bind(&far, IP_TCP, 34, ECHO, ash))
        return;
    for (;;) {
        exo_env_yield(other);
        net_poll(&near);
        net_poll(&far);
        exo_env_yield(client);
        net_poll(&near);
        net_poll(&far);
    }
}

/* --- Frames --- */

/* Sends the frames of one wire on to the other. */
static bool pass(struct link *from, struct link *to, const struct impair *how, uint64_t *number) {
    const uint8_t *frame;
    uint32_t bytes;
    bool any = false;
    while ((frame = link_next(from, &bytes))) {
        uint8_t *head = link_head(to);
        struct impair_fate fate = impair_fate(how, *number, bytes);
        if (!head)
            return any;
        ++*number;
        memcpy(head, frame, bytes);
        if (fate.copies)
            link_send(to, bytes, NULL, 0);
        link_done(from);
        any = true;
    }
    return any;
}

static bool take_all(struct link *l, unsigned nic, unsigned ring) {
    const struct dpf_atom ip = {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = ETHER_IP};
    const struct dpf_atom arp = {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = ETHER_ARP};
    return !frames_map(0, 0, 0, (uint64_t)AT(nic), LINK_PAGES, EXO_WRITE | EXO_NO_EXEC) &&
           !link_begin(l, nic, ring, 0, AT(nic)) && !exo_packet_template(0, 0, nic, NULL, 0) &&
           link_filter(l, 0, &ip, 1) > 0 && link_filter(l, 0, &arp, 1) > 0;
}

void lose(uint64_t client, uint64_t other, unsigned loss) {
    const uint16_t drop = (uint16_t)(loss * IMPAIR_ALL / 100);
    const struct impair there = {.seed = SEED, .drop = drop},
                        back = {.seed = SEED + 1, .drop = drop};
    uint64_t numbers[2] = {0};
    if (!take_all(&near.link, 1, 0) || !take_all(&far.link, 2, 1))
        return;
    for (;;) {
        bool on = pass(&near.link, &far.link, &there, &numbers[0]);
        pass(&far.link, &near.link, &back, &numbers[1]);
        exo_env_yield(on ? other : client);
        if (pass(&far.link, &near.link, &back, &numbers[1]))
            exo_env_yield(client);
        else
            exo_env_yield(other);
    }
}
