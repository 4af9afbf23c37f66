/* SPDX-License-Identifier: MIT */
/* ephemeral.c -- see ephemeral.h. */
#include "spin/core/dispatch/binding/ephemeral.h"

#include "engine/link/program_image.h"
#include "engine/verify.h"
#include "lib/error.h"
#include "spin/core/dispatch/binding/defence.h"

/* A program of unproven length is not EPHEMERAL as the verifier has it; what it calls must be. */
static bool calls_only_ephemeral(const struct program *p) {
    for (uint32_t i = 0; i < p->slots; i++)
        if (p->insn[i].op == OP_CALL_STATIC &&
            !(p->import[p->insn[i].imm].signature->facts & EPHEMERAL))
            return false;
    return true;
}

/* A run of a function takes no more instructions than it has, and those that what it calls beside
 * the program counts for, but once more for each backward jump; and functions are run once for each
 * call. Jumps and calls are the turns that use fuel: so these are the most that one stands for. */
static uint64_t longest_straight_path(const struct program *p) {
    uint64_t longest = 1;
    for (uint32_t f = 0; f < p->function_count; f++) {
        uint64_t path = p->function[f].end - p->function[f].start;
        for (uint32_t i = p->function[f].start; i < p->function[f].end; i++)
            path += p->insn[i].op == OP_CALL_STATIC ? p->import[p->insn[i].imm].signature->cost : 0;
        longest = path > longest ? path : longest;
    }
    return longest;
}

int ephemeral_within(const struct procedure *handler, struct net_handler *net, uint64_t bound) {
    const struct image *image = handler->image;
    if (!image)
        return DEFENDED(EPHEMERAL) ? -E_PERM : 0;
    const bool proven = image->facts.proven & EPHEMERAL;
    if (proven && image->facts.cost <= bound)
        return 0;
    if (!image->program.metered || !net || !(proven || calls_only_ephemeral(&image->program)))
        return -E_PERM;
    uint64_t fuel = bound / longest_straight_path(&image->program);
    if (DEFENDED(FUEL) && fuel < net->fuel)
        net->fuel = fuel;
    return 0;
}

uint64_t procedure_cost(const struct procedure *procedure, const struct net_handler *net) {
    const struct image *image = procedure->image;
    if (!image || !net || !image->program.metered)
        return image ? image->facts.cost : 0;
    uint64_t path = longest_straight_path(&image->program);
    uint64_t cut = net->fuel < COST_ENDLESS / path ? (net->fuel + 1) * path : COST_ENDLESS;
    return cut < image->facts.cost ? cut : image->facts.cost;
}

#define COST_OF_BINDING 100 /* interpreted, the slowest way */

static uint64_t cost_of(const struct event_binding *b) {
    uint64_t cost = COST_OF_BINDING + procedure_cost(&b->handler->procedure, b->net);
    list_each(n, &b->guards) cost +=
        procedure_cost(&container_of(n, struct guard, link)->held->procedure, NULL);
    return cost + (b->post ? procedure_cost(&b->post->procedure, NULL) : 0);
}

bool bindings_fit(const struct bindings *of) {
    const uint64_t budget = of->event->budget && DEFENDED(COST) ? *of->event->budget : 0;
    const uint64_t fold = of->result ? procedure_cost(&of->result->procedure, NULL) : 0;
    uint64_t cost = of->otherwise ? procedure_cost(&of->otherwise->procedure, NULL) : 0;
    if (!budget)
        return true;
    list_each(n, &of->installed) {
        cost += fold + cost_of(container_of(n, struct event_binding, link));
        if (cost > budget)
            return false;
    }
    return cost <= budget;
}
