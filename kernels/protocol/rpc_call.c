/* SPDX-License-Identifier: MIT */
/* Who calls: a call is said again until its reply has come. */
#include "rpc.h"
#include "rules.h"

void rpc_begin(struct rpc_call *c, uint64_t handle, uint32_t number, uint32_t procedure,
               uint64_t now, uint64_t wait, uint32_t tries) {
    *c = (struct rpc_call){
        .header = {.handle = handle, .number = number, .procedure = procedure, .kind = RPC_CALL},
        .at = now + wait,
        .wait = wait,
        .tries = tries - 1,
    };
}

bool rpc_again(struct rpc_call *c, uint64_t now) {
    if (!c->tries)
        return false;
    c->tries--;
    c->wait *= 2;
    c->at = now + c->wait;
    return true;
}

bool rpc_is_reply(const struct rpc_call *c, const struct rpc_header *h) {
    return h->kind == RPC_REPLY && (h->handle == c->header.handle || !DEFENDED(RPC_HANDLE)) &&
           h->number == c->header.number && h->procedure == c->header.procedure;
}
