/* SPDX-License-Identifier: MIT */
/* exo-client.h -- the side that asks: see exo-request.h. */
#ifndef EXPERIMENTS_EXO_CLIENT_H
#define EXPERIMENTS_EXO_CLIENT_H

#include "exo-request.h"

#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/ipc/transfer.h"
#include "exo/libos/yield.h"
#include "measure/bench.h"

/* A new server, which waits to be asked: this program of the archive, a process of ExOS. */
static inline uint64_t exos_serve(const char *program) {
    const struct cap programs = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};
    exo_cap_forge(0, EXOS_SERVER_SLOT, programs);
    long id = spawn_sized(EXOS_SERVER_SLOT, program, 0, EXOS_SERVER_SLOT, 0, EXOS_SERVER_FRAMES);
    if (id < 0 || exo_env_yield((uint64_t)id))
        __builtin_trap();
    return (uint64_t)id;
}

/* How long the request took there. */
static inline uint64_t exos_ask(uint64_t server, enum exos_request request, uint64_t argument) {
    struct message m = {.word = {request, argument}};
    if (transfer_call(server, &m, EXO_TRANSFER_WAIT))
        __builtin_trap();
    return m.word[0];
}

/* The same by pipes that are an abstraction of their own: no process's capability opens it. */
static inline void exos_time_protected(struct bench *b, uint64_t bytes) {
    static const struct cap own = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'m'}};
    uint64_t server = exos_serve(EXOS_SERVER);
    exo_cap_forge(0, EXOS_SERVER_SLOT + 1, own);
    long pipes = spawn_controlled(0, own, "pipes", 0, EXOS_SERVER_SLOT + 1, 0, 64);
    if (pipes < 0 || exo_cap_give(0, (uint64_t)pipes, EXOS_SERVER_SLOT, 1) ||
        exo_env_yield((uint64_t)pipes))
        __builtin_trap();
    exos_ask(server, EXOS_PIPES, (uint64_t)pipes);
    while (bench_next(b)) {
        b->begun = 0;
        bench_stop_at(b, exos_ask(server, EXOS_PROTECTED_PIPE, bytes));
    }
    exos_ask(server, EXOS_STOP, 0);
    exo_env_destroy(0, server);
    exo_env_destroy(0, (uint64_t)pipes);
}

/* All of an ordinary body; the server has touched so many pages before. */
static inline void exos_time(struct bench *b, enum exos_request request, uint64_t argument,
                             uint64_t pages) {
    uint64_t server = exos_serve(EXOS_SERVER);
    if (pages)
        exos_ask(server, EXOS_TOUCH, pages);
    while (bench_next(b)) {
        b->begun = 0;
        bench_stop_at(b, exos_ask(server, request, argument));
    }
    if (request == EXOS_PIPE || request == EXOS_SHARED_MEMORY || request == EXOS_MESSAGE_RING)
        exos_ask(server, EXOS_STOP, 0);
    exo_env_destroy(0, server);
}

#endif
