/* SPDX-License-Identifier: MIT */
/* process.c -- run another program by fork and exec. */
#include "process.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starts ARGV, in PLACE unless that is null. OUT >= 0 becomes its standard output; its standard
 * error becomes the same, or nothing. */
static pid_t start(const char *const *argv, int out, bool both, const struct process_place *place) {
    fflush(NULL);
    pid_t parent = getpid(), pid = fork();
    if (pid)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* it ends with us, however we end */
    if (getppid() != parent)
        _exit(PROCESS_MISSING);
    if (out >= 0) {
        int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(nothing, STDIN_FILENO);
        dup2(both ? out : nothing, STDERR_FILENO);
        dup2(out, STDOUT_FILENO);
    }
    if (place && fchdir(place->folder))
        _exit(PROCESS_MISSING);
    if (place)
        execvpe(argv[0], (char *const *)argv, (char *const *)place->environment);
    else
        execvp(argv[0], (char *const *)argv);
    _exit(PROCESS_MISSING);
}

static int finish(pid_t pid) {
    int status;
    if (pid < 0)
        return PROCESS_MISSING;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return PROCESS_MISSING;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int process_run(const char *const *argv) {
    return finish(start(argv, -1, true, NULL));
}

static char *read_all(int fd) {
    char *text = NULL;
    size_t used = 0, room = 0;
    ssize_t got;
    do {
        if (used + 4097 > room) {
            room = 2 * room + 4097;
            text = realloc(text, room);
            if (!text)
                abort();
        }
        got = read(fd, text + used, 4096);
        used += got > 0 ? (size_t)got : 0;
    } while (got > 0 || (got < 0 && errno == EINTR));
    text[used] = '\0';
    return text;
}

static char *read_from(const char *const *argv, bool both, const struct process_place *place,
                       int *status) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        abort();
    pid_t pid = start(argv, ends[1], both, place);
    close(ends[1]);
    char *text = read_all(ends[0]);
    close(ends[0]);
    int ended = finish(pid);
    if (status)
        *status = ended;
    for (size_t length = strlen(text); length && text[length - 1] == '\n'; length--)
        text[length - 1] = '\0';
    return text;
}

char *process_read(const char *const *argv, bool both, int *status) {
    return read_from(argv, both, NULL, status);
}

char *process_read_in(const struct process_place *place, const char *const *argv, int *status) {
    return read_from(argv, true, place, status);
}

char *process_line(const char *const *argv, int *status) {
    char *text = process_read(argv, false, status);
    text[strcspn(text, "\n")] = '\0';
    return text;
}

char *process_find(const char *program) {
    if (strchr(program, '/'))
        return access(program, X_OK) ? NULL : text_copy(program);
    struct texts folders = {0};
    texts_split(&folders, getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin", ":");
    char *found = NULL;
    for (size_t i = 0; i < folders.count && !found; i++) {
        found = text_format("%s/%s", folders.items[i], program);
        if (access(found, X_OK)) {
            free(found);
            found = NULL;
        }
    }
    texts_free(&folders);
    return found;
}
