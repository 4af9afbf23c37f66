/* SPDX-License-Identifier: MIT */
/* process.c -- run another program by fork and exec. One that is read from has a process group of
 * its own, so that it can be ended with all that it started. */
#include "base/process.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/die.h"
#include "base/interrupt.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/streams.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long a program that was asked to end (SIGTERM) may take to clean up, in seconds. */
static const double GRACE = 2;

/* Starts ARGV, in PLACE unless that is null. OUT >= 0 becomes its standard output. With IN >= 0
 * that is its standard input, and its standard error ours; else it reads nothing, and its standard
 * error is the same, or nothing. */
static pid_t start(const char *const *argv, int in, int out, bool both,
                   const struct process_place *place) {
    fflush(NULL);
    pid_t parent = getpid(), pid = fork();
    if (pid) {
        if (pid > 0 && out >= 0 && in < 0)
            setpgid(pid, pid); /* as the child does: whichever comes first */
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* it ends with us, however we end */
    if (getppid() != parent)
        _exit(PROCESS_MISSING);
    streams_child();
    if (in >= 0) {
        dup2(in, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
    } else if (out >= 0) {
        setpgid(0, 0);
        int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(nothing, STDIN_FILENO);
        dup2(both ? out : nothing, STDERR_FILENO);
        dup2(out, STDOUT_FILENO);
    }
    if (place && place->folder >= 0 && fchdir(place->folder))
        _exit(PROCESS_MISSING);
    execvpe(argv[0], (char *const *)argv,
            place && place->environment ? (char *const *)place->environment : environ);
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

pid_t process_begin(const char *const *argv, int in, int out) {
    return start(argv, in, out, true, NULL);
}

int process_end(pid_t pid) {
    return finish(pid);
}

int process_run(const char *const *argv) {
    return finish(start(argv, -1, -1, true, NULL));
}

/* "PID (NAME) STATE ...", where NAME may have anything in it. */
static bool state_sleeps(const char *stat) {
    const char *name_end = strrchr(stat, ')');
    char state = name_end && name_end[1] == ' ' ? name_end[2] : '\0';
    return state != 'R' && state != 'D';
}

/* The thread at the path THREAD of /proc, and what it has started. */
static bool thread_sleeps(const char *thread) {
    scoped_text char *state = text_format("%s/stat", thread);
    scoped_text char *list = text_format("%s/children", thread);
    scoped_text char *stat = text_read(state, NULL), *children = text_read(list, NULL);
    scoped_texts struct texts each = {0};
    bool sleeps = !stat || state_sleeps(stat);
    texts_split(&each, children ? children : "", " ");
    for (size_t i = 0; i < each.count && sleeps; i++)
        sleeps = process_sleeps((pid_t)strtol(each.items[i], NULL, 10));
    return sleeps;
}

bool process_sleeps(pid_t pid) {
    scoped_text char *path = text_format("/proc/%d/task", (int)pid);
    DIR *threads = opendir(path);
    const struct dirent *entry;
    bool sleeps = true;
    while (threads && sleeps && (entry = readdir(threads))) {
        scoped_text char *thread = text_format("%s/%s", path, entry->d_name);
        sleeps = *entry->d_name == '.' || thread_sleeps(thread);
    }
    if (threads)
        closedir(threads);
    return sleeps;
}

double process_seconds(pid_t pid) {
    clockid_t clock;
    struct timespec t = {0};
    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t))
        return 0;
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* What a program writes, as it comes. */
struct output {
    const struct process_limits *limits;
    char *text;
    size_t used, capacity;
    bool endless; /* it wrote too much */
};

/* Keeps the last bytes, as many as the limit allows. */
static void output_trim(struct output *o) {
    size_t most = o->limits->bytes;
    if (o->used <= most)
        return;
    assert_that(most > 0);
    memmove(o->text, o->text + o->used - most, most);
    o->used = most;
}

static void output_add(struct output *o, const char *bytes, size_t count) {
    size_t most = o->limits->bytes;
    if (o->used + count > most && !o->limits->last) {
        o->endless = true;
        count = most - o->used;
    } else if (o->used + count > 2 * most) { /* not each time */
        output_trim(o);
    }
    if (o->used + count + 1 > o->capacity) {
        o->capacity = 2 * o->capacity + count + 1;
        o->text = memory_resize(o->text, o->capacity, 1);
    }
    assert_that(o->used + count < o->capacity);
    memcpy(o->text + o->used, bytes, count);
    o->used += count;
}

/* Waits for FD up to a tenth of a second and takes what is there; false at its end. */
static bool output_take(struct output *o, int fd) {
    char bytes[4096];
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    if (poll(&ready, 1, 100) <= 0)
        return true;
    ssize_t got = read(fd, bytes, sizeof bytes);
    if (got > 0)
        output_add(o, bytes, (size_t)got);
    return got > 0 || (got < 0 && errno == EINTR);
}

static bool has_ended(pid_t pid) {
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid == pid;
}

/* Follows PID and its words on FD to the end of both, or ends it; true where it went beyond its
 * limits. SIGNAL was noted before it began: what is left must still be done. */
static bool follow(struct output *o, pid_t pid, int fd, int signal) {
    double begun = now(), told = 0;
    bool late = false, speaks = true;
    while ((speaks = speaks && output_take(o, fd)) || !has_ended(pid)) {
        double moment = now();
        if (!speaks)
            usleep(1000);
        if (told > 0 && moment - told > GRACE) {
            kill(-pid, SIGKILL);
            break;
        }
        late |= o->limits->seconds > 0 && moment - begun > o->limits->seconds;
        if (told > 0 || !(late || o->endless || interrupted() != signal))
            continue;
        kill(-pid, SIGTERM);
        told = moment;
    }
    return late || o->endless;
}

char *process_read_in(const struct process_place *place, const struct process_limits *limits,
                      const char *const *argv, bool both, int *status) {
    static const struct process_limits usual = {PROCESS_SECONDS, PROCESS_BYTES, false};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        die(STATUS_MISSING, "cannot run %s: no pipe: %s", argv[0], strerror(errno));
    int signal = interrupted(); /* before the start: the program itself may send the next one */
    pid_t pid = start(argv, -1, ends[1], both, place);
    close(ends[1]);
    struct output o = {.limits = limits ? limits : &usual};
    output_add(&o, "", 0);
    bool endless = pid > 0 && follow(&o, pid, ends[0], signal);
    close(ends[0]);
    int ended = finish(pid);
    if (status)
        *status = endless ? PROCESS_ENDLESS : ended;
    output_trim(&o);
    while (o.used && o.text[o.used - 1] == '\n')
        o.used--;
    assert_that(o.used < o.capacity);
    o.text[o.used] = '\0';
    return o.text;
}

char *process_read(const char *const *argv, bool both, int *status) {
    return process_read_in(NULL, NULL, argv, both, status);
}

char *process_line(const char *const *argv, int *status) {
    char *text = process_read(argv, false, status);
    text[strcspn(text, "\n")] = '\0';
    return text;
}

void process_environment(struct texts *list, const char *const *names, bool kept) {
    for (char **variable = environ; *variable; variable++) {
        size_t length = strcspn(*variable, "=");
        bool named = false;
        for (const char *const *name = names; *name && !named; name++)
            named = strlen(*name) == length && !strncmp(*name, *variable, length);
        if (named == kept)
            texts_add(list, *variable);
    }
}

char *process_find(const char *program) {
    if (strchr(program, '/'))
        return access(program, X_OK) ? NULL : text_copy(program);
    scoped_texts struct texts folders = {0};
    texts_split(&folders, getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin", ":");
    for (size_t i = 0; i < folders.count; i++) {
        scoped_text char *found = text_format("%s/%s", folders.items[i], program);
        if (!access(found, X_OK))
            return text_copy(found);
    }
    return NULL;
}
