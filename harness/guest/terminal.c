/* SPDX-License-Identifier: MIT */
/* terminal.c -- a guest on this terminal, and what QEMU says beside it. */
#include "guest/qemu.h"
#include "guest/typing.h"
#include "base/die.h"
#include "base/process.h"
#include "base/scope.h"
#include "base/status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* QEMU warns once of what exact time stands on: a guest that waits for its disk with no timer armed
 * (docs/disk.md). In the midst of a session it reads as a fault. */
static const char expected[] = "icount sleep disabled and no active timers";

/* Lets everything pass from FROM to standard error but that, to the end. */
static _Noreturn void sieve(int from) {
    FILE *words = fdopen(from, "r");
    char *line = NULL;
    size_t size = 0;
    while (words && getline(&line, &size, words) >= 0)
        if (!strstr(line, expected))
            fputs(line, stderr);
    _exit(0);
}

/* Runs ARGV with its standard error through the sieve; its exit status. */
static int run_sieved(const char *const *argv) {
    int ends[2], ours = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (pipe2(ends, O_CLOEXEC))
        die(STATUS_QEMU_DIED, "no pipe to QEMU: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        sieve(ends[0]);
    }
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    int status = isatty(STDIN_FILENO) ? process_run(argv) : typing_run(argv);
    dup2(ours, STDERR_FILENO); /* the last end of the pipe: the sieve is at its end */
    close(ours);
    waitpid(child, NULL, 0);
    return status;
}

int qemu_terminal(const struct qemu_boot *b) {
    scoped_texts struct texts argv = {0};
    texts_add(&argv, qemu_program());
    qemu_machine(b, &argv);
    qemu_arguments(b, &argv);
    /* The monitor behind Ctrl-A C, and Ctrl-C for the guest; register dumps at a reset are not for
     * this terminal. */
    texts_split(&argv, "-serial mon:stdio -D /dev/null", " ");
    if (b->initrd >= 0)
        dup2(b->initrd, QEMU_INITRD_FD);
    if (b->net.hubs)
        dup2(b->net.capture[0], QEMU_CAPTURE_FD);
    return run_sieved((const char *const *)argv.items);
}
