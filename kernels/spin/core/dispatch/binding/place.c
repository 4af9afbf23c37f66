/* SPDX-License-Identifier: MIT */
/* place.c -- see place.h. */
#include "spin/core/dispatch/binding/place.h"

const uint8_t place_argument[] = {X86_RDI, X86_RSI, X86_RDX, X86_RCX, X86_R8, X86_R9};

bool place_code(struct emitter *e, struct code_memory *code, size_t room) {
    const struct hooks *hooks = dispatcher->hooks;
    if (e->full || !hooks->code_map(hooks->owner, emit_link(e) + room, code)) {
        emit_release(e);
        return false;
    }
    emit_place(e, code->write, code->run);
    return true;
}

void place_done(struct emitter *e, struct code_memory *code) {
    dispatcher->hooks->code_seal(dispatcher->hooks->owner, code);
    emit_release(e);
}
