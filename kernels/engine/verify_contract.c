/* SPDX-License-Identifier: MIT */
/* verify_contract.c -- functions of a program that are proven by themselves: those that are called
 * back. Where a path needs one that has not been proven yet, all paths are given up, the function
 * is followed as if it were a program of this signature, and then whoever needed it is followed
 * again. Nothing calls itself, so this ends; who needs it waits in a list and not on the stack. */
#include "engine/mutant.h"
#include "engine/verify_internal.h"

static struct contract *find(struct contract *list, uint32_t function,
                             const struct signature *signature) {
    while (list && (list->function != function || list->signature != signature))
        list = list->next;
    return list;
}

const struct contract *contract_of(struct verifier *v, uint32_t function,
                                   const struct signature *signature, enum rule *rule) {
    struct contract *c = find(v->proven, function, signature);
    if (c)
        return c;
    if (find(v->proving, function, signature)) {
        *rule = broken(v, RULE_RECURSION, "it calls back the function at %u",
                       v->program->function[function].start);
        return NULL;
    }
    c = v->hooks->allocate(v->hooks->owner, sizeof *c);
    *rule = RULE_LATER;
    if (!c) {
        *rule = broken(v, RULE_NO_MEMORY, "for a function that is called back");
        return NULL;
    }
    *c = (struct contract){.next = v->proving, .signature = signature, .function = function};
    v->proving = c;
    return NULL;
}

void contract_is_proven(struct verifier *v) {
    struct contract *c = v->proving;
    c->facts = v->facts->proven;
    c->cost = v->facts->cost;
    c->deepest = v->deepest;
    if (v->callback_deepest < v->deepest && !MUTANT(CALLBACK_DEPTH))
        v->callback_deepest = v->deepest;
    v->proving = c->next;
    c->next = v->proven;
    v->proven = c;
}

static void release(struct verifier *v, struct contract *list) {
    for (struct contract *next; list; list = next) {
        next = list->next;
        v->hooks->release(v->hooks->owner, list, sizeof *list);
    }
}

void contracts_end(struct verifier *v) {
    release(v, v->proven);
    release(v, v->proving);
    v->proven = v->proving = NULL;
}
