/* SPDX-License-Identifier: MIT */
/* verify_effort.c -- the work of a proof, counted. The sender of a program chooses what the
 * verifier spends its time on: few instructions over large states, or many paths that are
 * compared with each other again and again. So whatever takes time in proportion to something is
 * charged here, in parts of a step. Where a number of parts is wrong, nothing but the time to a
 * verdict is. */
#include "engine/verify/internal.h"
#include "engine/assert.h"

/* Bytes a part. To keep memory in bounds, copies are dearer than they are long. */
#define COPIED_BYTES   8
#define ZEROED_BYTES   64 /* a part */
#define PARTS_COMPARED 7  /* a value */

void charge(struct verifier *v, uint64_t parts) {
    ENGINE_ASSERT(v->parts < STEP_PARTS, "%llu parts are left over", (unsigned long long)v->parts);
    parts += v->parts;
    v->facts->steps += (uint32_t)(parts / STEP_PARTS);
    v->parts = parts % STEP_PARTS;
}

void charge_bytes(struct verifier *v, size_t bytes) {
    charge(v, bytes / ZEROED_BYTES);
}

struct state *copy_state(struct verifier *v, const struct state *s) {
    charge(v, state_bytes(s) / COPIED_BYTES);
    return state_copy(s, v->hooks);
}

bool is_within(struct verifier *v, const struct state *inner, struct state *outer) {
    uint64_t looked_at = 0;
    bool within = state_within(inner, outer, &v->liveness, v->slot, &looked_at);
    charge(v, PARTS_COMPARED * looked_at);
    return within;
}

bool join_state(struct verifier *v, struct state *s, const struct state *other, uint32_t slot) {
    uint64_t looked_at = 0;
    bool joined = state_join(s, other, &v->liveness, slot, &looked_at);
    charge(v, PARTS_COMPARED * looked_at);
    return joined;
}

void each_value(struct verifier *v, void (*visit)(struct value *value, void *with), void *with) {
    charge(v, state_values(v->now));
    state_each_value(v->now, visit, with);
}
