/* SPDX-License-Identifier: MIT */
/* exo-user-memory.c -- memory for files, in an ExOS of its own (exo-server.c). */
#include "exo-memory.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"
#include "workload.h"

#define KERNEL_FRAMES 3000

/* Whatever was on the disk is nobody's any more. */
static void abandon(void) {
    while (frames_await())
        continue;
    while (exo_xn_volume(EXO_XN_HOW(EXO_XN_ABANDON, 0, 0), 0, 0, 0) == -E_AGAIN)
        continue;
}

static void measure(struct bench *b, enum memory_of of) {
    if (!env_info()->disks) {
        bench_skip(b, "the machine has no disk");
        return;
    }
    abandon();
    const long id = spawn_sized(0, MEMORY_SERVER, of, 0, 0, KERNEL_FRAMES);
    if (id <= 0) {
        bench_skip(b, "the machine has too little memory");
        return;
    }
    const volatile struct exo_env *e = exposed_env((uint64_t)id);
    while (e->state == EXO_ENV_READY)
        exo_env_yield((uint64_t)id);
    files_must(e->state == EXO_ENV_EXITED);
    bench_size(b, e->ended);
    exo_env_destroy(0, (uint64_t)id);
    abandon();
}

BENCH(files_memory, "files/memory/of:volume,open/fs:cffs") {
    char of[FILES_WORD];
    bench_word(b, "of", of, sizeof of);
    measure(b, strcmp(of, "open") ? MEMORY_VOLUME : MEMORY_OPEN);
}

BENCH(process_memory, "files/memory/of:process/fs:boot,cffs") {
    char fs[FILES_WORD];
    bench_word(b, "fs", fs, sizeof fs);
    measure(b, strcmp(fs, "boot") ? MEMORY_CFFS : MEMORY_BOOT);
}
