/* SPDX-License-Identifier: MIT */
/* place.c -- see place.h. */
#include "spin/core/dispatch/place.h"

const uint8_t place_argument[] = {X86_RDI, X86_RSI, X86_RDX, X86_RCX, X86_R8, X86_R9};

bool place_code(struct emitter *e, struct plan *plan) {
    const struct hooks *hooks = dispatcher->hooks;
    bool done = !e->full && hooks->code_map(hooks->owner, emit_link(e), &plan->code);
    if (done) {
        emit_place(e, plan->code.write, plan->code.run);
        hooks->code_seal(hooks->owner, &plan->code);
        plan->entry = (event_fn *)(uintptr_t)plan->code.run;
    }
    emit_release(e);
    return done;
}
