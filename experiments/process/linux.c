/* SPDX-License-Identifier: MIT */
/* linux.c -- processes of Linux. */
#include "measure/bench.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };

static void wait_for(pid_t child) {
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || status)
        abort();
}

static void fork_exit_wait(void) {
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    wait_for(child);
}

BENCH(fork_exit_wait, "process/fork_exit_wait") {
    bench_time(b, fork_exit_wait());
}

BENCH(fork_touched, "process/fork_exit_wait/touched:0,64,256,1024") {
    size_t bytes = bench_arg(b, "touched") * PAGE;
    char *pages = NULL;
    if (bytes) {
        pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED)
            abort();
        memset(pages, 1, bytes);
    }
    bench_time(b, fork_exit_wait());
    if (bytes)
        munmap(pages, bytes);
}

static void vfork_exit_wait(void) {
    pid_t child = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork): it is measured */
    if (child == 0)
        _exit(0);
    wait_for(child);
}

BENCH(vfork_exit_wait, "process/vfork_exit_wait") {
    bench_time(b, vfork_exit_wait());
}

/* The program that the child becomes is this one, which ends before it has done anything. */
static char exits[] = "exits";
__attribute__((constructor)) static void exit_if_told(int argc, char **argv) {
    if (argc == 1 && !strcmp(argv[0], exits))
        _exit(0);
}

static void fork_exec_exit_wait(void) {
    char *argv[] = {exits, NULL};
    pid_t child = fork();
    if (child == 0) {
        execve("/init", argv, argv + 1);
        _exit(1);
    }
    wait_for(child);
}

BENCH(fork_exec_exit_wait, "process/fork_exec_exit_wait") {
    bench_time(b, fork_exec_exit_wait());
}
