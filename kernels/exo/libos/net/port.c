/* SPDX-License-Identifier: MIT */
/* port.c -- see port.h. */
#include "exo/libos/net/port.h"

#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "protocol/ip.h"

static uint8_t *head(struct wire *wire) {
    return link_head(&((struct port *)wire)->link);
}

static void send(struct wire *wire, const struct link_part *piece, uint32_t count) {
    link_send_more(&((struct port *)wire)->link, piece[0].bytes, &piece[1], count - 1);
}

static void go(struct wire *wire) {
    link_go(&((struct port *)wire)->link);
}

static struct dpf_atom is(uint16_t offset, uint8_t bytes, uint32_t value) {
    return (struct dpf_atom){.op = DPF_EQ, .bytes = bytes, .offset = offset, .value = value};
}

static long filter(struct port *p, unsigned i, const struct dpf_atom *atom, uint32_t count) {
    const long id = link_filter(&p->link, 0, atom, count);
    p->filter[i] = id > 0 ? (uint64_t)id : 0;
    return id < 0 ? id : 0;
}

/* Questions for our address; and TCP for it and the port, whole, without options of IP. */
static long filters(struct port *p, uint32_t ip, uint16_t tcp_port) {
    const struct dpf_atom asks[] = {is(12, 2, ETHER_ARP), is(38, 4, ip)};
    const struct dpf_atom tcp[] = {
        is(12, 2, ETHER_IP),
        is(14, 1, 0x45),
        {.op = DPF_MEQ, .bytes = 2, .offset = 20, .mask = 0x3fff},
        is(23, 1, IP_TCP),
        is(30, 4, ip),
        is(36, 2, tcp_port),
    };
    const uint32_t count = sizeof tcp / sizeof *tcp - !tcp_port;
    long error = filter(p, 0, asks, sizeof asks / sizeof *asks);
    return error ? error : filter(p, 1, tcp, count);
}

struct ether_address port_ether(unsigned nic) {
    const volatile struct exo_nic *n = (const volatile struct exo_nic *)EXO_NIC + nic;
    struct ether_address a;
    for (unsigned i = 0; i < sizeof a; i++)
        a.byte[i] = n->address[i];
    return a;
}

/* Frames say that they are from this interface. */
static long template_set(const struct link *l) {
    const uint8_t *a = l->ether.byte;
    const struct dpf_atom from[] = {is(6, 2, wire_get16(a)), is(8, 4, wire_get32(a + 2))};
    return exo_packet_template(0, 0, l->nic, from, 2);
}

long port_open(struct port *p, unsigned nic, unsigned ring, uint32_t ip, uint16_t tcp_port,
               uint64_t at) {
    long error = frames_map(0, 0, 0, at | EXO_ZEROED, LINK_PAGES, EXO_WRITE | EXO_NO_EXEC);
    if (error)
        return error;
    *p = (struct port){.wire = {head, send, go}};
    error = link_begin(&p->link, nic, ring, 0, (void *)at);
    p->link.word = (volatile uint64_t *)at; /* for port_close */
    if (!error)
        error = filters(p, ip, tcp_port);
    if (!error)
        error = template_set(&p->link);
    if (error)
        port_close(p);
    return error;
}

void port_close(struct port *p) {
    const struct exo_pages none = {(uint64_t)p->link.word, 0, LINK_PAGES};
    for (unsigned i = 0; i < 2; i++)
        if (p->filter[i])
            exo_filter_drop(0, p->filter[i]);
    exo_packet_ring(0, p->link.ring, NULL, 0);
    exo_page_update(0, 0, 0, &none, 1, 0);
}
