/* SPDX-License-Identifier: MIT */
/* ephemeral.c -- see ephemeral.h. */
#include "spin/core/dispatch/binding/ephemeral.h"

#include "engine/link/program_image.h"
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
