/* SPDX-License-Identifier: MIT */
/* rpc.h -- a call of a remote procedure, a datagram there and one back (Birrell, Nelson:
 * Implementing Remote Procedure Calls, 1984; of a call that fits into one packet): it happens once
 * at most. Who calls says it again until the reply comes; who is called remembers each caller's
 * last call, and answers what comes again as before. */
#ifndef PROTOCOL_RPC_H
#define PROTOCOL_RPC_H

#include <stdbool.h>
#include <stdint.h>

enum { RPC_HEADER = 24 };
enum rpc_kind { RPC_CALL = 1, RPC_REPLY = 2 };
enum rpc_status { RPC_DONE, RPC_NO_HANDLE, RPC_NO_PROCEDURE, RPC_FAILED };

struct rpc_header {
    uint64_t handle; /* the right to call: a number that a stranger cannot guess (secret.h) */
    uint32_t number; /* of the call; a caller's next one is greater */
    uint32_t procedure;
    uint16_t kind, status; /* enum rpc_kind, enum rpc_status */
};

/* False: `bytes` bytes are no call or reply. Arguments or results follow at RPC_HEADER. */
bool rpc_get(const uint8_t *message, uint32_t bytes, struct rpc_header *h);
void rpc_put(uint8_t *message, const struct rpc_header *h);

/* --- Who calls --- */

struct rpc_call {
    struct rpc_header header;
    uint64_t at;    /* ns: when it is said again */
    uint64_t wait;  /* ns until then, doubled each time */
    uint32_t tries; /* that are left */
};

/* A call that is sent now, and again after `wait` ns, `tries` times in all. */
void rpc_begin(struct rpc_call *c, uint64_t handle, uint32_t number, uint32_t procedure,
               uint64_t now, uint64_t wait, uint32_t tries);
/* At c->at: true: it is to be sent again; false with c->tries 0: there is no reply. */
bool rpc_again(struct rpc_call *c, uint64_t now);
/* Whether this is the reply to the call, and no other's or an earlier one's. */
bool rpc_is_reply(const struct rpc_call *c, const struct rpc_header *h);

/* --- Who is called --- */

/* A caller, by its address and port. */
struct rpc_caller {
    uint64_t from;
    uint32_t number;  /* its last call */
    bool known, done; /* done: there is a reply, which the owner keeps */
};

struct rpc_callers {
    struct rpc_caller *caller;
    uint32_t count, next; /* next: whose place the next stranger takes */
};

enum rpc_verdict {
    RPC_RUN,    /* a new call: run it, then rpc_ran */
    RPC_REPEAT, /* it ran: send the reply once more */
    RPC_IGNORE, /* it runs, or is older than one that ran */
};

/* What to do with a call from `from`; *which of the callers it is. One that is not known takes the
 * places in turn. */
enum rpc_verdict rpc_called(struct rpc_callers *all, uint64_t from, uint32_t number,
                            uint32_t *which);
void rpc_ran(struct rpc_caller *caller);

#endif
