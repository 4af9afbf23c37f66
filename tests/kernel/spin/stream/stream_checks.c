/* SPDX-License-Identifier: MIT */
/* stream_checks.c -- see stream_checks.h. */
#include "stream_checks.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "protocol/checksum.h"
#include "spin/services/stream/flow.h"
#include "spin/core/strand.h"

struct client client;

unsigned char stream_pattern(unsigned long n) {
    return (unsigned char)(n * 2654435761u >> 13 ^ n);
}

static unsigned long hear(struct stream_view *v);
const struct stream_owner asks = {.ready = hear};

void stream_write_more(void) {
    unsigned char some[512];
    long did = sizeof some;
    while (client.wrote < MANY && did == sizeof some) {
        for (unsigned i = 0; i < sizeof some; i++)
            some[i] = stream_pattern(client.wrote + i);
        did = streams_write(&asks, (unsigned long)client.number, some, sizeof some);
        client.wrote += did > 0 ? (unsigned long)did : 0;
    }
}

static unsigned long hear(struct stream_view *v) {
    client.what |= v->what;
    for (const unsigned char *at = v->data; at < v->end; at++)
        client.wrong += *at != stream_pattern(client.came++);
    if (v->what & STREAM_ROOM)
        stream_write_more();
    return (unsigned long)(v->end - v->data);
}

bool stream_until(const unsigned long *word, unsigned long least, unsigned long bits) {
    const uint64_t end = rdtsc() + timer_tsc_hz();
    cli();
    while (*(const volatile unsigned long *)word < least ||
           (*(const volatile unsigned long *)word & bits) != bits) {
        if (rdtsc() > end)
            break;
        sti();
        strand_yield();
        cli();
    }
    sti();
    return *word >= least && (*word & bits) == bits;
}

bool stream_begins(struct check *c) {
    static const char *const needed[] = {"loopback", "ether", "arp", "ip"};
    static struct report why;
    struct extension *e;
    if (!nic_objects[1].nic) {
        check_skip(c, "the machine has no two network interfaces");
        return false;
    }
    for (unsigned i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!loader_find(needed[i]) && loader_load(needed[i], &e, &why))
            check_fail(c, "%s: %s", needed[i], why.text);
    client = (struct client){0};
    if (flow_use("tcp"))
        check_fail(c, "tcp cannot be had");
    return true;
}

struct extension *stream_echo(struct check *c) {
    return loading_load(c, "tcp_echo");
}

void stream_connects(struct check *c, unsigned long port) {
    client.number = streams_connect(&asks, 0, nic_objects[1].ip, port);
    CHECK_THAT(c, client.number > 0);
}

void stream_ends(struct check *c, struct extension *e) {
    CHECK_THAT(c, !loader_unload(e));
}

void stream_echoes(struct check *c, const char *protocol) {
    struct extension *e = stream_echo(c);
    CHECK_THAT(c, !flow_use(protocol));
    stream_connects(c, ECHO);
    CHECK_THAT(c, stream_until(&client.what, 0, STREAM_OPENED));
    stream_write_more();
    CHECK_THAT(c, stream_until(&client.came, MANY, 0));
    CHECK_THAT(c, client.came == client.wrote && !client.wrong);
    CHECK_THAT(c, !streams_close(&asks, (unsigned long)client.number, true));
    CHECK_THAT(c, stream_until(&client.what, 0, STREAM_ENDED));
    stream_ends(c, e);
}

/* --- Strangers --- */

unsigned stream_comes_to = 1;

void stream_send_damaged(uint32_t source, const struct tcp_segment *segment,
                         const struct ether_address *station, uint16_t damage) {
    const struct ip_header ip = {.source = source,
                                 .target = (uint32_t)nic_objects[1].ip,
                                 .length = IP_HEADER + 20,
                                 .ttl = IP_TTL,
                                 .protocol = IP_TCP};
    cli();
    struct departure *d = departure_new();
    uint8_t *at = d->o->byte, header[TCP_HEADER_MOST];
    memset(at, 0, 60);
    ether_put(at, &nic_objects[stream_comes_to].address, station, ETHER_IP);
    ip_put(at + NIC_HEADER, &ip);
    tcp_put(header, segment);
    sum_put(header + 16,
            sum_end(sum_join(sum_bytes(header, 20), sum_pseudo(ip.source, ip.target, IP_TCP, 20))) ^
                damage);
    memcpy(at + NIC_HEADER + IP_HEADER, header, 20);
    departure_send(&nic_objects[!stream_comes_to], d, 0, 60);
    sti();
    strand_yield();
}

void stream_send_segment(uint32_t source, const struct tcp_segment *segment,
                         const struct ether_address *station) {
    stream_send_damaged(source, segment, station, 0);
}

const struct stream *stream_server(void) {
    const struct stream *mine = stream_at((unsigned long)client.number);
    for (const struct stream *s = streams; mine && s < streams + STREAMS; s++)
        if (!list_empty(&s->link) && s->who.source_port == ECHO &&
            s->who.target_port == mine->who.source_port)
            return s;
    return NULL;
}
