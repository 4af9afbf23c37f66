/* SPDX-License-Identifier: MIT */
/* typing.c -- QEMU between two pipes, and its words looked through for the prompt. */
#include "guest/typing.h"
#include "base/assert.h"
#include "base/die.h"
#include "base/process.h"
#include "base/status.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define PROMPT "> "

/* How far we are in the dialogue. */
struct typing {
    int to, from;    /* QEMU's standard input and output */
    size_t seen;     /* of PROMPT, at the beginning of a line; none yet where it is all of it */
    bool begins;     /* the next byte is the first of a line */
    bool asked;      /* the guest waits for a line */
    bool open;       /* in the middle of the line that it is given */
    bool over;       /* standard input has ended, and that was said */
    char held[4096]; /* what was read and not given yet */
    size_t count;
};

/* False where the other side has gone. */
static bool write_all(int fd, const char *bytes, size_t count) {
    while (count) {
        ssize_t done = write(fd, bytes, count);
        if (done < 0 && errno != EINTR)
            return false;
        bytes += done > 0 ? done : 0;
        count -= done > 0 ? (size_t)done : 0;
    }
    return true;
}

static void look(struct typing *t, const char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bool fits = (t->begins || t->seen) && bytes[i] == PROMPT[t->seen];
        t->seen = fits ? t->seen + 1 : 0;
        t->begins = bytes[i] == '\n' || bytes[i] == '\r';
        if (t->seen == strlen(PROMPT)) {
            t->asked = true;
            t->seen = 0;
        }
    }
}

/* Takes what QEMU has said; false at its end. */
static bool hear(struct typing *t, pid_t qemu) {
    char bytes[4096];
    ssize_t got = read(t->from, bytes, sizeof bytes);
    if (got <= 0)
        return got < 0 && errno == EINTR;
    look(t, bytes, (size_t)got);
    if (!write_all(STDOUT_FILENO, bytes, (size_t)got))
        kill(qemu, SIGTERM); /* nobody reads it any more */
    return true;
}

static void give(struct typing *t, const char *bytes, size_t count) {
    bool ends = bytes[count - 1] == '\n' || bytes[count - 1] == '\r';
    write_all(t->to, bytes, count); /* a QEMU that has ended is noticed by its silence */
    t->open = !ends;
    t->asked = !ends;
}

/* Gives what is held up to the end of a line; the rest waits for the next prompt. */
static void give_held(struct typing *t) {
    size_t count = 0;
    while (count < t->count && t->held[count] != '\n' && t->held[count] != '\r')
        count++;
    count += count < t->count;
    assert_that(count > 0 && count <= t->count);
    give(t, t->held, count);
    t->count -= count;
    memmove(t->held, t->held + count, t->count);
}

/* Reads on, and gives it; at the end of the input says so to the guest. */
static void type(struct typing *t) {
    ssize_t got = t->count ? 0 : read(STDIN_FILENO, t->held, sizeof t->held);
    t->count += got > 0 ? (size_t)got : 0;
    if (t->count) {
        give_held(t);
    } else if (t->open) {
        give(t, "\n", 1);
    } else {
        t->over = true;
        give(t, "halt\n", strlen("halt\n"));
    }
}

static void talk(struct typing *t, pid_t qemu) {
    for (bool on = true; on;) {
        bool types = t->asked && !t->over;
        struct pollfd ready[] = {{.fd = t->from, .events = POLLIN},
                                 {.fd = types && !t->count ? STDIN_FILENO : -1, .events = POLLIN}};
        if (types && t->count)
            type(t);
        else if (poll(ready, 2, -1) < 0)
            on = errno == EINTR;
        else if (ready[0].revents)
            on = hear(t, qemu);
        else if (ready[1].revents)
            type(t);
    }
}

int typing_run(const char *const *argv) {
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
        die(STATUS_QEMU_DIED, "no pipe to QEMU: %s", strerror(errno));
    pid_t qemu = process_begin(argv, to[0], from[1]);
    struct typing t = {.to = to[1], .from = from[0], .begins = true};
    close(to[0]);
    close(from[1]);
    talk(&t, qemu);
    close(to[1]);
    close(from[0]);
    return process_end(qemu);
}
