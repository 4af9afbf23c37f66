/* SPDX-License-Identifier: MIT */
/* verify_attempt.c -- which attempts at a proof are made, with how many steps each, and what
 * becomes of the program after the last one. */
#include "engine/assert.h"
#include "engine/verify/internal.h"
#include "lib/string.h"

#define PATIENCE             (1u << 13) /* steps, and eight for each slot... */
#define PATIENCE_MAX         (1u << 17) /* ...up to these */
#define FIRST_STEPS_MAX      (1u << 17) /* more than slots, where loops may be metered after all */
#define ONE_BY_ONE_STEPS_MAX (1u << 18) /* more than slots */

static bool is_together(enum attempt attempt) {
    return attempt < ATTEMPT_ONE_BY_ONE;
}

static uint32_t steps_for(const struct verifier *v, enum attempt attempt) {
    bool fuel = may_be_metered(v->kind);
    uint32_t slots = v->program->slots, patience = PATIENCE + 8 * slots;
    switch (attempt) {
    case ATTEMPT_PATIENT:
        return patience < PATIENCE_MAX ? patience : PATIENCE_MAX;
    case ATTEMPT_BY_CONTRACT:
    case ATTEMPT_TOGETHER:
        return fuel ? FIRST_STEPS_MAX + slots : VERIFY_STEPS_MAX;
    case ATTEMPT_ONE_BY_ONE:
        return slots + (fuel ? FIRST_STEPS_MAX : ONE_BY_ONE_STEPS_MAX);
    default:
        return slots + ONE_BY_ONE_STEPS_MAX;
    }
}

/* Nothing has been followed: the attempt follows paths as v->attempt says. */
static void begin(struct verifier *v) {
    uint32_t most = v->facts->steps + steps_for(v, v->attempt);
    memset(v->called_back, 0, v->program->function_count * sizeof *v->called_back);
    v->callback_deepest = 0;
    v->steps_max = most < v->steps_all ? most : v->steps_all;
    v->detail[0] = '\0';
    if (v->watcher && v->watcher->restart)
        v->watcher->restart(v->watcher->owner);
    v->phase = PHASE_BEGIN;
}

static void start(struct verifier *v, enum attempt attempt) {
    v->attempt = attempt;
    v->by_contract = attempt == ATTEMPT_BY_CONTRACT || attempt == ATTEMPT_BY_FUEL_AND_CONTRACT;
    if (!is_together(attempt)) {
        begin(v);
        return;
    }
    v->rule = RULE_NO_MEMORY;
    v->phase = worklist_begin(v) ? PHASE_ORDER : PHASE_NEXT;
}

void attempt_order(struct verifier *v) {
    enum order_progress progress = worklist_order(v);
    if (progress == ORDER_FOUND) {
        begin(v);
    } else if (progress == ORDER_NONE) {
        worklist_end(v);
        v->phase = PHASE_NEXT;
    }
}

/* Does a global function declare what it takes and gives? Then following into each call, if that
 * takes longer than PATIENCE says, need not be the way. */
void attempt_first(struct verifier *v) {
    const struct program *p = v->program;
    const struct verify_watcher *w = v->watcher;
    bool contracts = false;
    for (unsigned n = 0; n < UNIT_SLOTS && v->cursor + 1 < p->function_count && !contracts; n++)
        contracts = p->function[++v->cursor].contract;
    if (!contracts && v->cursor + 1 < p->function_count)
        return;
    v->cursor = 0;
    start(v, w && w->one_by_one    ? ATTEMPT_ONE_BY_ONE
             : !contracts          ? ATTEMPT_TOGETHER
             : w && w->by_contract ? ATTEMPT_BY_CONTRACT
                                   : ATTEMPT_PATIENT);
}

/* The attempt to make when this one has failed; NONE: the program is refused. What following paths
 * together does not prove may yet be true of each path by itself. */
static enum attempt after(const struct verifier *v, enum rule rule) {
    bool endless = rule == RULE_ENDLESS || rule == RULE_COMPLEXITY;
    switch (v->attempt) {
    case ATTEMPT_PATIENT:
        return may_be_metered(v->kind)   ? ATTEMPT_BY_FUEL_AND_CONTRACT
               : rule == RULE_COMPLEXITY ? ATTEMPT_BY_CONTRACT
                                         : ATTEMPT_TOGETHER;
    case ATTEMPT_BY_FUEL_AND_CONTRACT:
    case ATTEMPT_BY_CONTRACT:
        return ATTEMPT_TOGETHER;
    case ATTEMPT_TOGETHER:
        return ATTEMPT_ONE_BY_ONE;
    case ATTEMPT_ONE_BY_ONE:
        return may_be_metered(v->kind) && endless ? ATTEMPT_BY_FUEL : ATTEMPT_NONE;
    default:
        return ATTEMPT_NONE;
    }
}

void attempt_ends(struct verifier *v, enum rule rule) {
    v->rule = rule;
    v->next = PHASE_NEXT;
    if (rule && after(v, rule) == ATTEMPT_NONE)
        verify_report(v, rule); /* while the path that breaks it is there */
}

void attempt_next(struct verifier *v) {
    enum attempt next = v->rule ? after(v, v->rule) : ATTEMPT_NONE;
    if (next != ATTEMPT_NONE)
        start(v, next);
    else
        v->phase = v->rule ? PHASE_FORGET : PHASE_COMMIT;
}

static void commit_function(const struct verifier *v, uint32_t f) {
    struct program *p = v->program;
    ENGINE_ASSERT(v->frame_bytes[f] <= FRAME_BYTES, "%u bytes", v->frame_bytes[f]);
    p->function[f].called_back = v->called_back[f];
    p->function[f].frame_bytes = (uint16_t)((v->frame_bytes[f] + 7) / 8 * 8);
    if (f == 0 || p->function[f].frame_bytes > p->frame_bytes)
        p->frame_bytes = p->function[f].frame_bytes;
}

void attempt_commit(struct verifier *v) {
    struct program *p = v->program;
    for (unsigned n = 0; n < UNIT_SLOTS && v->cursor < p->function_count; n++)
        commit_function(v, v->cursor++);
    if (v->cursor < p->function_count)
        return;
    const bool endless = v->facts->cost >= COST_ENDLESS;
    p->metered = endless || v->kind->fueled;
    if (endless)
        v->facts->proven &= (uint8_t) ~(BOUNDED | EPHEMERAL);
    p->callback_stack_bytes = p->frame_bytes * v->callback_deepest;
    v->facts->stack_bytes = p->frame_bytes * v->deepest;
    v->phase = PHASE_PROVEN;
}

void attempt_forget(struct verifier *v) {
    struct program *p = v->program;
    for (unsigned n = 0; n < UNIT_SLOTS && v->cursor < p->slots; n++)
        p->mark[v->cursor++] &= (uint8_t) ~(MARK_TAKEN | MARK_PASSED);
    if (v->cursor == p->slots)
        v->phase = PHASE_REFUSED;
}
