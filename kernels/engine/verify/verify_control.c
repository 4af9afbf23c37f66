/* SPDX-License-Identifier: MIT */
/* verify_control.c -- where a path goes on: conditional jumps, calls within a program, returns. */
#include "engine/assert.h"
#include "engine/base/mutant.h"
#include "engine/verify/internal.h"
#include "lib/string.h"

/* For the compiler: what no run does needs no code. */
static void note_ways(const struct verifier *v, bool taken, bool passed) {
    v->program->mark[v->slot] |= (uint8_t)((taken ? MARK_TAKEN : 0) | (passed ? MARK_PASSED : 0));
}

/* The jump may go both ways, or which it can go is known only by narrowing. */
static enum rule jump_both(struct verifier *v, struct insn insn, uint32_t target) {
    struct state *taken = copy_state(v, v->now), *not_taken = v->now;
    if (!taken)
        return reject(v, RULE_NO_MEMORY, "for another path");
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
enum rule verify_jump(struct verifier *v, struct insn insn) {
    uint32_t target = v->slot + 1 + (uint32_t)insn_distance(insn);
    ENGINE_ASSERT(target < v->program->slots, "slot %u leads to %u", v->slot, target);
    enum rule rule = verify_comparison(v, insn);
    if (rule)
        return rule;
    bool may_take = verify_may_branch(v, insn, true), may_pass = verify_may_branch(v, insn, false);
    if (may_take == may_pass)
        return jump_both(v, insn, target);
    verify_branch(v, insn, may_take);
    note_ways(v, may_take, may_pass);
    v->slot = may_take ? target : v->slot + 1;
    return RULE_NONE;
}

/* What is called back uses no fuel, and neither does what it calls. */
enum rule without_fuel(struct verifier *v, uint32_t function) {
    if (v->proving && v->proving->callback)
        v->called_back[function] = true;
    else if (v->by_fuel && v->called_back[function])
        return reject(v, RULE_CALLBACK, "the one at %u is called here, too",
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
            return reject(v, RULE_RECURSION, "the function at %u", f->start);
    if (v->now->depth == DEPTH_MAX)
        return reject(v, RULE_CALL_DEPTH, "%u", DEPTH_MAX);
    if (!state_push(v->now, v->hooks, function, back))
        return reject(v, RULE_NO_MEMORY, "for another function");
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

enum rule verify_call(struct verifier *v, struct insn insn) {
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
        return reject(v, RULE_CALL_TARGET, "r%u is no function", insn.dst);
    return enter(v, target->index, back);
}

const struct signature *followed(const struct verifier *v) {
    return v->proving ? v->proving->signature : &v->kind->entry;
}

static enum rule check_result(struct verifier *v) {
    const struct shape *wanted = &followed(v)->result;
    const struct value *r0 = reg(v, 0);
    if (v->now->references && !MUTANT(LEAK))
        return reject(v, RULE_NOT_RELEASED, "%u held", v->now->references);
    if (wanted->kind == SHAPE_NONE)
        return RULE_NONE;
    if (r0->kind == VALUE_NOTHING)
        return reject(v, RULE_UNSET, "r0 is the result");
    if (r0->kind != VALUE_NUMBER)
        return reject(v, RULE_RESULT, "r0 is a pointer");
    if ((wanted->min | wanted->max) && !(MUTANT(CALLBACK_RESULT) && v->proving) &&
        (r0->number.umin < wanted->min || r0->number.umax > wanted->max))
        return reject(v, RULE_RESULT, "it must be from %llu to %llu",
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

enum rule verify_exit(struct verifier *v) {
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
