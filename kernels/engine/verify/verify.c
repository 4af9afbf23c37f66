/* SPDX-License-Identifier: MIT */
/* verify.c -- follows every path through a program: together (verify_worklist.c), and if that is
 * not enough for a proof, one by one (verify_path.c); which of them when, see verify_attempt.c.
 *
 * Each way by itself is sound: whatever a run does is a case of states that were looked at. The
 * first is as fast as the program is long, iterations of loops counted; the second knows more of
 * each path, and can say which one breaks a rule.
 *
 * One by one, paths are followed depth first. Where a jump can go both ways, one continuation
 * waits. Where jumps lead (a checkpoint) the state is kept, and a later path that arrives with a
 * special case of it need not be followed again. Three things follow from following depth first: a
 * checkpoint that is not finished lies on the path being followed, so that coming to it again is a
 * loop that does not end; the cost of what follows a finished one is known; and states that differ
 * only in numbers can be generalised when they pile up, since what was true of each is not needed
 * any more.
 *
 * A loop is proven to end by running it out. Where that fails and the kind allows fuel instead, a
 * last attempt generalises loops until they come back to a state already seen.
 *
 * All of it goes in units: bounded pieces of work, between which nothing is on the stack. */
#include "engine/assert.h"
#include "engine/base/program_check.h"
#include "engine/verify/state_check.h"
#include "engine/verify/internal.h"
#include "lib/string.h"

static bool divides(const struct opcode_info *info) {
    return info->operation == DO_DIV || info->operation == DO_MOD || info->operation == DO_SDIV ||
           info->operation == DO_SMOD;
}

/* Executes the instruction at v->slot and moves v->slot to the next one. */
static enum rule step(struct verifier *v) {
    struct insn insn = v->program->insn[v->slot];
    const struct opcode_info *info = insn_info(insn);
    enum rule rule;
    v->cost++;
    switch (info->kind) {
    case KIND_ALU:
        v->cost += divides(info) ? v->kind->division : 0;
        rule = verify_alu(v, insn);
        break;
    case KIND_LOAD:
        rule = verify_load(v, insn);
        break;
    case KIND_STORE:
        rule = verify_store(v, insn);
        break;
    case KIND_ATOMIC:
        rule = verify_atomic(v, insn);
        break;
    case KIND_CONST:
        rule = verify_constant(v, v->slot);
        v->slot += !rule;
        break;
    case KIND_CALL:
        return verify_call(v, insn);
    case KIND_JUMP:
        if (info->operation != DO_ALWAYS)
            return verify_jump(v, insn);
        v->slot += 1 + (uint32_t)insn_distance(insn);
        return RULE_NONE;
    default:
        return verify_exit(v);
    }
    v->slot += !rule;
    return rule;
}

/* Interprets the instruction at v->slot. */
static enum rule visit(struct verifier *v) {
    if (!has_steps(v))
        return reject(v, RULE_COMPLEXITY, "%u steps taken", v->facts->steps);
    v->facts->steps++;
    /* Where paths come together; a campaign's watcher looks before each instruction. */
    ENGINE_ASSERT(v->watcher || !v->arrived || !state_broken(v->now), "before instruction %u: %s",
                  v->slot, state_broken(v->now));
    v->arrived = false;
    if (v->watcher)
        v->watcher->step(v->watcher->owner, v->slot, v->now);
    return step(v);
}

static bool is_callback(const struct verifier *v) {
    return v->proving && v->proving->callback;
}

/* The state in which a function starts that is followed by itself: the program, as a rule. */
static enum rule begin(struct verifier *v) {
    uint32_t function = v->proving ? v->proving->function : 0, steps = v->facts->steps;
    memset(v->facts, 0, sizeof *v->facts);
    v->facts->proven = FUNCTIONAL | EPHEMERAL | DETERMINISTIC | BOUNDED;
    v->facts->steps = steps;
    v->slot = v->program->function[function].start;
    v->serial = v->turned = 0;
    v->cost = 0;
    v->branch = BRANCH_NONE;
    v->arrived = v->followed = false;
    v->busy = BUSY_WITH_NOTHING;
    v->by_fuel = v->attempt >= ATTEMPT_BY_FUEL_AND_CONTRACT && !is_callback(v);
    v->deepest = 1;
    v->now = state_create(v->hooks);
    if (!v->now || !state_push(v->now, v->hooks, function, 0) ||
        (!v->worklist && !node_create(v, 1, NULL)))
        return reject(v, RULE_NO_MEMORY, "for the first state");
    if (v->worklist)
        worklist_enter(v);
    for (unsigned i = 0; i < PARAMETERS; i++) {
        struct value value =
            value_of_shape(v, &followed(v)->parameter[i], (uint8_t)(ORIGIN_ARGUMENT + i));
        *reg(v, i + 1) = value;
    }
    return without_fuel(v, function);
}

static uint64_t budget(const struct verifier *v) {
    if (v->proving)
        return v->proving->signature->cost;
    return may_be_metered(v->kind) ? 0 : v->kind->budget;
}

/* Between two instructions. */
static enum rule go_on_with(struct verifier *v) {
    if (v->busy == BUSY_JOINING)
        return worklist_join(v);
    if (v->busy == BUSY_SEARCHING)
        return path_search(v);
    path_end_nodes(v);
    return RULE_NONE;
}

/* Goes on with another path, if there is one. */
static enum rule take(struct verifier *v) {
    enum rule rule = v->worklist ? worklist_take(v) : path_take_waiting(v);
    v->followed = !rule && !v->now;
    return rule;
}

/* One more piece of what is being followed. */
static enum rule follow(struct verifier *v) {
    if (v->busy)
        return go_on_with(v);
    if (!v->now)
        return take(v);
    if (v->arrived || !(v->program->mark[v->slot] & MARK_TARGET))
        return visit(v);
    return v->worklist ? worklist_arrive(v) : path_checkpoint(v);
}

/* Is it the declaration of a global function that the rule is broken for? */
static bool is_contract(const struct verifier *v, enum rule rule) {
    return v->proving->signature == v->program->function[v->proving->function].contract &&
           rule != RULE_NO_MEMORY && rule != RULE_COMPLEXITY;
}

/* All has been followed to its ends, or breaks a rule. The program comes last, behind what it turns
 * out to need proven by itself. */
static void decide(struct verifier *v, enum rule rule) {
    if (!rule && budget(v) && v->facts->cost > budget(v))
        rule = reject(v, RULE_BUDGET, "%llu of %llu", (unsigned long long)v->facts->cost,
                      (unsigned long long)budget(v));
    if (rule == RULE_ENDLESS && is_callback(v) && may_be_metered(v->kind))
        rule = reject(v, RULE_CALLBACK, "nothing shows that this loop ends");
    v->phase = PHASE_CLEAN;
    if (rule != RULE_LATER && (!v->proving || (rule && !is_contract(v, rule)))) {
        attempt_ends(v, rule);
        return;
    }
    if (rule != RULE_LATER)
        contract_is_decided(v, rule);
    v->next = PHASE_BEGIN;
}

/* Nothing of what was followed is left; at an attempt's end neither are the contracts. */
static bool clean(struct verifier *v) {
    if (!path_clean(v) || (v->worklist && !worklist_clean(v)))
        return false;
    if (v->next == PHASE_BEGIN)
        return true;
    if (!contracts_clean(v))
        return false;
    if (v->worklist)
        worklist_end(v);
    return true;
}

static void find_liveness(struct verifier *v) {
    if (!liveness_go(&v->search_live, UNIT_SLOTS))
        return;
    charge(v, PARTS_LIVENESS * v->search_live.looked_at);
    v->phase = PHASE_CONTRACTS;
}

/* One unit of work. */
static void work(struct verifier *v) {
    enum rule rule;
    if (v->phase == PHASE_FOLLOW) {
        rule = follow(v);
        if (rule || v->followed)
            decide(v, rule);
        return;
    }
    switch (v->phase) {
    case PHASE_LIVENESS:
        find_liveness(v);
        break;
    case PHASE_CONTRACTS:
        attempt_first(v);
        break;
    case PHASE_ORDER:
        attempt_order(v);
        break;
    case PHASE_BEGIN:
        rule = begin(v);
        v->phase = PHASE_FOLLOW;
        if (rule)
            decide(v, rule);
        break;
    case PHASE_CLEAN:
        if (clean(v))
            v->phase = v->next;
        break;
    case PHASE_NEXT:
        attempt_next(v);
        break;
    case PHASE_COMMIT:
        attempt_commit(v);
        break;
    default:
        ENGINE_ASSERT(v->phase == PHASE_FORGET, "phase %u", v->phase);
        attempt_forget(v);
        break;
    }
}

enum verify_progress verify_go(struct verifier *v, uint32_t units) {
    for (; units && v->phase < PHASE_PROVEN; units--)
        work(v);
    return v->phase == PHASE_PROVEN    ? VERIFY_PROVEN
           : v->phase == PHASE_REFUSED ? VERIFY_REFUSED
                                       : VERIFY_GOES_ON;
}

void verify_give_up(struct verifier *v) {
    if (v->phase >= PHASE_COMMIT)
        return;
    v->attempt = ATTEMPT_BY_FUEL;
    attempt_ends(v, reject(v, RULE_COMPLEXITY, "it was given up"));
    v->phase = PHASE_CLEAN;
}

static void release_tables(struct verifier *v) {
    const struct hooks *h = v->hooks;
    h->release(h->owner, v->frame_bytes, v->program->function_count * sizeof *v->frame_bytes);
    h->release(h->owner, v->called_back, v->program->function_count * sizeof *v->called_back);
    h->release(h->owner, v->newest, v->program->slots * sizeof(struct node *));
    h->release(h->owner, v->liveness.live, 2 * v->program->slots * sizeof(uint16_t));
    h->release(h->owner, v, sizeof *v);
}

static bool make_tables(struct verifier *v) {
    const struct program *p = v->program;
    const struct hooks *h = v->hooks;
    v->liveness.live = h->allocate(h->owner, 2 * p->slots * sizeof(uint16_t));
    v->newest = h->allocate(h->owner, p->slots * sizeof(struct node *));
    v->frame_bytes = h->allocate(h->owner, p->function_count * sizeof *v->frame_bytes);
    v->called_back = h->allocate(h->owner, p->function_count * sizeof *v->called_back);
    v->liveness.matters = v->liveness.live + p->slots;
    return v->liveness.live && v->newest && v->frame_bytes && v->called_back;
}

struct verifier *verify_start(struct program *p, const struct kind *kind, const struct hooks *h,
                              struct facts *facts, struct verdict *verdict,
                              const struct verify_watcher *watcher) {
    struct verifier first = {.program = p,
                             .kind = kind,
                             .hooks = h,
                             .facts = facts,
                             .verdict = verdict,
                             .steps_all = VERDICT_STEPS_MAX(p->slots),
                             .watcher = watcher};
    struct verifier *v = h->allocate(h->owner, sizeof *v);
    PROGRAM_ASSERT(p);
    facts->steps = 0;
    verdict->rule = RULE_NONE;
    if (v)
        *v = first;
    if (!v || !make_tables(v)) {
        verify_report(&first, RULE_NO_MEMORY);
        if (v)
            release_tables(v);
        return NULL;
    }
    bool again = p->mark[0] & MARK_CALLED; /* as one that is called back, of another result */
    bool result = again || (kind->entry.result.min | kind->entry.result.max);
    liveness_begin(&v->search_live, p, result, &v->liveness);
    return v;
}

void verify_end(struct verifier *v) {
    verify_give_up(v);
    while (v->phase < PHASE_PROVEN)
        work(v);
    release_tables(v);
}

bool verify_watched(struct program *p, const struct kind *kind, const struct hooks *h,
                    struct facts *facts, struct verdict *verdict,
                    const struct verify_watcher *watcher) {
    struct verifier *v = verify_start(p, kind, h, facts, verdict, watcher);
    if (!v)
        return false;
    while (verify_go(v, UINT32_MAX) == VERIFY_GOES_ON)
        continue;
    bool proven = v->phase == PHASE_PROVEN;
    verify_end(v);
    return proven;
}

bool verify(struct program *p, const struct kind *kind, const struct hooks *h, struct facts *facts,
            struct verdict *verdict) {
    return verify_watched(p, kind, h, facts, verdict, NULL);
}
