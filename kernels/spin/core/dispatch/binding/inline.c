/* SPDX-License-Identifier: MIT */
/* inline.c -- see inline.h. */
#include "spin/core/dispatch/binding/inline.h"

#include "engine/link/program_image.h"
#include "spin/core/dispatch/binding/condition.h"
#include "spin/core/dispatch/binding/place.h"

const char *inline_refusal(const struct procedure *p) {
    if (!p->image || p->ends_early)
        return "it is native, or can end early";
    if (p->image->collected)
        return "its references must be found where it is interrupted";
    return emit_body_can(&p->image->program) ? NULL : "it has more functions than one";
}

bool inline_guard_can(const struct held *guard) {
    return guard->condition || !inline_refusal(&guard->procedure);
}

/* For each conjunct some three instructions, with constants of eight bytes. */
#define BYTES_A_CONJUNCT 64
/* What a body saves, and where its arguments go, beyond the instructions that it has by itself. */
#define BYTES_AROUND 256

uint32_t inline_labels(const struct held *held) {
    if (held->condition || inline_refusal(&held->procedure))
        return 0;
    return emit_body_labels(&held->procedure.image->program);
}

uint32_t inline_bytes(const struct held *held) {
    if (held->condition)
        return held->condition->count * BYTES_A_CONJUNCT;
    return inline_refusal(&held->procedure) ? 0
                                            : 2 * held->procedure.image->code.bytes + BYTES_AROUND;
}

/* An argument of the procedure, as one of the event's. */
static uint8_t bit_of(const struct procedure *p, unsigned argument) {
    return argument < p->has_closure ? 0 : (uint8_t)(1u << (argument - p->has_closure));
}

uint8_t inline_reads(const struct procedure *p) {
    return (uint8_t)(p->image->code.reads >> (1 + p->has_closure)); /* r1 has its first argument */
}

uint8_t inline_reads_conjunct(const struct procedure *p, const struct conjunct *c) {
    uint8_t reads = bit_of(p, c->source.argument);
    if (c->source.kind == GUARD_LENGTH)
        reads |= bit_of(p, (unsigned)c->source.offset);
    return reads;
}

static bool condition_reads_closure(const struct condition *condition) {
    for (uint32_t i = 0; i < condition->count; i++)
        if (condition->conjunct[i].source.argument == 0)
            return true;
    return false;
}

bool inline_reads_closure(const struct held *held) {
    const struct procedure *p = &held->procedure;
    if (!p->has_closure)
        return false;
    return held->condition ? condition_reads_closure(held->condition)
                           : p->image->code.reads >> 1 & 1;
}

void inline_arguments(const struct procedure *p, unsigned arguments,
                      struct body_argument into[PARAMETERS]) {
    for (unsigned i = 0; i < PARAMETERS; i++) {
        into[i] = (struct body_argument){.kind = BODY_NONE};
        if (i < p->has_closure)
            into[i] =
                (struct body_argument){.kind = BODY_CONSTANT, .constant = (uintptr_t)p->closure};
        else if (i - p->has_closure < arguments)
            into[i] = (struct body_argument){.kind = BODY_REGISTER,
                                             .reg = place_argument[i - p->has_closure]};
    }
}
