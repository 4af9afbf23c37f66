/* SPDX-License-Identifier: MIT */
/* exo-user-net.c -- the end that asks, and its server (exo-net.h). */
#include "exo-net.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"

#define AT ((void *)0x541000000000)

struct net net;
uint64_t server;
static uint64_t behind; /* the server, where `server` stands before it; 0: none */
static struct net_tcp waits[4];

static bool own_begin(struct bench *b) {
    static bool ready;
    if (env_info()->nics < 2) {
        bench_skip(b, "the machine has no two network interfaces");
        return false;
    }
    if (!ready && !end_begin(&net, 0, 2, AT, CLIENT_IP)) {
        bench_skip(b, "the machine has too little memory");
        return false;
    }
    ready = true;
    net.wait = waits;
    net.waits = sizeof waits / sizeof *waits;
    return true;
}

static uint64_t start(uint64_t role) {
    long id = spawn(0, SERVER, role, 0, 0);
    if (id < 0)
        __builtin_trap();
    if (exo_env_yield((uint64_t)id))
        __builtin_trap();
    return (uint64_t)id;
}

bool server_begin(struct bench *b) {
    if (!own_begin(b))
        return false;
    server = start(ROLE(exo_env_self(), 0, ROLE_SERVER, 0));
    return true;
}

static bool two_begin(struct bench *b, uint64_t role, uint64_t loss) {
    if (env_info()->nics < 4) {
        bench_skip(b, "the machine has no two wires");
        return false;
    }
    if (!own_begin(b))
        return false;
    uint64_t self = (uint64_t)exo_env_self();
    behind = start(ROLE(self, role == ROLE_LOSES, ROLE_FAR_SERVER, 0));
    server = start(ROLE(self, behind, role, loss));
    return true;
}

bool forwarder_begin(struct bench *b) {
    return two_begin(b, ROLE_FORWARDER, 0);
}

bool ash_forwarder_begin(struct bench *b) {
    return two_begin(b, ROLE_ASH, 0);
}

void server_alone(void) {
    uint64_t forwarder = server;
    server = behind;
    behind = forwarder;
}

bool loser_begin(struct bench *b, uint64_t loss) {
    return two_begin(b, ROLE_LOSES, loss);
}

void server_knows(struct net_path *echo, const volatile uint32_t *came) {
    uint8_t byte = 0;
    uint32_t before = *came;
    while (*came == before) {
        net_udp_send(&net, echo, &byte, 1);
        server_pass();
    }
    for (int i = 0; i < 8; i++)
        server_pass();
}

void server_end(void) {
    exo_env_destroy(0, server);
    if (behind)
        exo_env_destroy(0, behind);
    behind = 0;
    while (frames_await()) /* their filters are gone */
        continue;
    for (unsigned i = 0; i < net.waits; i++)
        net_tcp_abort(&waits[i]);
    net_poll(&net);
}

bool server_pass(void) {
    if (exo_env_yield(server))
        __builtin_trap();
    if (net_poll(&net))
        return true;
    net_time(&net);
    return false;
}

void server_until(const volatile uint32_t *wanted) {
    while (!*wanted)
        server_pass();
}

static void told(struct net_tcp *c, uint32_t what) {
    struct client *x = (struct client *)c;
    x->opened |= what & NET_OPENED;
    x->came |= what & NET_DATA;
    x->arrived |= what & NET_ROOM;
    x->ended |= what & NET_ENDED;
    x->closed |= what & NET_CLOSED;
}

void client_open(struct client *x, uint32_t ip, uint16_t port) {
    static uint8_t in[2048], out[BULK];
    *x = (struct client){
        .c = {.told = told, .in = in, .in_size = sizeof in, .out = out, .out_size = sizeof out}};
    if (net_tcp_open(&net, &x->c, ip, port))
        __builtin_trap();
    x->c.t.flags |= TCP_IS_NODELAY;
    server_until(&x->opened);
}
