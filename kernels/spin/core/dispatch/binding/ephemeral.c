/* SPDX-License-Identifier: MIT */
/* ephemeral.c -- see ephemeral.h. */
#include "spin/core/dispatch/binding/ephemeral.h"

#include "engine/link/program_image.h"
#include "engine/verify.h"
#include "lib/error.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch/binding/defence.h"

/* A program of unproven length is not EPHEMERAL as the verifier has it; what it calls must be. */
static bool calls_only_ephemeral(const struct program *p) {
    for (uint32_t i = 0; i < p->slots; i++)
        if (p->insn[i].op == OP_CALL_STATIC &&
            !(p->import[p->insn[i].imm].signature->facts & EPHEMERAL))
            return false;
    return true;
}

/* From one turn to the next, a backward jump or a call, no path is longer than its function. */
static uint64_t longest_straight_path(const struct program *p) {
    uint64_t longest = 1;
    for (uint32_t i = 0; i < p->function_count; i++)
        if (p->function[i].end - p->function[i].start > longest)
            longest = p->function[i].end - p->function[i].start;
    return longest;
}

int ephemeral_within(const struct procedure *handler, struct net_handler *net, uint64_t bound) {
    const struct image *image = handler->image;
    if (!image)
        return DEFENDED(EPHEMERAL) ? -E_PERM : 0;
    if (!image->program.metered)
        return image->facts.proven & EPHEMERAL && image->facts.cost <= bound ? 0 : -E_PERM;
    if (!net || !calls_only_ephemeral(&image->program))
        return -E_PERM;
    if (DEFENDED(FUEL))
        net->fuel = bound / longest_straight_path(&image->program);
    return 0;
}

uint64_t procedure_cost(const struct procedure *procedure, const struct net_handler *net) {
    const struct image *image = procedure->image;
    if (!image || !image->program.metered)
        return image ? image->facts.cost : 0;
    uint64_t turn = longest_straight_path(&image->program);
    return net && net->fuel < COST_ENDLESS / turn ? (net->fuel + 1) * turn : COST_ENDLESS;
}

#define COST_OF_BINDING 100 /* interpreted, the slowest way */

static uint64_t cost_of(const struct event_binding *b) {
    uint64_t cost = COST_OF_BINDING + procedure_cost(&b->handler->procedure, b->net);
    list_each(n, &b->guards) cost +=
        procedure_cost(&container_of(n, struct guard, link)->held->procedure, NULL);
    return cost + (b->post ? procedure_cost(&b->post->procedure, NULL) : 0);
}

bool bindings_fit(const struct bindings *of) {
    const uint64_t room = of->event->room && DEFENDED(COST) ? *of->event->room : 0;
    const uint64_t fold = of->result ? procedure_cost(&of->result->procedure, NULL) : 0;
    uint64_t cost = of->otherwise ? procedure_cost(&of->otherwise->procedure, NULL) : 0;
    if (!room)
        return true;
    list_each(n, &of->installed) {
        cost += fold + cost_of(container_of(n, struct event_binding, link));
        if (cost > room)
            return false;
    }
    return cost <= room;
}
