/* SPDX-License-Identifier: MIT */
/* verify.c -- follows every path through a program, depth first.
 *
 * Where a jump can go both ways, one continuation waits. Where jumps lead (a checkpoint) the state
 * is kept, and a later path that arrives with a special case of it need not be followed again.
 * Three things follow from following depth first: a checkpoint that is not finished lies on the
 * path being followed, so that meeting it again is a loop that does not end; the cost of what
 * follows a finished one is known; and states that differ only in numbers can be generalised when
 * they pile up, since what was true of each is not needed any more.
 *
 * A loop is proven to end by running it out. Where that fails and the kind allows fuel instead, a
 * second attempt generalises loops until they come back to a state already seen. */
#include "engine/verify_internal.h"
#include "lib/string.h"

#define CHECKPOINTS_MAX 65536 /* states kept, of one to two kilobytes */
#define COMPARED_MAX    256   /* of a slot's checkpoints, newest first, for each arrival */
#define LOOKED_AT_MAX   1024  /* to find the one to generalise with */
#define PATIENT         12    /* finished ones that did not match: time to generalise... */
#define IMPATIENT       3     /* ... and this many when the program turns out to be a tangle: */
#define TANGLE          8192  /* so many steps more than two for each slot */
#define TURNS_APART     4     /* turns of a loop by fuel before it is generalised */
#define FIRST_STEPS_MAX (1u << 17) /* of the first attempt, where a second one is possible */

static uint64_t cost_sum(uint64_t a, uint64_t b) {
    return a + b < COST_ENDLESS ? a + b : COST_ENDLESS;
}

/* The path goes on from a new node. */
static struct node *node_create(struct verifier *v, uint32_t pending, struct state *state) {
    struct node *n = v->hooks->allocate(v->hooks->owner, sizeof *n);
    if (!n)
        return NULL;
    *n = (struct node){.parent = v->at,
                       .state = state,
                       .slot = v->slot,
                       .serial = ++v->serial,
                       .pending = pending,
                       .branch = v->branch,
                       .cost = v->cost};
    if (state) {
        n->older = v->newest[v->slot];
        v->newest[v->slot] = n;
        n->next = v->kept;
        v->kept = n;
        v->kept_count++;
    }
    v->at = n;
    v->branch = BRANCH_NONE;
    v->cost = 0;
    return n;
}

/* Forks go when both ways have been followed; checkpoints stay. Gives the parent. */
static struct node *node_leave(struct verifier *v, struct node *n) {
    struct node *parent = n->parent;
    if (!n->state)
        v->hooks->release(v->hooks->owner, n, sizeof *n);
    return parent;
}

/* The path being followed ends here, after which at most `worst` more is to be paid. */
static void path_ends(struct verifier *v, uint64_t worst) {
    uint64_t below = cost_sum(v->cost, worst);
    struct node *n = v->at;
    while (n) {
        if (n->worst < below)
            n->worst = below;
        if (--n->pending)
            break;
        below = cost_sum(n->worst, n->cost);
        if (!n->parent)
            v->facts->cost = below;
        n = node_leave(v, n);
    }
    v->at = n;
    state_destroy(v->now, v->hooks);
    v->now = NULL;
}

static bool may_be_metered(const struct kind *kind) {
    return !(kind->demands & (BOUNDED | EPHEMERAL));
}

/* The path has come back to where it was. */
static enum rule path_returns(struct verifier *v) {
    if (!v->by_fuel)
        return broken(v, RULE_ENDLESS, "it comes back to here with nothing new");
    path_ends(v, COST_ENDLESS);
    return RULE_NONE;
}

/* Need the state not be followed, since n's was? A smaller case of an earlier turn of the same loop
 * must be: the loop may yet run out. */
static bool covers(const struct verifier *v, const struct node *n) {
    if (!state_within(v->now, n->state, &v->liveness, v->slot))
        return false;
    return !n->pending || v->by_fuel || state_within(n->state, v->now, &v->liveness, v->slot);
}

/* Looks for a checkpoint of which the state is a special case. If there is none, *like is one that
 * the state should be generalised with, or null; *grow is whether it should grow at once.
 *
 * The finished checkpoint to generalise with is that of the same turn of all loops around: the
 * oldest one here that was made after the fork where this path left the one before, unless this
 * path has been here since. */
static struct node *find_covering(struct verifier *v, struct node **like, bool *grow) {
    unsigned looked_at = 0, turns = 0;
    bool later_turn = false;
    struct node *sibling = NULL, *last_turn = NULL;
    for (struct node *n = v->newest[v->slot]; n && looked_at < LOOKED_AT_MAX;
         n = n->older, looked_at++) {
        if (looked_at < COMPARED_MAX && covers(v, n))
            return n;
        if (looked_at >= COMPARED_MAX && n->serial <= v->turned)
            break;
        if (!n->pending && n->serial > v->turned)
            sibling = n;
        if (n->pending && turns++ == 0)
            last_turn = n;
        later_turn |= n->pending && n->serial > v->turned;
    }
    if (looked_at == LOOKED_AT_MAX || later_turn)
        sibling = NULL; /* of another turn, or perhaps so */
    if (looked_at > COMPARED_MAX && sibling && covers(v, sibling))
        return sibling;
    bool tangle = v->facts->steps > 2 * v->program->slots + TANGLE;
    bool piled = sibling && ++sibling->arrivals >= (tangle ? IMPATIENT : PATIENT);
    *grow = v->by_fuel && turns >= TURNS_APART;
    *like = *grow ? last_turn : piled ? sibling : NULL;
    return NULL;
}

static enum rule generalise(struct verifier *v, const struct node *like, bool grow) {
    struct state *wide = state_copy(v->now, v->hooks);
    if (!wide)
        return broken(v, RULE_NO_MEMORY, "for another state");
    if (state_widen(wide, like->state, &v->liveness, v->slot, grow)) {
        state_destroy(v->now, v->hooks);
        v->now = wide;
    } else {
        state_destroy(wide, v->hooks);
    }
    return RULE_NONE;
}

static enum rule keep(struct verifier *v) {
    if (v->kept_count >= CHECKPOINTS_MAX)
        return RULE_NONE;
    struct state *kept = state_copy(v->now, v->hooks);
    if (kept && node_create(v, 1, kept))
        return RULE_NONE;
    if (kept)
        state_destroy(kept, v->hooks);
    return broken(v, RULE_NO_MEMORY, "for another state");
}

/* A place where jumps lead. Sets v->now to null when the path need not be followed further. */
static enum rule checkpoint(struct verifier *v) {
    for (int again = 0; again < 2; again++) {
        struct node *like = NULL;
        bool grow = false;
        struct node *found = find_covering(v, &like, &grow);
        if (found && found->pending)
            return path_returns(v);
        if (found) {
            path_ends(v, found->worst);
            return RULE_NONE;
        }
        if (!like || again)
            break;
        enum rule rule = generalise(v, like, grow);
        if (rule)
            return rule;
    }
    return keep(v);
}

/* Leaves a continuation at `slot` for later; takes the state. */
static enum rule wait(struct verifier *v, struct state *state, uint32_t slot, uint8_t branch) {
    struct path *p = v->hooks->allocate(v->hooks->owner, sizeof *p);
    if (!p) {
        state_destroy(state, v->hooks);
        return broken(v, RULE_NO_MEMORY, "for another path");
    }
    *p = (struct path){
        .below = v->waiting, .parent = v->at, .state = state, .slot = slot, .branch = branch};
    v->waiting = p;
    return RULE_NONE;
}

/* The path goes both ways: on with v->now, and later with `taken` at `target`. */
static enum rule part(struct verifier *v, struct state *taken, uint32_t target) {
    if (!node_create(v, 2, NULL)) {
        state_destroy(taken, v->hooks);
        return broken(v, RULE_NO_MEMORY, "for another path");
    }
    enum rule rule = wait(v, taken, target, BRANCH_TAKEN);
    v->branch = BRANCH_NOT_TAKEN;
    v->slot += !rule;
    return rule;
}

/* A conditional jump: the path goes on where it can; where it can go both ways, it forks. */
static enum rule step_branch(struct verifier *v, struct insn insn) {
    uint32_t target = v->slot + 1 + (uint32_t)insn_distance(insn);
    enum rule rule = verify_comparison(v, insn);
    if (rule)
        return rule;
    struct state *taken = state_copy(v->now, v->hooks), *not_taken = v->now;
    if (!taken)
        return broken(v, RULE_NO_MEMORY, "for another path");
    v->now = taken;
    bool can_take = verify_branch(v, insn, true);
    v->now = not_taken;
    bool can_pass = verify_branch(v, insn, false);
    if (can_take && can_pass)
        return part(v, taken, target);
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

static enum rule enter(struct verifier *v, uint32_t function, uint32_t back) {
    const struct function *f = &v->program->function[function];
    for (uint32_t i = 0; i < v->now->depth; i++)
        if (v->now->frame[i]->function == function)
            return broken(v, RULE_RECURSION, "the function at %u", f->start);
    if (v->now->depth == DEPTH_MAX)
        return broken(v, RULE_CALL_DEPTH, "%u", DEPTH_MAX);
    if (!state_push(v->now, v->hooks, function, back))
        return broken(v, RULE_NO_MEMORY, "for another function");
    struct stack_frame *caller = v->now->frame[v->now->depth - 2], *callee = state_top(v->now);
    memcpy(&callee->reg[1], &caller->reg[1], PARAMETERS * sizeof(struct value));
    for (unsigned r = 0; r <= PARAMETERS; r++)
        caller->reg[r] = (struct value){.kind = VALUE_NOTHING};
    v->slot = f->start;
    if (v->deepest < v->now->depth)
        v->deepest = v->now->depth;
    return RULE_NONE;
}

static enum rule step_call(struct verifier *v, struct insn insn) {
    uint32_t back = v->slot + 1;
    if (insn.op == OP_CALL_STATIC) {
        enum rule rule = verify_import(v, insn);
        v->slot += !rule;
        return rule;
    }
    if (insn.op == OP_CALL_LOCAL)
        return enter(v, program_function_at(v->program, back + (uint32_t)insn.imm), back);
    const struct value *target = reg(v, insn.dst);
    if (target->kind != VALUE_FUNCTION)
        return broken(v, RULE_CALL_TARGET, "r%u is no function", insn.dst);
    return enter(v, target->index, back);
}

static enum rule check_result(struct verifier *v) {
    const struct shape *wanted = &v->kind->entry.result;
    const struct value *r0 = reg(v, 0);
    if (v->now->references)
        return broken(v, RULE_NOT_RELEASED, "%u held", v->now->references);
    if (wanted->kind == SHAPE_NONE)
        return RULE_NONE;
    if (r0->kind == VALUE_NOTHING)
        return broken(v, RULE_UNSET, "r0 is the result");
    if (r0->kind != VALUE_NUMBER)
        return broken(v, RULE_RESULT, "r0 is a pointer");
    if ((wanted->min | wanted->max) &&
        (r0->number.umin < wanted->min || r0->number.umax > wanted->max))
        return broken(v, RULE_RESULT, "it must be from %llu to %llu",
                      (unsigned long long)wanted->min, (unsigned long long)wanted->max);
    return RULE_NONE;
}

/* A pointer to a stack frame that is no more. */
static void forget_frame(struct value *value, void *with) {
    if (value->kind == VALUE_STACK && value->frame >= *(const uint32_t *)with)
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
    state_pop(v->now, v->hooks);
    *reg(v, 0) = result;
    state_each_value(v->now, forget_frame, &v->now->depth);
    return RULE_NONE;
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

/* Follows the path until it ends. */
static enum rule follow(struct verifier *v) {
    while (v->now) {
        enum rule rule = RULE_NONE;
        if (v->program->mark[v->slot] & MARK_TARGET)
            rule = checkpoint(v);
        if (!rule && v->now) {
            if (v->facts->steps++ == v->steps_max)
                return broken(v, RULE_COMPLEXITY, "%u instructions looked at", v->steps_max);
            if (v->watcher)
                v->watcher->step(v->watcher->owner, v->slot, v->now);
            rule = step(v);
        }
        if (rule)
            return rule;
    }
    return RULE_NONE;
}

static void take_waiting(struct verifier *v) {
    struct path *p = v->waiting;
    v->waiting = p->below;
    v->now = p->state;
    v->at = p->parent;
    v->slot = p->slot;
    v->branch = p->branch;
    v->cost = 0;
    v->turned = p->parent->serial;
    v->hooks->release(v->hooks->owner, p, sizeof *p);
}

/* The state in which a program starts. */
static enum rule begin(struct verifier *v) {
    v->now = state_create(v->hooks);
    if (!v->now || !state_push(v->now, v->hooks, 0, 0) || !node_create(v, 1, NULL))
        return broken(v, RULE_NO_MEMORY, "for the first state");
    for (unsigned i = 0; i < PARAMETERS; i++) {
        struct value value =
            value_of_shape(v, &v->kind->entry.parameter[i], (uint8_t)(ORIGIN_ARGUMENT + i));
        *reg(v, i + 1) = value;
    }
    return RULE_NONE;
}

static enum rule follow_all(struct verifier *v) {
    enum rule rule = begin(v);
    while (!rule) {
        rule = follow(v);
        if (rule || !v->waiting)
            break;
        take_waiting(v);
    }
    if (!rule && !may_be_metered(v->kind) && v->kind->budget && v->facts->cost > v->kind->budget)
        rule = broken(v, RULE_BUDGET, "%llu of %llu", (unsigned long long)v->facts->cost,
                      (unsigned long long)v->kind->budget);
    return rule;
}

/* Gives back what an attempt has left. */
static void end_attempt(struct verifier *v) {
    const struct hooks *h = v->hooks;
    if (v->now)
        state_destroy(v->now, h);
    v->now = NULL;
    for (struct path *p = v->waiting, *below; p; p = below) {
        below = p->below;
        state_destroy(p->state, h);
        h->release(h->owner, p, sizeof *p);
    }
    v->waiting = NULL;
    while (v->at)
        v->at = node_leave(v, v->at);
    for (struct node *n = v->kept, *next; n; n = next) {
        next = n->next;
        state_destroy(n->state, h);
        h->release(h->owner, n, sizeof *n);
    }
    v->kept = NULL;
    v->kept_count = 0;
    memset(v->newest, 0, v->program->slots * sizeof(struct node *));
}

/* Follows all paths, proving that loops end or, by fuel, without. */
static enum rule attempt(struct verifier *v, bool by_fuel, uint32_t steps_max) {
    uint32_t steps = v->facts->steps;
    memset(v->facts, 0, sizeof *v->facts);
    v->facts->proven = FUNCTIONAL | EPHEMERAL | DETERMINISTIC | BOUNDED;
    v->facts->steps = steps;
    v->by_fuel = by_fuel;
    v->steps_max = steps + steps_max;
    v->slot = 0;
    v->serial = v->turned = 0;
    v->cost = 0;
    v->branch = BRANCH_NONE;
    v->detail[0] = '\0';
    return follow_all(v);
}

static enum rule attempts(struct verifier *v) {
    bool fuel = may_be_metered(v->kind);
    enum rule rule =
        attempt(v, false, fuel ? FIRST_STEPS_MAX + v->program->slots : VERIFY_STEPS_MAX);
    if (fuel && (rule == RULE_ENDLESS || rule == RULE_COMPLEXITY)) {
        end_attempt(v);
        rule = attempt(v, true, VERIFY_STEPS_MAX);
    }
    if (rule)
        verify_report(v, rule);
    end_attempt(v);
    return rule;
}

static void release_tables(struct verifier *v) {
    const struct hooks *h = v->hooks;
    if (v->frame_bytes)
        h->release(h->owner, v->frame_bytes, v->program->function_count * sizeof *v->frame_bytes);
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
        p->function[f].frame_bytes = (uint16_t)((v->frame_bytes[f] + 7) / 8 * 8);
        if (p->function[f].frame_bytes > p->frame_bytes)
            p->frame_bytes = p->function[f].frame_bytes;
    }
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
                         .watcher = watcher,
                         .deepest = 1};
    enum rule rule = RULE_NO_MEMORY;
    facts->steps = 0;
    verdict->rule = RULE_NONE;
    v.liveness.live = h->allocate(h->owner, 2 * p->slots * sizeof(uint16_t));
    v.newest = h->allocate(h->owner, p->slots * sizeof(struct node *));
    v.frame_bytes = h->allocate(h->owner, p->function_count * sizeof *v.frame_bytes);
    if (v.liveness.live && v.newest && v.frame_bytes) {
        v.liveness.matters = v.liveness.live + p->slots;
        liveness(p, kind->entry.result.min | kind->entry.result.max, &v.liveness);
        rule = attempts(&v);
    } else {
        verify_report(&v, rule);
    }
    if (!rule)
        commit(&v, p);
    release_tables(&v);
    return rule == RULE_NONE;
}

bool verify(struct program *p, const struct kind *kind, const struct hooks *h, struct facts *facts,
            struct verdict *verdict) {
    return verify_watched(p, kind, h, facts, verdict, NULL);
}
