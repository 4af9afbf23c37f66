/* SPDX-License-Identifier: MIT */
/* rpc.bpf.c -- calls of procedures by datagrams (protocol/rpc.h). A procedure is a key of the node;
 * who calls has its handle, which the owner of the procedure asks for and hands on. A call that
 * comes again is answered as before: so results are short. */
#include "protocol/rpc.c"    /* NOLINT(bugprone-suspicious-include) */
#include "protocol/secret.c" /* NOLINT(bugprone-suspicious-include) */
#include "protocol/udp.h"
#include "spin/extend.h"
#include "spin/extensions/rpc/rpc.h"
#include "spin/services/net/graph.h"

NEEDS("/svc/domains/Net");
INTERFACE("rpc_handle");

enum { CALLERS = 16, ANSWER = RPC_HEADER + RPC_RESULT_MOST };

static struct secret secret;
static struct rpc_caller caller[CALLERS];
static uint32_t next; /* whose place a stranger takes */

/* What each of them was answered. */
static struct answer { uint64_t word[ANSWER / 8]; } answer[CALLERS];
static uint32_t answer_bytes[CALLERS];

static inline uint64_t handle_of(uint64_t procedure) {
    return secret_hash(&secret, &procedure, 1);
}

EXPORTED unsigned long rpc_handle(unsigned long procedure) {
    return handle_of(procedure);
}

INITIALISE long begin(void) {
    secret.key[0] = net_chance();
    secret.key[1] = net_chance();
    return !net_claim(NET_UDP, PORT_RPC, PORT_RPC, NET_ANY);
}

static inline uint64_t from_of(const struct packet *p) {
    return p->source << 16 | p->source_port;
}

static inline unsigned long repeat(struct outgoing *reply, uint32_t which) {
    const struct answer *a = &answer[which % CALLERS];
    for (unsigned i = 0; i < ANSWER / 8; i++)
        *(wire64 *)&reply->byte[NET_ROOM + 8 * i] = a->word[i];
    return NET_REPLY(answer_bytes[which % CALLERS]);
}

static inline void keep(uint32_t which, const uint8_t *from) {
    for (unsigned i = 0; i < ANSWER / 8; i++)
        answer[which].word[i] = wire_load64(from + 8 * i);
}

HANDLER(udp_arrived)
unsigned long on_arrived(struct packet *p, unsigned long key, struct outgoing *reply) {
    struct rpc_header h;
    uint32_t which = 0;
    (void)key;
    if (p->data + RPC_HEADER > p->end || !rpc_get(p->data, (uint32_t)p->bytes, &h) ||
        h.kind != RPC_CALL || h.handle != handle_of(h.procedure))
        return NET_NOTHING;
    struct rpc_callers all = {.caller = caller, .count = CALLERS, .next = next};
    const enum rpc_verdict verdict = rpc_called(&all, from_of(p), h.number, &which);
    next = all.next;
    switch (verdict) {
    case RPC_RUN:
        return NET_UP(h.procedure, RPC_HEADER, p->bytes - RPC_HEADER);
    case RPC_REPEAT:
        return repeat(reply, which);
    default:
        return NET_TAKEN;
    }
}

/* The result of a call: it is kept, with its header. */
HANDLER(rpc_sent) unsigned long on_sent(struct outgoing *o, struct sending *s) {
    uint8_t *to = header_at(o, s, RPC_HEADER);
    const uint64_t from = s->target << 16 | s->target_port;
    uint64_t call[RPC_HEADER / 8];
    struct rpc_header h;
    for (unsigned i = 0; i < RPC_HEADER / 8; i++)
        call[i] = s->about[i];
    if (!s->reply || s->bytes > RPC_RESULT_MOST || !rpc_get((uint8_t *)call, RPC_HEADER, &h))
        return NET_DROP;
    h.kind = RPC_REPLY;
    h.status = RPC_DONE;
    rpc_put(to, &h);
    for (uint32_t i = 0; i < CALLERS; i++)
        if (caller[i].known && caller[i].from == from && caller[i].number == h.number) {
            keep(i, to);
            answer_bytes[i] = (uint32_t)s->bytes + RPC_HEADER;
            rpc_ran(&caller[i]);
            break;
        }
    return RPC_HEADER;
}
