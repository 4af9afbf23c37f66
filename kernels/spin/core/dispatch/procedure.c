/* SPDX-License-Identifier: MIT */
/* procedure.c -- see procedure.h. */
#include "spin/core/dispatch/procedure.h"

struct held *procedure_keep(const struct hooks *hooks, const struct procedure *procedure) {
    struct held *held = hooks->allocate(hooks->owner, sizeof *held);
    if (held)
        *held = (struct held){.holds = 1, .procedure = *procedure};
    return held;
}

struct held *procedure_hold(struct held *held) {
    held->holds++;
    return held;
}

void procedure_let_go(const struct hooks *hooks, struct held *held) {
    if (!held || --held->holds)
        return;
    if (held->procedure.release)
        held->procedure.release(held->procedure.closure);
    hooks->release(hooks->owner, held, sizeof *held);
}
