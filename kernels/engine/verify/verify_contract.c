/* SPDX-License-Identifier: MIT */
/* verify_contract.c -- functions of a program that are proven by themselves: those that are called
 * back, and global ones where following into each call takes too long. Where a path needs one that
 * has not been proven yet, all paths are given up, the function is followed as if it were a program
 * of this signature, and then the function that needed it is followed again. Nothing calls itself,
 * so this ends; what needs it waits in a list and not on the stack. */
#include "engine/base/mutant.h"
#include "engine/assert.h"
#include "engine/verify/internal.h"

static struct contract *find(struct verifier *v, struct contract *list, uint32_t function,
                             const struct signature *signature) {
    uint64_t passed = 0;
    for (; list && (list->function != function || list->signature != signature); passed++)
        list = list->next;
    charge(v, PARTS_NODE * passed);
    return list;
}

const struct contract *contract_of(struct verifier *v, uint32_t function,
                                   const struct signature *signature, bool callback,
                                   enum rule *rule) {
    if (callback && v->attempt == ATTEMPT_BY_FUEL_AND_CONTRACT) {
        /* Functions proven before may call it on fuel: whoever follows into each call sees that. */
        *rule = reject(v, RULE_COMPLEXITY, "it is called back");
        return NULL;
    }
    struct contract *c = find(v, v->proven, function, signature);
    if (c)
        return c;
    if (find(v, v->proving, function, signature)) {
        *rule =
            reject(v, RULE_RECURSION, "the function at %u", v->program->function[function].start);
        return NULL;
    }
    c = v->hooks->allocate(v->hooks->owner, sizeof *c);
    *rule = RULE_LATER;
    if (!c) {
        *rule = reject(v, RULE_NO_MEMORY, "for a function that is proven by itself");
        return NULL;
    }
    *c = (struct contract){.next = v->proving,
                           .signature = signature,
                           .function = function,
                           .asked = v->slot,
                           .callback = callback || (v->proving && v->proving->callback)};
    v->proving = c;
    return NULL;
}

enum rule contract_pay(struct verifier *v, const struct contract *c, uint64_t times) {
    uint32_t deepest = v->now->depth + c->deepest;
    bool endless = v->by_fuel && !c->callback && c->cost >= COST_ENDLESS;
    if (!endless && (times > UINT32_MAX || c->cost * times > UINT32_MAX))
        return reject(v, RULE_COMPLEXITY, "%llu instructions, %llu times",
                      (unsigned long long)c->cost, (unsigned long long)times);
    if (deepest > DEPTH_MAX)
        return reject(v, RULE_CALL_DEPTH, "%u", DEPTH_MAX);
    if (endless)
        v->cost = COST_ENDLESS;
    else
        v->cost += MUTANT(CALLBACK_ONCE) ? c->cost : c->cost * times;
    if (!MUTANT(CALLBACK_FACTS))
        v->facts->proven &= c->facts;
    if (v->deepest < deepest)
        v->deepest = deepest;
    return RULE_NONE;
}

void contract_is_decided(struct verifier *v, bool is_broken) {
    struct contract *c = v->proving;
    ENGINE_ASSERT(c && !c->broken, "no function is being proven (%p)", (void *)v->proven);
    c->broken = is_broken;
    c->facts = v->facts->proven;
    c->cost = v->facts->cost;
    c->deepest = v->deepest;
    if (c->callback && v->callback_deepest < v->deepest && !MUTANT(CALLBACK_DEPTH))
        v->callback_deepest = v->deepest;
    v->proving = c->next;
    c->next = v->proven;
    v->proven = c;
}

bool contracts_clean(struct verifier *v) {
    for (unsigned i = 0; i < UNIT_NODES; i++) {
        struct contract **list = v->proven ? &v->proven : &v->proving, *c = *list;
        if (!c)
            return true;
        *list = c->next;
        v->hooks->release(v->hooks->owner, c, sizeof *c);
    }
    return false;
}
