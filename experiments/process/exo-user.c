/* SPDX-License-Identifier: MIT */
/* exo-user.c -- processes of ExOS, which the kernel knows nothing of, and an environment. */
#include "../exo-client.h"

#include "exo/libos/frames.h"

BENCH(fork_exit_wait, "process/fork_exit_wait") {
    exos_time(b, EXOS_FORK_EXIT_WAIT, 0, 0);
}

BENCH(fork_touched, "process/fork_exit_wait/touched:0,64,256,1024") {
    exos_time(b, EXOS_FORK_EXIT_WAIT, 0, bench_arg(b, "touched"));
}

BENCH(vfork_exit_wait, "process/vfork_exit_wait") {
    exos_time(b, EXOS_VFORK_EXIT_WAIT, 0, 0);
}

BENCH(fork_exec_exit_wait, "process/fork_exec_exit_wait") {
    exos_time(b, EXOS_FORK_EXEC_EXIT_WAIT, 0, 0);
}

BENCH(env_create_destroy, "process/env_create_destroy") {
    const struct cap programs = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};
    while (bench_next(b)) {
        bench_start(b);
        long id = exo_env_create(0, programs, "empty", 16, 0);
        exo_env_destroy(0, (uint64_t)id);
        while (frames_await())
            ;
        bench_stop(b);
    }
}
