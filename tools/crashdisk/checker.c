/* SPDX-License-Identifier: MIT */
/* checker.c -- see checker.h. */
#include "checker.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/scope.h"
#include "base/text.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MOST = 4096, SAID_MOST = 64 << 10, TOLD_MOST = 400 };

void checker_open(struct checker *c, char *const *words, const char *path, bool server,
                  double seconds) {
    size_t count = 0;
    while (words[count])
        count++;
    *c = (struct checker){.seconds = seconds, .server = server};
    c->words = memory_new(count + 2, sizeof *c->words);
    for (size_t i = 0; i < count; i++)
        c->words[i] = text_copy(words[i]);
    c->words[count] = text_copy(path);
    signal(SIGPIPE, SIG_IGN); /* of a server that has ended */
}

/* What a check said: short, and the same whatever the image's path was; a new string. */
static char *said_shortly(const struct checker *c, char *said) {
    size_t last = 0;
    while (c->words[last + 1])
        last++;
    const char *path = c->words[last];
    scoped_texts struct texts parts = {0};
    char *rest = said;
    for (char *found; (found = strstr(rest, path)); rest = found + strlen(path)) {
        *found = '\0';
        texts_add(&parts, rest);
        texts_add(&parts, "IMAGE");
    }
    texts_add(&parts, rest);
    scoped_text char *whole = texts_join(&parts, "");
    size_t length = strlen(whole);
    return length <= TOLD_MOST ? text_copy(whole)
                               : text_format("... %s", whole + length - TOLD_MOST);
}

/* ---- a command ---- */

static void tell(const char *name, uint64_t value) {
    scoped_text char *text = text_format("%" PRIu64, value);
    setenv(name, text, 1);
}

static char *run(const struct checker *c, uint64_t number, const struct seen_state *state) {
    const struct process_limits limits = {c->seconds, SAID_MOST, true};
    int status;
    tell("CRASHDISK_TORN", state->torn);
    tell("CRASHDISK_FLUSHES", state->flushes);
    tell("CRASHDISK_STATE", number);
    scoped_text char *said =
        process_read_in(NULL, &limits, (const char *const *)c->words, true, &status);
    scoped_text char *shortly = said_shortly(c, said);
    return status ? text_format("status %d: %s", status, shortly) : NULL;
}

/* ---- a server ---- */

static bool start(struct checker *c) {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC))
        return false;
    if (pipe2(out, O_CLOEXEC)) {
        close(in[0]);
        close(in[1]);
        return false;
    }
    c->pid = process_begin((const char *const *)c->words, in[0], out[1]);
    close(in[0]);
    close(out[1]);
    c->to = in[1];
    c->from = out[0];
    if (c->pid > 0)
        return true;
    c->pid = 0;
    close(c->to);
    close(c->from);
    return false;
}

/* Ends it; gives how it ended. */
static int stop(struct checker *c, bool kill_it) {
    close(c->to);
    close(c->from);
    if (kill_it)
        kill(c->pid, SIGKILL);
    int status = process_end(c->pid);
    c->pid = 0;
    return status;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Its answer's line into TEXT. Bytes read; 0 where it ended, below 0 where it took too long. */
static long listen_to(const struct checker *c, char text[ANSWER_MOST]) {
    double until = now() + c->seconds;
    size_t length = 0;
    while (length < ANSWER_MOST - 1) {
        struct pollfd from = {.fd = c->from, .events = POLLIN};
        double left = until - now();
        if (left <= 0 || poll(&from, 1, (int)(left * 1000) + 1) <= 0)
            return -1;
        ssize_t got = read(c->from, text + length, ANSWER_MOST - 1 - length);
        if (got <= 0)
            return 0;
        length += (size_t)got;
        if (text[length - 1] == '\n')
            break;
    }
    text[length] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return (long)length;
}

static char *ask(struct checker *c, uint64_t number, const struct seen_state *state) {
    char answer[ANSWER_MOST];
    if (!c->pid && !start(c))
        return text_format("cannot be run: %s", strerror(errno));
    dprintf(c->to, "%" PRIu64 " %d %zu\n", number, state->torn, state->flushes);
    long length = listen_to(c, answer);
    if (length < 0) {
        stop(c, true);
        return text_format("no answer within %g s", c->seconds);
    }
    if (!length)
        return text_format("ended with status %d", stop(c, false));
    return strcmp(answer, "good") ? text_copy(answer) : NULL;
}

char *checker_judge(struct checker *c, uint64_t number, const struct seen_state *state) {
    return c->server ? ask(c, number, state) : run(c, number, state);
}

void checker_close(struct checker *c) {
    if (c->pid)
        stop(c, interrupted());
    for (size_t i = 0; c->words[i]; i++)
        free(c->words[i]);
    free(c->words);
}
