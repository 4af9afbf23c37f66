/* SPDX-License-Identifier: MIT */
/* env_create.c -- creation of environments, from inside the kernel: it fails at each of its frames
 * once, and what capabilities that no environment holds yet do not open. */
#include "../../frames.h"

#include "exo/kernel/env.h"

#include "exo/abi.h"
#include "lib/error.h"
#include "machine/cpu/current.h"
#include "measure/bench.h"

/* env_create by an environment whose slot 0 holds this; it is to hand on that of slot `grant`. The
 * name is nobody's memory, so a caller that may create is told of that. */
static long create_with(struct cap held, uint64_t grant) {
    struct cap all = env_current->cap[0];
    env_current->cap[0] = held;
    long result = sys_env_create(0, 0, 0, grant, 0);
    env_current->cap[0] = all;
    return result;
}

CHECK(env_grant, "env/a_capability_without_the_right_to_grant_is_not_handed_on") {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    static const struct cap no_grant = {.rights = CAP_READ | CAP_WRITE, .valid = 1};
    CHECK_THAT(c, create_with(all, 0) == -E_FAULT);
    CHECK_THAT(c, create_with(no_grant, EXO_NO_GRANT) == -E_FAULT);
    CHECK_THAT(c, create_with(no_grant, 0) == -E_PERM);
    CHECK_THAT(c, create_with(all, 1) == -E_PERM && create_with(all, EXO_CAPS) == -E_PERM);
}

CHECK(env_rights, "env/creation_wants_the_right_to_write_environments") {
    static const struct cap read = {.rights = CAP_READ | CAP_GRANT, .valid = 1};
    static const struct cap others = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'c'}};
    static const struct cap exact = {.rights = CAP_WRITE, .valid = 1, .length = 1, .name = {'e'}};
    CHECK_THAT(c, create_with(read, EXO_NO_GRANT) == -E_PERM);
    CHECK_THAT(c, create_with(others, EXO_NO_GRANT) == -E_PERM);
    CHECK_THAT(c, create_with(exact, EXO_NO_GRANT) == -E_FAULT);
}

static int create(void) {
    struct env *e;
    int error = env_create("attacker", 0, "", &e);
    if (!error)
        env_destroy(e, EXO_ENV_EXITED, 0);
    return error;
}

CHECK(env_no_memory, "env/a_creation_that_fails_at_any_frame_leaves_none_behind") {
    frames_fail_each(c, create);
    CHECK_THAT(c, create() == 0); /* and the information page tells of all frames again */
}

CHECK(env_kernel_stack, "env/the_page_below_the_kernels_stack_is_not_there") {
    const struct thread *t = thread_current();
    struct page_mapping m;
    CHECK_THAT(c, t->top % PAGE_SIZE == 0 && cpu_this()->tss.rsp[0] == t->top);
    for (vaddr_t at = t->guard + PAGE_SIZE; at < t->top; at += PAGE_SIZE)
        CHECK_THAT(c, page_walk(&page_table_kernel, at, &m) == 0);
    CHECK_THAT(c, page_walk(&page_table_kernel, t->guard, &m) == -E_NOT_FOUND);
}
