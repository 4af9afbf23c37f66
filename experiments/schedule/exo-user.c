/* SPDX-License-Identifier: MIT */
/* exo-user.c -- a directed yield there and back. */
#include "../ipc/server.h"

#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "measure/bench.h"

BENCH(directed_yield, "schedule/directed_yield/round_trip") {
    long id = spawn(0, SERVER, (uint64_t)exo_env_self() << 32, SPAWN_NO_GRANT, 0);
    exo_env_yield((uint64_t)id);
    bench_time(b, exo_env_yield((uint64_t)id));
    exo_env_destroy(0, (uint64_t)id);
}
