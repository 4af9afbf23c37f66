/* SPDX-License-Identifier: MIT */
/* A call as bytes, and who is called. */
#include "rpc.h"
#include "rules.h"
#include "wire.h"

bool rpc_get(const uint8_t *m, uint32_t bytes, struct rpc_header *h) {
    if (bytes < RPC_HEADER)
        return false;
    *h = (struct rpc_header){
        .handle = (uint64_t)wire_get32(m) << 32 | wire_get32(m + 4),
        .number = wire_get32(m + 8),
        .procedure = wire_get32(m + 12),
        .kind = (uint16_t)wire_get16(m + 16),
        .status = (uint16_t)wire_get16(m + 18),
    };
    return (h->kind == RPC_CALL || h->kind == RPC_REPLY) && h->status <= RPC_FAILED &&
           !wire_get32(m + 20);
}

void rpc_put(uint8_t *m, const struct rpc_header *h) {
    wire_put32(m, (uint32_t)(h->handle >> 32));
    wire_put32(m + 4, (uint32_t)h->handle);
    wire_put32(m + 8, h->number);
    wire_put32(m + 12, h->procedure);
    wire_put16(m + 16, h->kind);
    wire_put16(m + 18, h->status);
    wire_put32(m + 20, 0);
}

static uint32_t place_of(struct rpc_callers *all, uint64_t from) {
    for (uint32_t i = 0; i < all->count; i++)
        if (all->caller[i].known && all->caller[i].from == from)
            return i;
    uint32_t i = all->next < all->count ? all->next : 0;
    all->next = i + 1;
    all->caller[i] = (struct rpc_caller){.from = from};
    return i;
}

enum rpc_verdict rpc_called(struct rpc_callers *all, uint64_t from, uint32_t number,
                            uint32_t *which) {
    *which = place_of(all, from);
    struct rpc_caller *c = &all->caller[*which];
    if (DEFENDED(RPC_ONCE) && c->known && c->number == number)
        return c->done ? RPC_REPEAT : RPC_IGNORE;
    if (c->known && (int32_t)(number - c->number) < 0)
        return RPC_IGNORE;
    c->known = true;
    c->number = number;
    c->done = false;
    return RPC_RUN;
}

void rpc_ran(struct rpc_caller *caller) {
    caller->done = true;
}
