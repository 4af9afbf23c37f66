/* SPDX-License-Identifier: MIT */
/* raise_net.c -- see raise_net.h. */
#include "spin/core/dispatch/plan/raise_net.h"

#include "lib/list.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/dispatch/binding/module.h"

static struct net_handler *handler_in(const struct net_shared *net) {
    return container_of(net->net.report, struct net_handler, report);
}

void raise_net_terminated(struct net_shared *net) {
    net_shared_ended(net);
    handler_in(net)->terminated++;
}

uint64_t raise_net_failed(const struct event *event, struct net_shared *net, uintptr_t raise) {
    struct net_handler *h = handler_in(net);
    dispatcher->net_landed(net);
    net_shared_ended(net);
    h->failed++;
    h->failing = !account_take(&h->by->account, RESOURCE_FAILURES, 1);
    if (h->failing)
        dispatcher->failing();
    dispatcher->exception(event, RAISE_FAILED, raise);
    return 0;
}

/* --- As machine code --- */

#define AT(field) (at + (int32_t)offsetof(struct raise_net, field))
#define INNERMOST ((int32_t)offsetof(struct nets, innermost))

_Static_assert(sizeof(struct raise_net) % 8 == 0, "it is so many words of a frame");

static const uint8_t kept[] = {X86_RBX, X86_R12, X86_R13, X86_R14, X86_R15};

void emit_net_open(struct emitter *e, int32_t at, uint32_t failed) {
    const int32_t landing = AT(shared.net.landing); /* rbp, rip, rsp */
    for (unsigned i = 0; i < sizeof kept; i++)
        emit_store(e, 64, X86_RSP, AT(kept[i]), kept[i]);
    emit_store(e, 64, X86_RSP, landing, X86_RBP);
    emit_lea_label(e, X86_RAX, failed);
    emit_store(e, 64, X86_RSP, landing + 8, X86_RAX);
    emit_store(e, 64, X86_RSP, landing + 16, X86_RSP);
    emit_lea(e, X86_RDI, X86_RSP, at);
    emit_call_address(e, (uintptr_t)dispatcher->net_open, X86_RAX);
}

static void store_word(struct emitter *e, int32_t at, uint64_t value) {
    if (value == (uint64_t)(int32_t)value) {
        emit_store_imm(e, 64, X86_RSP, at, (int32_t)value);
        return;
    }
    emit_mov_imm(e, X86_RAX, value);
    emit_store(e, 64, X86_RSP, at, X86_RAX);
}

void emit_net_enter(struct emitter *e, int32_t at, const struct net_handler *h) {
    store_word(e, AT(shared.net.image), (uintptr_t)h->image);
    store_word(e, AT(shared.net.report), (uintptr_t)&h->report);
    store_word(e, AT(shared.activation.fuel), h->fuel);
    emit_store_imm(e, 32, X86_RSP, AT(shared.activation.fault), FAULT_NONE);
    emit_load(e, 64, false, X86_RAX, X86_RSP, AT(shared.nets));
    emit_lea(e, X86_RCX, X86_RSP, AT(shared.net));
    emit_store(e, 64, X86_RAX, INNERMOST, X86_RCX);
}

void emit_net_activation(struct emitter *e, int32_t at, unsigned reg) {
    emit_lea(e, reg, X86_RSP, AT(shared.activation));
}

void emit_net_leave(struct emitter *e, int32_t at, uint32_t terminated) {
    emit_load(e, 64, false, X86_RCX, X86_RSP, AT(shared.nets));
    emit_load(e, 64, false, X86_RDX, X86_RSP, AT(shared.net.outer));
    emit_store(e, 64, X86_RCX, INNERMOST, X86_RDX);
    emit_compare_memory_imm(e, 32, X86_RSP, AT(shared.activation.fault), FAULT_NONE);
    emit_branch(e, X86_IF_NE, terminated);
}

void emit_net_terminated(struct emitter *e, int32_t at) {
    emit_lea(e, X86_RDI, X86_RSP, at);
    emit_call_address(e, (uintptr_t)raise_net_terminated, X86_RAX);
}

void emit_net_failed(struct emitter *e, int32_t at, const struct event *event, int32_t frame) {
    for (unsigned i = 0; i < sizeof kept; i++)
        emit_load(e, 64, false, kept[i], X86_RSP, AT(kept[i]));
    emit_mov_imm(e, X86_RDI, (uintptr_t)event);
    emit_lea(e, X86_RSI, X86_RSP, at);
    emit_lea(e, X86_RDX, X86_RSP, frame);
    emit_call_address(e, (uintptr_t)raise_net_failed, X86_RAX);
}
