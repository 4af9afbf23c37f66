/* SPDX-License-Identifier: MIT */
/* exo-server.c -- the process of ExOS that starts jobs, all of a number at once, and takes what
 * they say. It is asked by control transfer, has the bracket in itself, and replies how long it
 * took. */
#include "jobs.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/ipc/transfer.h"
#include "measure/bench.h"
#include "user/program.h"

#define FILES_PAGES 64

static void must(bool so) {
    if (!so)
        __builtin_trap();
}

/* Starts one; gives the end of its pipe that is read. */
static int start(void) {
    static const char *const argv[] = {"/boot/job", 0};
    int fd[2];
    must(!exos_pipe_pair(fd));
    long pid = exos_fork();
    if (pid == 0) {
        exos_dup2(fd[1], 1);
        exos_close(fd[0]);
        exos_close(fd[1]);
        exos_exec(argv[0], argv, argv + 1);
        exos_exit(1);
    }
    must(pid > 0 && !exos_close(fd[1]));
    return fd[0];
}

static void take(int fd) {
    static char bytes[JOB_WRITES];
    uint64_t taken = 0;
    for (long n; (n = exos_read(fd, bytes, sizeof bytes)) != 0; taken += (uint64_t)n)
        must(n > 0);
    must(taken == JOB_BYTES && !exos_close(fd));
}

static void run(uint64_t jobs) {
    struct exos_end end;
    int fd[JOBS_MOST];
    for (uint64_t i = 0; i < jobs; i++)
        fd[i] = start();
    for (uint64_t i = 0; i < jobs; i++)
        take(fd[i]);
    for (uint64_t i = 0; i < jobs; i++)
        must(exos_wait(&end) > 0 && !end.killed && !end.status);
}

static void answer(struct message *m) {
    uint64_t sample = 0;
    struct bench b = {.batch = 1, .samples = &sample};
    bench_start(&b);
    run(m->word[0]);
    bench_stop(&b);
    m->word[0] = sample;
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    (void)a, (void)b, (void)words;
    must(!exos_begin() && !exos_files_begin(FILES_PAGES));
    while (exos_open("/dev/null", EXOS_READ | EXOS_WRITE) < 2) /* descriptors that a job has */
        ;
    transfer_serve(answer);
    return 0;
}
