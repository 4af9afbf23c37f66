/* SPDX-License-Identifier: MIT */
/* env_create.c -- creation of environments, from inside the kernel: it fails at each of its frames
 * once, and what capabilities that no environment holds yet do not open. */
#include "../../frames.h"

#include "exo/kernel/env/env.h"
#include "exo/kernel/env_calls.h"
#include "exo/kernel/memory/info.h"

#include "exo/abi.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/current.h"
#include "machine/memory/page.h"
#include "measure/bench.h"

/* What a caller is given whose slot 0 holds this, for an environment that holders of `control` may
 * act on. The name is nobody's memory, so a caller that may create is told of that. */
static long create_with(struct cap held, struct cap control) {
    struct cap all = env_current->cap[0];
    uint64_t word;
    memcpy(&word, &control, sizeof word);
    env_current->cap[0] = held;
    long result = sys_env_create(0, word, 0, 8, 0);
    env_current->cap[0] = all;
    return result;
}

CHECK(env_control, "env/who_may_act_on_a_new_one_is_no_more_than_its_creator_may_hand_on") {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    static const struct cap no_grant = {.rights = CAP_READ | CAP_WRITE, .valid = 1};
    static const struct cap own = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'c'}};
    static const struct cap other = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'d'}};
    CHECK_THAT(c, create_with(all, all) == -E_FAULT && create_with(own, own) == -E_FAULT);
    CHECK_THAT(c, create_with(no_grant, no_grant) == -E_PERM);
    CHECK_THAT(c, create_with(own, all) == -E_PERM && create_with(own, other) == -E_PERM);
}

static int create(void) {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    struct env *e;
    int error = env_create(NULL, 8, all, NULL, &e);
    if (!error)
        env_end(e, EXO_ENV_EXITED, 0);
    while (info.env_unfreed)
        env_bury();
    return error;
}

CHECK(env_no_memory, "env/a_creation_that_fails_at_any_frame_leaves_none_behind") {
    frames_fail_each(c, create);
    CHECK_THAT(c, create() == 0);
}

/* One is made and ended, again and again, until all slots that are free were used; whether one of
 * them was this. */
static bool comes_again(const struct env *slot) {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    bool again = false;
    for (unsigned i = 0; i < 2 * EXO_ENVS; i++) {
        struct env *e;
        if (env_create(NULL, 8, all, NULL, &e))
            return true;
        again = again || e == slot;
        env_end(e, EXO_ENV_EXITED, 0);
        while (info.env_unfreed)
            env_bury();
    }
    return again;
}

CHECK(env_last_id, "env/a_slot_whose_ids_are_used_up_is_nobodys_any_more") {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    struct env *e;
    CHECK_THAT(c, env_create(NULL, 8, all, NULL, &e) == 0);
    e->seen->id |= ~(uint32_t)(EXO_ENVS - 1); /* its last one */
    CHECK_THAT(c, env_find(e->seen->id) == e);
    env_end(e, EXO_ENV_EXITED, 0);
    while (info.env_unfreed)
        env_bury();
    CHECK_THAT(c, !comes_again(e));
    CHECK_THAT(c, create() == 0);
}

CHECK(env_kernel_stack, "env/the_page_below_the_kernels_stack_is_not_there") {
    const struct thread *t = thread_current();
    struct page_mapping m;
    CHECK_THAT(c, t->top % PAGE_SIZE == 0 && cpu_this()->tss.rsp[0] == t->top);
    for (vaddr_t at = t->guard + PAGE_SIZE; at < t->top; at += PAGE_SIZE)
        CHECK_THAT(c, page_walk(&page_table_kernel, at, &m) == 0);
    CHECK_THAT(c, page_walk(&page_table_kernel, t->guard, &m) == -E_NOT_FOUND);
}
