/* SPDX-License-Identifier: MIT */
/* raise_net.h -- the net of a raise: net_shared.h, for the code of all levels. A raise opens it
 * once, on its stack; some fifteen instructions are around each call of a handler that may be ended
 * early, none around the others. */
#ifndef SPIN_DISPATCH_RAISE_NET_H
#define SPIN_DISPATCH_RAISE_NET_H

#include "engine/x86/emit.h"
#include "spin/core/dispatch/binding/net_handler.h"

struct event;

/* The handler that was entered last was terminated; or it has failed: 0, the raise's result. */
void raise_net_terminated(struct net_shared *net);
uint64_t raise_net_failed(const struct event *event, struct net_shared *net, uintptr_t raise);

/* --- As machine code: `at` bytes above rsp --- */

struct raise_net {
    struct net_shared shared;
    uint64_t kept[5]; /* what a landing brings back besides rsp and rbp */
};

/* A run that fails will land at this label. Loses what a call does. */
void emit_net_open(struct emitter *e, int32_t at, uint32_t failed);
/* Before the arguments are loaded: loses rax and rcx. */
void emit_net_enter(struct emitter *e, int32_t at, const struct net_handler *h);
/* The argument behind those of the program. */
void emit_net_activation(struct emitter *e, int32_t at, unsigned reg);
/* Behind the call: keeps rax. */
void emit_net_leave(struct emitter *e, int32_t at, uint32_t terminated);
/* What is done at these labels; with the latter, rax is the raise's result then. */
void emit_net_terminated(struct emitter *e, int32_t at);
void emit_net_failed(struct emitter *e, int32_t at, const struct event *event, int32_t frame);

#endif
