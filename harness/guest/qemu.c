/* SPDX-License-Identifier: MIT */
/* qemu.c -- start, watch and end a QEMU. */
#include "guest/qemu.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/die.h"
#include "base/process.h"
#include "base/status.h"
#include "base/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* How the harness follows it. */
static void add_watch(struct texts *list) {
    texts_add(list, "-chardev");
    texts_take(list, text_format("socket,id=qmp,fd=%d", QEMU_QMP_FD));
    texts_split(list, "-mon chardev=qmp,mode=control -D", " ");
    texts_take(list, text_format("/dev/fd/%d", QEMU_CPU_LOG_FD));
    /* A guest that has shut down stays, stopped, until its registers are read; one that panicked
     * goes on to say why. */
    texts_split(list, "-action shutdown=pause,panic=none", " ");
}

static const char *program_name(void) {
    const char *named = getenv("QEMU");
    return named && *named ? named : "qemu-system-x86_64";
}

/* "7.2.22 (Debian ...)": its first two numbers; false where it does not begin with them. */
static bool version_read(const char *text, long *major, long *minor) {
    char *dot, *end;
    *major = strtol(text, &dot, 10);
    if (dot == text || *dot != '.')
        return false;
    *minor = strtol(dot + 1, &end, 10);
    return end > dot + 1 && *major >= 0 && *major < 1000 && *minor >= 0 && *minor < 100;
}

/* What `--version` may take: QEMU needs a tenth of a second. */
static const struct process_limits version_limits = {10, 64 << 10, false};

/* The first line of what the program says of its version; a new string. */
static char *version_line(int *status) {
    char *text = process_read_in(
        NULL, &version_limits, (const char *[]){program_name(), "--version", NULL}, false, status);
    text[strcspn(text, "\n")] = '\0';
    return text;
}

const char *qemu_version(struct failure *why) {
    static char version[32];
    if (*version)
        return version;
    int status;
    long major = 0, minor = 0;
    scoped_text char *line = version_line(&status);
    const char *number = strstr(line, "version ");
    bool read = number && version_read(number + 8, &major, &minor);
    if (status == PROCESS_MISSING)
        failure_set(why, STATUS_QEMU,
                    "QEMU is missing: no '%s' to run; install it (`exospin doctor` prints the "
                    "command) or set QEMU to its path",
                    program_name());
    else if (status == PROCESS_ENDLESS)
        failure_set(why, STATUS_QEMU,
                    "'%s --version' did not end within %g s, or printed without end; set QEMU to a "
                    "qemu-system-x86_64",
                    program_name(), version_limits.seconds);
    else if (!read)
        failure_set(why, STATUS_QEMU,
                    "'%s --version' ended with status %d and told no version; set QEMU to a "
                    "qemu-system-x86_64",
                    program_name(), status);
    else if (major * 100 + minor < 702)
        failure_set(why, STATUS_QEMU,
                    "QEMU %ld.%ld ('%s') is too old; 7.2 or newer is needed, for -seed and "
                    "-icount as measured",
                    major, minor, program_name());
    else
        snprintf(version, sizeof version, "%.*s", (int)strcspn(number + 8, " ("), number + 8);
    return *version ? version : NULL;
}

const char *qemu_program(void) {
    struct failure why = {0};
    if (!qemu_version(&why))
        give_up(&why);
    return program_name();
}

/* The lowest descriptor above those that the child is to find, so that no dup2 in it steps on
 * another. */
static int lift(int fd) {
    int high = fcntl(fd, F_DUPFD_CLOEXEC, QEMU_LIFTED);
    if (high < 0) /* EINVAL: QEMU_LIFTED is beyond the limit */
        die(STATUS_QEMU_DIED, "no file descriptor left for QEMU: %s; raise the limit (ulimit -n)",
            strerror(errno == EINVAL ? EMFILE : errno));
    assert_that(high >= QEMU_LIFTED);
    close(fd);
    return high;
}

int qemu_file(const char *path) {
    int fd = text_open(path);
    return fd < 0 ? -1 : lift(fd);
}

unsigned qemu_guests_max(void) {
    /* Above QEMU_LIFTED: what starts a guest, QMP's other end and an initramfs; and three that each
     * one keeps, QMP and two files in memory. What else is open has room below. A guest with disks,
     * which few have, needs one more for each. */
    static const rlim_t start = 2, keep = 3;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit))
        return 1;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    rlim_t free = limit.rlim_cur > QEMU_LIFTED + start ? limit.rlim_cur - QEMU_LIFTED - start : 0;
    return free / keep < 1000 ? (unsigned)(free / keep) : 1000;
}

int qemu_memory(const char *name) {
    int fd = memfd_create(name, MFD_CLOEXEC);
    if (fd < 0)
        die(STATUS_QEMU_DIED, "cannot make a file in memory: %s", strerror(errno));
    return lift(fd);
}

/* No file that QEMU writes grows beyond this, in bytes, even while the harness stands still and
 * watches nothing (guest.c ends it long before). */
static const rlim_t FILE_MAX = 256u << 20;

static void limit_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur <= FILE_MAX)
        return;
    limit.rlim_cur = FILE_MAX;
    setrlimit(RLIMIT_FSIZE, &limit);
}

/* In the child: becomes QEMU, with its descriptors where its arguments say. */
static _Noreturn void become(const struct qemu *q, const struct qemu_boot *b, int qmp,
                             char **argv) {
    setpgid(0, 0); /* Ctrl-C at the terminal is the harness's to handle */
    const int moves[][2] = {{qmp, QEMU_QMP_FD},
                            {q->cpu_log, QEMU_CPU_LOG_FD},
                            {b->initrd, QEMU_INITRD_FD},
                            {q->words, STDOUT_FILENO},
                            {q->words, STDERR_FILENO}};
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i][0] >= 0)
            dup2(moves[i][0], moves[i][1]);
    for (size_t i = 0; i < b->disks; i++) {
        if (b->disk[i].fd >= 0)
            dup2(b->disk[i].fd, QEMU_DISK_FD + (int)i);
        if (b->disk[i].logs)
            dup2(b->disk[i].log_fd, QEMU_LOG_FD + (int)i);
    }
    for (unsigned i = 0; i < b->net.hubs; i++)
        dup2(b->net.capture[i], QEMU_CAPTURE_FD + (int)i);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    limit_files();
    streams_child();
    execvp(argv[0], argv);
    dprintf(STDERR_FILENO, "cannot run %s: %s\n", argv[0], strerror(errno));
    _exit(PROCESS_MISSING);
}

int qemu_start(struct qemu *q, const struct qemu_boot *b, struct failure *why) {
    int ends[2];
    scoped_texts struct texts argv = {0};
    texts_add(&argv, qemu_program());
    qemu_machine(b, &argv);
    qemu_arguments(b, &argv);
    add_watch(&argv);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        return failure_set(why, STATUS_QEMU_DIED, "no socket pair for QMP: %s", strerror(errno));
    assert_that(b->initrd < 0 || b->initrd >= QEMU_LIFTED); /* else the child would lose it */
    int mine = lift(ends[0]), theirs = lift(ends[1]);
    *q = (struct qemu){.cpu_log = qemu_memory("cpu"), .words = qemu_memory("words")};
    fflush(NULL);
    pid_t parent = getpid();
    q->pid = fork();
    if (q->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(PROCESS_MISSING); /* the harness died between fork and prctl */
        become(q, b, theirs, argv.items);
    }
    close(theirs);
    qmp_open(&q->qmp, mine);
    if (q->pid > 0)
        return 0;
    q->pid = 0;
    q->ended = true;
    return failure_set(why, STATUS_QEMU_DIED, "cannot start QEMU: %s", strerror(errno));
}

bool qemu_poll(struct qemu *q) {
    if (q->ended)
        return false;
    qmp_poll(&q->qmp);
    if (waitpid(q->pid, &q->wait_status, WNOHANG) != q->pid)
        return true;
    q->ended = true;
    qmp_poll(&q->qmp); /* what it said last */
    return false;
}

void qemu_kill(struct qemu *q) {
    if (q->ended || q->pid <= 0)
        return;
    kill(q->pid, SIGKILL);
    while (waitpid(q->pid, &q->wait_status, 0) < 0 && errno == EINTR)
        continue;
    q->ended = true;
}

static char *memory_text(int fd) {
    char *path = text_format("/proc/self/fd/%d", fd), *text = text_read(path, NULL);
    free(path);
    return text ? text : text_copy("");
}

char *qemu_words(const struct qemu *q) {
    scoped_text char *text = memory_text(q->words);
    scoped_texts struct texts lines = {0};
    size_t length = strlen(text), most = 4000; /* the end says why */
    texts_split(&lines, length > most ? text + length - most : text, "\n");
    return texts_join(&lines, "; ");
}

char *qemu_cpu_log(const struct qemu *q) {
    return memory_text(q->cpu_log);
}

unsigned qemu_requests(const struct qemu *q) {
    scoped_text char *log = qemu_cpu_log(q);
    unsigned count = 0;
    for (const char *at = log; (at = strstr(at, QEMU_DISK_TRACE)); at += strlen(QEMU_DISK_TRACE))
        count++;
    return count;
}

size_t qemu_wrote(const struct qemu *q) {
    struct stat words = {0}, log = {0};
    fstat(q->words, &words);
    fstat(q->cpu_log, &log);
    return (size_t)words.st_size + (size_t)log.st_size;
}

void qemu_close(struct qemu *q) {
    assert_that(q->ended);
    qmp_close(&q->qmp);
    close(q->cpu_log);
    close(q->words);
}
