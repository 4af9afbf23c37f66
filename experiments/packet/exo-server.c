/* SPDX-License-Identifier: MIT */
/* exo-server.c -- the environment that answers: what comes to its interface is answered from its
 * own library. Its argument is who asks. */
#include "exo-net.h"

#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "user/program.h"

#define AT ((void *)0x540000000000)

struct net net;

/* --- UDP --- */

static void echoes(struct net_udp *self, const struct net_datagram *d) {
    static struct net_path back;
    if (back.ip != d->source || back.target != d->source_port)
        net_path(&net, &back, d->source, IP_UDP, self->port, d->source_port);
    net_udp_send(&net, &back, d->data, d->bytes);
}

static void swallows(struct net_udp *self, const struct net_datagram *d) {
    (void)self, (void)d;
}

/* --- TCP --- */

#define ENDS 4u
static struct end {
    struct net_tcp c;
    uint8_t in[BULK], out[1024];
} ends[ENDS];
static struct net_tcp waits[ENDS];

static struct net_tcp *one_of(struct net_listener *l) {
    (void)l;
    for (struct end *e = ends; e < ends + ENDS; e++)
        if (e->c.t.state == TCP_CLOSED) {
            e->c = (struct net_tcp){
                .in = e->in, .in_size = sizeof e->in, .out = e->out, .out_size = sizeof e->out};
            return &e->c;
        }
    return NULL;
}

static void echo_told(struct net_tcp *c, uint32_t what) {
    char bytes[64];
    long got;
    while ((what & NET_DATA) && (got = net_tcp_read(c, bytes, sizeof bytes)) > 0)
        net_tcp_write(c, bytes, (uint32_t)got);
    if (what & NET_ENDED)
        net_tcp_close(c);
}
static struct net_tcp *wants_echo(struct net_listener *l) {
    struct net_tcp *c = one_of(l);
    if (c)
        c->told = echo_told;
    return c;
}

/* What comes is taken where it lies; of each BULK bytes the last is answered by one. */
static void take(struct net_tcp *c, const uint8_t *data, uint32_t bytes) {
    (void)c, (void)data, (void)bytes;
}
static void sink_told(struct net_tcp *c, uint32_t what) {
    if ((what & NET_DATA) && !(c->in_first % BULK))
        net_tcp_write(c, "", 1);
    if (what & NET_ENDED)
        net_tcp_close(c);
}
static struct net_tcp *wants_sink(struct net_listener *l) {
    struct net_tcp *c = one_of(l);
    if (c) {
        c->told = sink_told;
        c->take = take;
    }
    return c;
}

uint64_t program_main(uint64_t client, uint64_t b, const char *words) {
    static struct net_udp echo = {.got = echoes, .port = ECHO};
    static struct net_udp sink = {.got = swallows, .port = SINK};
    static struct tcp_half half[2][ENDS];
    static struct net_listener echo_tcp = {
        .wants = wants_echo, .port = ECHO, .room = BULK, .tcp = {.half = half[0], .count = ENDS}};
    static struct net_listener sink_tcp = {
        .wants = wants_sink, .port = SINK, .room = BULK, .tcp = {.half = half[1], .count = ENDS}};
    (void)b, (void)words;
    if (!end_begin(&net, 1, 0, AT, SERVER_IP))
        return 1;
    net.wait = waits;
    net.waits = ENDS;
    if (net_udp_open(&net, &echo) || net_udp_open(&net, &sink) || net_listen(&net, &echo_tcp) ||
        net_listen(&net, &sink_tcp))
        return 1;
    for (;;) {
        exo_env_yield(client);
        if (!net_poll(&net))
            net_time(&net);
    }
}
