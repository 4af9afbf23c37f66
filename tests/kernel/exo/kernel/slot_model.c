/* SPDX-License-Identifier: MIT */
/* slot_model.c -- random changes of the vector of slices, by callers with and without right,
 * against a model of a few lines. Inside the kernel, where a caller's capabilities can be any. */
#include "exo/kernel/env/env.h"
#include "exo/kernel/time/slice.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/page.h"
#include "measure/bench.h"

#define STEPS 20000

static uint64_t seed = 1;
static unsigned below(unsigned n) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(seed >> 33) % n;
}

static struct cap any_cap(void) {
    struct cap c = {.rights = below(4) ? CAP_ALL : below(8) & 7,
                    .valid = below(8) != 0,
                    .length = below(3) & 3,
                    .name = {below(2) & 1}};
    if (c.length > 1)
        c.name[1] = below(2) & 1;
    return c;
}

static uint64_t word_of(struct cap c) {
    uint64_t word;
    memcpy(&word, &c, sizeof word);
    return word;
}

/* A capability with the right to write whose name is a prefix of that of the position's list, and
 * a list that it covers, of one that lives. */
static long expected(struct cap held, uint64_t position, uint64_t env, struct cap acl,
                     const struct exo_slot *model) {
    if (position >= EXO_SLOTS)
        return -E_INVALID;
    struct cap needed = model[position].acl;
    needed.rights = CAP_WRITE;
    if (!cap_dominates(held, needed) || (word_of(acl) && !cap_dominates(held, acl)))
        return -E_PERM;
    return env == env_current->seen->id ? 0 : -E_DEAD;
}

CHECK(slot_model, "slice/random_changes_of_the_vector_are_what_a_model_says") {
    static struct exo_slot model[EXO_SLOTS], before[EXO_SLOTS];
    struct page_mapping m;
    CHECK_THAT(c, page_walk(&env_current->space.table, EXO_SLOT, &m) == 0);
    struct exo_slot *slots = direct(m.frame);
    memcpy(model, slots, sizeof model);
    memcpy(before, slots, sizeof before);
    const struct cap all = env_current->cap[0];
    unsigned made = 0;
    for (unsigned step = 0; step < STEPS; step++) {
        struct cap held = below(3) ? all : any_cap(), acl = below(2) ? any_cap() : (struct cap){0};
        uint64_t position = below(EXO_SLOTS + 8);
        uint64_t env = below(8) ? env_current->seen->id : env_current->seen->id + EXO_ENVS;
        env_current->cap[0] = held;
        long wanted = expected(held, position, env, acl, model);
        long result = sys_slot_set(0, position, env, word_of(acl));
        env_current->cap[0] = all;
        if (!wanted && word_of(acl))
            model[position].acl = acl;
        made += !wanted;
        if (result != wanted || memcmp(model, slots, sizeof model) != 0)
            check_fail(c, "step %u: position %lu: %ld and not %ld", step, position, result, wanted);
    }
    memcpy(slots, before, sizeof before);
    CHECK_THAT(c, made > STEPS / 10 && made < STEPS - STEPS / 10);
}
