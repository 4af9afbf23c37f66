/* SPDX-License-Identifier: MIT */
/* exo-server.c -- the environment that answers: what comes to its interface is answered from its
 * own library. Its argument is who asks. */
#include "exo-between.h"

#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "protocol/bytes.h"
#include "protocol/rpc.h"
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

static void counts(struct net_udp *self, const struct net_datagram *d) {
    static struct net_path back;
    static uint32_t count;
    if (++count % TRAIN)
        return;
    if (back.target != d->source_port)
        net_path(&net, &back, d->source, IP_UDP, self->port, d->source_port);
    net_udp_send(&net, &back, "", 1);
}

/* A call that came before is answered as before, and does not happen again. */
static void is_called(struct net_udp *self, const struct net_datagram *d) {
    static struct rpc_caller caller[4];
    static struct rpc_callers callers = {.caller = caller, .count = 4};
    static struct net_path back;
    static uint8_t reply[RPC_HEADER + 4];
    struct rpc_header h;
    uint32_t which;
    if (!rpc_get(d->data, d->bytes, &h) || h.kind != RPC_CALL || d->bytes < sizeof reply)
        return;
    enum rpc_verdict verdict =
        rpc_called(&callers, (uint64_t)d->source << 16 | d->source_port, h.number, &which);
    if (verdict == RPC_IGNORE)
        return;
    if (verdict == RPC_RUN) {
        h.kind = RPC_REPLY;
        h.status = h.handle == HANDLE ? RPC_DONE : RPC_NO_HANDLE;
        rpc_put(reply, &h);
        memcpy(reply + RPC_HEADER, d->data + RPC_HEADER, 4);
        rpc_ran(&caller[which]);
    }
    if (back.target != d->source_port)
        net_path(&net, &back, d->source, IP_UDP, self->port, d->source_port);
    net_udp_send(&net, &back, reply, sizeof reply);
}

/* --- Active messages --- */

static void asked(const uint8_t *frame, const struct am_message *m) {
    struct am_message reply = {.is_reply = true, .word = {m->word[0]}};
    uint8_t *head = link_head(&net.link);
    if (!head)
        return;
    memcpy(head, frame + 6, 6);
    memcpy(head + 6, frame, 6);
    send_message(&net, head, &reply);
}

static void message(struct net *n, const uint8_t *frame, uint32_t bytes) {
    static void (*const handler[])(const uint8_t *, const struct am_message *) = {asked};
    struct am_message m;
    (void)n;
    if (ether_type(frame) == ETHER_AM &&
        am_get(frame + ETHER_HEADER, bytes - ETHER_HEADER, sizeof handler / sizeof *handler, &m) &&
        !m.is_reply)
        handler[m.handler](frame, &m);
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

/* On interface `nic`, as `ip`, until the end. */
static void serve(unsigned nic, uint32_t ip, uint64_t client) {
    static struct net_udp udp[] = {{.got = echoes, .port = ECHO},
                                   {.got = swallows, .port = SINK},
                                   {.got = counts, .port = TRAINS},
                                   {.got = is_called, .port = CALLS}};
    static struct tcp_half half[2][ENDS];
    static struct net_listener tcp[] = {
        {.wants = wants_echo, .port = ECHO, .room = BULK, .tcp = {.half = half[0], .count = ENDS}},
        {.wants = wants_sink, .port = SINK, .room = BULK, .tcp = {.half = half[1], .count = ENDS}}};
    if (!end_begin(&net, nic, 0, AT, ip) || take_messages(&net) < 0)
        return;
    net.wait = waits;
    net.waits = ENDS;
    net.other = message;
    for (unsigned i = 0; i < sizeof udp / sizeof *udp; i++)
        if (net_udp_open(&net, &udp[i]))
            return;
    for (unsigned i = 0; i < sizeof tcp / sizeof *tcp; i++)
        if (net_listen(&net, &tcp[i]))
            return;
    for (;;) {
        exo_env_yield(client);
        if (!net_poll(&net))
            net_time(&net);
    }
}

uint64_t program_main(uint64_t how, uint64_t b, const char *words) {
    uint64_t client = how & 0xffffff, other = how >> 24 & 0xffffff, role = how >> 48 & 15;
    (void)b, (void)words;
    if (role == ROLE_SERVER)
        serve(1, SERVER_IP, client);
    else if (role == ROLE_FAR_SERVER)
        serve(3, other ? LOSSY_IP : FAR_IP, client);
    else if (role == ROLE_FORWARDER)
        forward(client, other);
    else if (role == ROLE_ASH)
        forward_by_ash(client, other);
    else
        lose(client, other, (unsigned)(how >> 52));
    return 1;
}
