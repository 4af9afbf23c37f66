/* SPDX-License-Identifier: MIT */
/* verify.c -- follows every path through a program: together (verify_worklist.c), and if that is
 * not enough for a proof, one by one (verify_path.c).
 *
 * Each way by itself is sound: whatever a run does is a case of states that were looked at. The
 * first is as fast as the program is long, turns of loops counted; the second knows more of each
 * path, and can say which one breaks a rule.
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
 * last attempt generalises loops until they come back to a state already seen. */
#include "engine/assert.h"
#include "engine/base/mutant.h"
#include "engine/base/program_check.h"
#include "engine/verify/state_check.h"
#include "engine/verify/internal.h"
#include "lib/string.h"

#define PATIENCE             (1u << 13) /* steps, and eight for each slot... */
#define PATIENCE_MAX         (1u << 17) /* ...up to these */
#define FIRST_STEPS_MAX      (1u << 17) /* more than slots, where loops may be metered after all */
#define ONE_BY_ONE_STEPS_MAX (1u << 18) /* more than slots */

static bool may_be_metered(const struct kind *kind) {
    return !(kind->demands & (BOUNDED | EPHEMERAL));
}

/* For the compiler: what no run does needs no code. */
static void note_ways(const struct verifier *v, bool taken, bool passed) {
    v->program->mark[v->slot] |= (uint8_t)((taken ? MARK_TAKEN : 0) | (passed ? MARK_PASSED : 0));
}

static void forget_ways(struct program *p) {
    for (uint32_t i = 0; i < p->slots; i++)
        p->mark[i] &= (uint8_t) ~(MARK_TAKEN | MARK_PASSED);
}

/* The jump may go both ways, or which it can go is known only by narrowing. */
static enum rule step_both(struct verifier *v, struct insn insn, uint32_t target) {
    struct state *taken = copy_state(v, v->now), *not_taken = v->now;
    if (!taken)
        return broken(v, RULE_NO_MEMORY, "for another path");
    v->now = taken;
    bool can_take = verify_branch(v, insn, true);
    v->now = not_taken;
    bool can_pass = verify_branch(v, insn, false);
    note_ways(v, can_take, can_pass);
    if (can_take && can_pass)
        return path_part(v, taken, target);
    if (can_take) {
        state_destroy(not_taken, v->hooks);
        v->now = taken;
        v->slot = target;
        return RULE_NONE;
    }
    state_destroy(taken, v->hooks);
    if (can_pass)
        v->slot++;
    else
        path_ends(v, 0); /* the sets contradict themselves: no run comes here */
    return RULE_NONE;
}

/* A conditional jump: the path goes on where it can; where it can go both ways, it forks. */
static enum rule step_branch(struct verifier *v, struct insn insn) {
    uint32_t target = v->slot + 1 + (uint32_t)insn_distance(insn);
    enum rule rule = verify_comparison(v, insn);
    if (rule)
        return rule;
    bool may_take = verify_may_branch(v, insn, true), may_pass = verify_may_branch(v, insn, false);
    if (may_take == may_pass)
        return step_both(v, insn, target);
    verify_branch(v, insn, may_take);
    note_ways(v, may_take, may_pass);
    v->slot = may_take ? target : v->slot + 1;
    return RULE_NONE;
}

/* What is called back uses no fuel, and neither does what it calls. */
static enum rule without_fuel(struct verifier *v, uint32_t function) {
    if (v->proving && v->proving->callback)
        v->called_back[function] = true;
    else if (v->by_fuel && v->called_back[function])
        return broken(v, RULE_CALLBACK, "the one at %u is called here, too",
                      v->program->function[function].start);
    return RULE_NONE;
}

static enum rule enter(struct verifier *v, uint32_t function, uint32_t back) {
    const struct function *f = &v->program->function[function];
    enum rule rule = without_fuel(v, function);
    if (rule)
        return rule;
    for (uint32_t i = 0; i < v->now->depth; i++)
        if (v->now->frame[i]->function == function)
            return broken(v, RULE_RECURSION, "the function at %u", f->start);
    if (v->now->depth == DEPTH_MAX)
        return broken(v, RULE_CALL_DEPTH, "%u", DEPTH_MAX);
    if (!state_push(v->now, v->hooks, function, back))
        return broken(v, RULE_NO_MEMORY, "for another function");
    struct stack_frame *caller = v->now->frame[v->now->depth - 2], *callee = state_top(v->now);
    charge_bytes(v, 2 * sizeof *callee);
    memcpy(&callee->reg[1], &caller->reg[1], PARAMETERS * sizeof(struct value));
    for (unsigned r = 0; r <= PARAMETERS; r++)
        caller->reg[r] = (struct value){.kind = VALUE_NOTHING};
    v->slot = f->start;
    if (v->deepest < v->now->depth && !MUTANT(DEPTH))
        v->deepest = v->now->depth;
    if (v->worklist)
        worklist_enter(v);
    return RULE_NONE;
}

static enum rule step_call(struct verifier *v, struct insn insn) {
    uint32_t back = v->slot + 1;
    if (insn.op == OP_CALL_STATIC) {
        enum rule rule = verify_import(v, insn);
        v->slot += !rule;
        return rule;
    }
    if (insn.op == OP_CALL_LOCAL) {
        uint32_t function = program_function_at(v->program, back + (uint32_t)insn.imm);
        enum rule rule = RULE_NONE;
        if (!verify_contract(v, function, &rule))
            return enter(v, function, back);
        v->slot += !rule;
        return rule;
    }
    const struct value *target = reg(v, insn.dst);
    if (target->kind != VALUE_FUNCTION)
        return broken(v, RULE_CALL_TARGET, "r%u is no function", insn.dst);
    return enter(v, target->index, back);
}

/* Of the program, or of the function of it that is proven by itself. */
static const struct signature *followed(const struct verifier *v) {
    return v->proving ? v->proving->signature : &v->kind->entry;
}

static enum rule check_result(struct verifier *v) {
    const struct shape *wanted = &followed(v)->result;
    const struct value *r0 = reg(v, 0);
    if (v->now->references && !MUTANT(LEAK))
        return broken(v, RULE_NOT_RELEASED, "%u held", v->now->references);
    if (wanted->kind == SHAPE_NONE)
        return RULE_NONE;
    if (r0->kind == VALUE_NOTHING)
        return broken(v, RULE_UNSET, "r0 is the result");
    if (r0->kind != VALUE_NUMBER)
        return broken(v, RULE_RESULT, "r0 is a pointer");
    if ((wanted->min | wanted->max) && !(MUTANT(CALLBACK_RESULT) && v->proving) &&
        (r0->number.umin < wanted->min || r0->number.umax > wanted->max))
        return broken(v, RULE_RESULT, "it must be from %llu to %llu",
                      (unsigned long long)wanted->min, (unsigned long long)wanted->max);
    return RULE_NONE;
}

/* A pointer to a stack frame that is no more. */
static void forget_frame(struct value *value, void *with) {
    uint32_t depth = *(const uint32_t *)with;
    if (value->kind != VALUE_STACK || value->frame < depth)
        return;
    if (MUTANT(FRAME_STAYS))
        value->frame = (uint8_t)(depth - 1);
    else
        *value = (struct value){.kind = VALUE_NOTHING};
}

static enum rule step_exit(struct verifier *v) {
    if (v->now->depth == 1) {
        enum rule rule = check_result(v);
        if (!rule)
            path_ends(v, 0);
        return rule;
    }
    struct value result = *reg(v, 0);
    v->slot = state_top(v->now)->back;
    ENGINE_ASSERT(v->slot > 0 && v->slot < v->program->slots, "back to %u", v->slot);
    state_pop(v->now, v->hooks);
    *reg(v, 0) = result;
    each_value(v, forget_frame, &v->now->depth);
    return v->worklist ? worklist_return(v) : RULE_NONE;
}

/* Executes the instruction at v->slot and moves v->slot to the next one. */
static enum rule step(struct verifier *v) {
    struct insn insn = v->program->insn[v->slot];
    const struct opcode_info *info = insn_info(insn);
    enum rule rule;
    v->cost++;
    switch (info->kind) {
    case KIND_ALU:
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
        return step_call(v, insn);
    case KIND_JUMP:
        if (info->operation != DO_ALWAYS)
            return step_branch(v, insn);
        v->slot += 1 + (uint32_t)insn_distance(insn);
        return RULE_NONE;
    default:
        return step_exit(v);
    }
    v->slot += !rule;
    return rule;
}

/* Looks at the instruction at v->slot. */
static enum rule look(struct verifier *v) {
    if (!has_steps(v))
        return broken(v, RULE_COMPLEXITY, "%u steps taken", v->facts->steps);
    v->facts->steps++;
    /* Where paths come together; a campaign's watcher looks before each instruction. */
    ENGINE_ASSERT(v->watcher || !v->arrived || !state_broken(v->now), "before instruction %u: %s",
                  v->slot, state_broken(v->now));
    if (v->watcher)
        v->watcher->step(v->watcher->owner, v->slot, v->now);
    return step(v);
}

/* Follows the path until it ends, or waits for others. */
static enum rule follow(struct verifier *v) {
    enum rule rule = RULE_NONE;
    while (v->now && !rule) {
        if (!v->arrived && v->program->mark[v->slot] & MARK_TARGET)
            rule = v->worklist ? worklist_arrive(v) : path_checkpoint(v);
        v->arrived = false;
        if (!rule && v->now)
            rule = look(v);
    }
    return rule;
}

/* Goes on with another path, if there is one: then v->now is not null. */
static enum rule take(struct verifier *v) {
    if (v->worklist)
        return worklist_take(v);
    if (v->waiting)
        path_take_waiting(v);
    return RULE_NONE;
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
    v->arrived = false;
    v->deepest = 1;
    v->now = state_create(v->hooks);
    if (!v->now || !state_push(v->now, v->hooks, function, 0) ||
        (!v->worklist && !node_create(v, 1, NULL)))
        return broken(v, RULE_NO_MEMORY, "for the first state");
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

static enum rule follow_all(struct verifier *v) {
    enum rule rule = begin(v);
    while (!rule && v->now) {
        rule = follow(v);
        if (!rule)
            rule = take(v);
    }
    if (!rule && budget(v) && v->facts->cost > budget(v))
        rule = broken(v, RULE_BUDGET, "%llu of %llu", (unsigned long long)v->facts->cost,
                      (unsigned long long)budget(v));
    return rule;
}

/* Nothing of what was followed is left. */
static void begin_again(struct verifier *v) {
    path_end_all(v);
    if (v->worklist)
        worklist_again(v);
}

static bool is_callback(const struct verifier *v) {
    return v->proving && v->proving->callback;
}

/* Is it the declaration of a global function that the rule is broken for? */
static bool is_contract(const struct verifier *v, enum rule rule) {
    return v->proving->signature == v->program->function[v->proving->function].contract &&
           rule != RULE_NO_MEMORY && rule != RULE_COMPLEXITY;
}

/* The program, and before it what it turns out to need proven by itself. */
static enum rule prove(struct verifier *v, bool by_fuel) {
    for (;;) {
        v->by_fuel = by_fuel && !v->proving;
        enum rule rule = follow_all(v);
        if (rule == RULE_ENDLESS && is_callback(v) && may_be_metered(v->kind))
            rule = broken(v, RULE_CALLBACK, "nothing shows that this loop ends");
        if (rule != RULE_LATER && (!v->proving || (rule && !is_contract(v, rule))))
            return rule;
        if (rule != RULE_LATER)
            contract_is_decided(v, rule);
        begin_again(v);
    }
}

/* Follows all paths, proving that loops end or, by fuel, without. */
static enum rule attempt(struct verifier *v, bool by_fuel, uint32_t steps_max) {
    contracts_end(v);
    memset(v->called_back, 0, v->program->function_count * sizeof *v->called_back);
    v->callback_deepest = 0;
    v->steps_max = v->facts->steps + steps_max;
    if (v->steps_max > v->steps_all)
        v->steps_max = v->steps_all;
    v->detail[0] = '\0';
    if (v->watcher && v->watcher->restart)
        v->watcher->restart(v->watcher->owner);
    return prove(v, by_fuel);
}

/* Follows all paths together. What this does not prove may yet be true of each path by itself. */
static enum rule attempt_together(struct verifier *v, uint32_t steps_max) {
    if (!worklist_begin(v))
        return RULE_NO_MEMORY;
    enum rule rule = attempt(v, false, steps_max);
    path_end_all(v);
    if (v->worklist)
        worklist_end(v);
    return rule;
}

/* Where following into each call takes longer than PATIENCE says, global functions are taken at
 * their word. */
static bool attempt_by_contract(struct verifier *v, uint32_t steps_max) {
    bool contracts = false;
    for (uint32_t f = 1; f < v->program->function_count; f++)
        contracts |= v->program->function[f].contract != NULL;
    if (!contracts)
        return false;
    if (!(v->watcher && v->watcher->by_contract)) {
        uint32_t patience = PATIENCE + 8 * v->program->slots;
        enum rule rule = attempt_together(v, patience < PATIENCE_MAX ? patience : PATIENCE_MAX);
        if (rule != RULE_COMPLEXITY)
            return rule == RULE_NONE;
    }
    v->by_contract = true;
    enum rule rule = attempt_together(v, steps_max);
    v->by_contract = false;
    return rule == RULE_NONE;
}

static enum rule attempts(struct verifier *v) {
    bool fuel = may_be_metered(v->kind), one_by_one = v->watcher && v->watcher->one_by_one;
    uint32_t slots = v->program->slots,
             together = fuel ? FIRST_STEPS_MAX + slots : VERIFY_STEPS_MAX;
    if (!one_by_one &&
        (attempt_by_contract(v, together) || attempt_together(v, together) == RULE_NONE))
        return RULE_NONE;
    enum rule rule = attempt(v, false, slots + (fuel ? FIRST_STEPS_MAX : ONE_BY_ONE_STEPS_MAX));
    if (fuel && (rule == RULE_ENDLESS || rule == RULE_COMPLEXITY)) {
        path_end_all(v);
        rule = attempt(v, true, slots + ONE_BY_ONE_STEPS_MAX);
    }
    if (rule)
        verify_report(v, rule);
    path_end_all(v);
    return rule;
}

static void release_tables(struct verifier *v) {
    const struct hooks *h = v->hooks;
    contracts_end(v);
    if (v->frame_bytes)
        h->release(h->owner, v->frame_bytes, v->program->function_count * sizeof *v->frame_bytes);
    if (v->called_back)
        h->release(h->owner, v->called_back, v->program->function_count * sizeof *v->called_back);
    if (v->newest)
        h->release(h->owner, v->newest, v->program->slots * sizeof(struct node *));
    if (v->liveness.live)
        h->release(h->owner, v->liveness.live, 2 * v->program->slots * sizeof(uint16_t));
}

/* What was found out becomes part of the program. */
static void commit(const struct verifier *v, struct program *p) {
    p->metered = v->facts->cost >= COST_ENDLESS;
    if (p->metered)
        v->facts->proven &= (uint8_t) ~(BOUNDED | EPHEMERAL);
    p->frame_bytes = 0;
    for (uint32_t f = 0; f < p->function_count; f++) {
        ENGINE_ASSERT(v->frame_bytes[f] <= FRAME_BYTES, "%u bytes", v->frame_bytes[f]);
        p->function[f].called_back = v->called_back[f];
        p->function[f].frame_bytes = (uint16_t)((v->frame_bytes[f] + 7) / 8 * 8);
        if (p->function[f].frame_bytes > p->frame_bytes)
            p->frame_bytes = p->function[f].frame_bytes;
    }
    p->callback_stack_bytes = p->frame_bytes * v->callback_deepest;
    v->facts->stack_bytes = p->frame_bytes * v->deepest;
}

bool verify_watched(struct program *p, const struct kind *kind, const struct hooks *h,
                    struct facts *facts, struct verdict *verdict,
                    const struct verify_watcher *watcher) {
    struct verifier v = {.program = p,
                         .kind = kind,
                         .hooks = h,
                         .facts = facts,
                         .verdict = verdict,
                         .steps_all = VERDICT_STEPS_MAX(p->slots),
                         .watcher = watcher};
    enum rule rule = RULE_NO_MEMORY;
    PROGRAM_ASSERT(p);
    facts->steps = 0;
    verdict->rule = RULE_NONE;
    v.liveness.live = h->allocate(h->owner, 2 * p->slots * sizeof(uint16_t));
    v.newest = h->allocate(h->owner, p->slots * sizeof(struct node *));
    v.frame_bytes = h->allocate(h->owner, p->function_count * sizeof *v.frame_bytes);
    v.called_back = h->allocate(h->owner, p->function_count * sizeof *v.called_back);
    if (v.liveness.live && v.newest && v.frame_bytes && v.called_back) {
        v.liveness.matters = v.liveness.live + p->slots;
        bool again = p->mark[0] & MARK_CALLED; /* as one that is called back, of another result */
        bool result = again || (kind->entry.result.min | kind->entry.result.max);
        charge(&v, PARTS_LIVENESS * liveness(p, result, &v.liveness));
        rule = attempts(&v);
    } else {
        verify_report(&v, rule);
    }
    if (!rule)
        commit(&v, p);
    else
        forget_ways(p);
    release_tables(&v);
    return rule == RULE_NONE;
}

bool verify(struct program *p, const struct kind *kind, const struct hooks *h, struct facts *facts,
            struct verdict *verdict) {
    return verify_watched(p, kind, h, facts, verdict, NULL);
}
