/* SPDX-License-Identifier: MIT */
/* linux.c -- jobs of Linux, all of a number at once. */
#include "jobs.h"

#include "measure/bench.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The program that a job is: this one, which does its work before anything else. */
static char job[] = "job";
__attribute__((constructor)) static void work_if_told(int argc, char **argv) {
    static char bytes[JOB_WRITES];
    if (argc != 1 || strcmp(argv[0], job) != 0)
        return;
    job_compute();
    for (unsigned sent = 0; sent < JOB_BYTES; sent += JOB_WRITES)
        if (write(1, bytes, JOB_WRITES) != (ssize_t)JOB_WRITES)
            _exit(1);
    _exit(0);
}

static void must(int so) {
    if (!so)
        abort();
}

/* Starts one; gives the end of its pipe that is read. */
static int start(void) {
    char *argv[] = {job, NULL};
    int fd[2];
    must(!pipe(fd));
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fd[1], 1);
        close(fd[0]);
        close(fd[1]);
        execve("/init", argv, argv + 1);
        _exit(1);
    }
    must(pid > 0 && !close(fd[1]));
    return fd[0];
}

static void take(int fd) {
    static char bytes[JOB_WRITES];
    size_t taken = 0;
    for (ssize_t n; (n = read(fd, bytes, sizeof bytes)) != 0; taken += (size_t)n)
        must(n > 0);
    must(taken == JOB_BYTES && !close(fd));
}

static void run(uint64_t jobs) {
    int fd[JOBS_MOST], status;
    for (uint64_t i = 0; i < jobs; i++)
        fd[i] = start();
    for (uint64_t i = 0; i < jobs; i++)
        take(fd[i]);
    for (uint64_t i = 0; i < jobs; i++)
        must(wait(&status) > 0 && !status);
}

/* What one of so many jobs takes that run at once. */
BENCH(throughput, "scale/throughput/jobs:1,2,4,8") {
    const uint64_t jobs = bench_arg(b, "jobs");
    bench_slow(b);
    while (bench_next(b)) {
        uint64_t sample = 0;
        struct bench all = {.batch = 1, .samples = &sample};
        bench_start(&all);
        run(jobs);
        bench_stop(&all);
        b->begun = 0;
        bench_stop_at(b, sample / jobs);
    }
}
