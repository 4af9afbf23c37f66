/* SPDX-License-Identifier: MIT */
/* beside.c -- see beside.h. */
#include "beside.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "measure/bench.h"

void beside_run(struct check *c, const char *program, uint64_t which, uint64_t kernel_frames) {
    const long id = spawn_sized(0, program, which, 0, 0, kernel_frames);
    if (id == -E_NO_MEMORY) {
        check_skip(c, "the machine has too little memory");
        return;
    }
    if (id <= 0) {
        check_fail(c, "spawn: %ld", id);
        return;
    }
    const volatile struct exo_env *e = exposed_env((uint64_t)id);
    while (e->state == EXO_ENV_READY)
        exo_env_yield((uint64_t)id);
    if (e->state != EXO_ENV_EXITED || e->ended)
        check_fail(c, "state %u, line or vector %lu", e->state, e->ended);
    exo_env_destroy(0, (uint64_t)id);
    while (frames_await())
        continue;
}
