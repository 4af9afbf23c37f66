/* SPDX-License-Identifier: MIT */
/* exo-user-net.c -- the end that asks, and its server (exo-net.h). */
#include "exo-net.h"

#include "exo/libos/exposed.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"

#define AT ((void *)0x541000000000)

struct net net;
uint64_t server;
static struct net_tcp waits[4];

bool server_begin(struct bench *b) {
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
    long id = spawn(0, SERVER, (uint64_t)exo_env_self(), 0, 0);
    if (id < 0) {
        bench_skip(b, "the machine has too little memory");
        return false;
    }
    server = (uint64_t)id;
    exo_env_yield(server);
    return true;
}

void server_end(void) {
    exo_env_destroy(0, server);
    for (unsigned i = 0; i < net.waits; i++)
        net_tcp_abort(&waits[i]);
    net_poll(&net);
}

void server_until(const volatile uint32_t *wanted) {
    while (!*wanted) {
        exo_env_yield(server);
        if (!net_poll(&net))
            net_time(&net);
    }
}

static void told(struct net_tcp *c, uint32_t what) {
    struct client *x = (struct client *)c;
    x->opened |= what & NET_OPENED;
    x->came |= what & NET_DATA;
    x->arrived |= what & NET_ROOM;
    x->ended |= what & NET_ENDED;
    x->closed |= what & NET_CLOSED;
}

void client_open(struct client *x, uint16_t port) {
    static uint8_t in[2048], out[BULK];
    *x = (struct client){
        .c = {.told = told, .in = in, .in_size = sizeof in, .out = out, .out_size = sizeof out}};
    if (net_tcp_open(&net, &x->c, SERVER_IP, port))
        __builtin_trap();
    x->c.t.flags |= TCP_IS_NODELAY;
    server_until(&x->opened);
}
