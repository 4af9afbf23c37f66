/* SPDX-License-Identifier: MIT */
/* env.c -- creation of environments, from inside the kernel: it fails at each of its frames once.
 */
#include "../../frames.h"

#include "exo/kernel/env.h"

static int create(void) {
    struct env *e;
    int error = env_create("attacker", 0, &e);
    if (!error)
        env_destroy(e, EXO_ENV_EXITED, 0);
    return error;
}

CHECK(env_no_memory, "env/a_creation_that_fails_at_any_frame_leaves_none_behind") {
    frames_fail_each(c, create);
    CHECK_THAT(c, create() == 0); /* and the information page tells of all frames again */
}
