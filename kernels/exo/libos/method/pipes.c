/* SPDX-License-Identifier: MIT */
/* pipes.c -- the program `pipes`: protected_pipe.h's abstraction. Its pages are by the capability
 * in slot 0, which no caller has; windows are by that in slot 1, which opens callers. Of a caller
 * it believes the id, which the kernel told, and nothing else: numbers are checked, and what is
 * copied lies in pages that this environment mapped itself. */
#include <stdbool.h>

#include "exo/defence.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/method/method.h"
#include "exo/libos/method/protected_pipe.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/string.h"
#include "user/program.h"

#define BYTES   PROTECTED_PIPE_BYTES
#define PAGES   (BYTES / 4096)
#define CLIENTS 64
#define PIPES   64
#define WINDOWS 0x600000000000ul /* CLIENTS of them, BYTES each */
#define RINGS   0x600010000000ul /* PIPES of them */
#define DATA    (EXO_WRITE | EXO_NO_EXEC)

struct pipe {
    uint64_t end[2];        /* environments, by enum pipe_end; 0: no such pipe */
    uint64_t written, read; /* bytes, ever */
};

static uint64_t client[CLIENTS]; /* environments */
static struct pipe pipes[PIPES];

static bool is_there(uint64_t env) {
    const volatile struct exo_env *e = env ? exposed_env(env) : 0;
    return e && e->state == EXO_ENV_READY;
}

static char *window_of(uint64_t env) {
    for (unsigned i = 0; i < CLIENTS; i++)
        if (client[i] == env)
            return (char *)WINDOWS + i * BYTES;
    return 0;
}

/* Frames for the window of the n-th place, mapped here and at `at` in the caller. */
static long share(unsigned n, uint64_t env, uint64_t at, uint64_t software) {
    const uint64_t here = WINDOWS + n * BYTES;
    const struct exo_pages none = {here, 0, PAGES};
    exo_page_update(0, 0, 0, &none, 1, 0); /* whoever had it has ended */
    long error = frames_map(1, 0, 1, here, PAGES, DATA);
    for (unsigned i = 0; !error && i < PAGES; i++) {
        memset((char *)here + i * 4096, 0, 4096);
        uint64_t entry = (exposed_entry(here + i * 4096) & EXO_FRAME_OF) | DATA | EXO_PRESENT;
        const struct exo_pages there = {at + i * 4096, entry | software, 1};
        long done = exo_page_update(1, env, 1, &there, 1, 0);
        error = done < 0 ? done : 0;
    }
    return error;
}

static long window(uint64_t env, uint64_t at, uint64_t software) {
    if (window_of(env))
        return -E_EXISTS;
    for (unsigned i = 0; i < CLIENTS; i++) {
        if (is_there(client[i]))
            continue;
        client[i] = 0;
        long error = share(i, env, at, software & EXO_SOFTWARE);
        if (!error)
            client[i] = env;
        return error;
    }
    return -E_FULL;
}

static long make(uint64_t env) {
    for (unsigned i = 0; i < PIPES; i++) {
        if (is_there(pipes[i].end[PIPE_READER]) || is_there(pipes[i].end[PIPE_WRITER]))
            continue;
        uint64_t at = RINGS + i * BYTES;
        long error = exposed_entry(at) ? 0 : frames_map(0, 0, 0, at, PAGES, DATA);
        if (error)
            return error;
        pipes[i] = (struct pipe){.end = {env, env}};
        return i;
    }
    return -E_FULL;
}

/* The pipe with this number, if that end of it is the caller's. */
static long find(uint64_t number, uint64_t end, uint64_t env, struct pipe **p) {
    if (number >= PIPES || end > PIPE_WRITER)
        return -E_INVALID;
    *p = &pipes[number];
    return (*p)->end[end] == env || !DEFENDED(PIPES_OWNER) ? 0 : -E_PERM;
}

static long give(uint64_t number, uint64_t end, uint64_t env, uint64_t to) {
    struct pipe *p;
    long error = find(number, end, env, &p);
    if (!error && !is_there(to))
        error = -E_DEAD;
    if (!error)
        p->end[end] = to;
    return error;
}

/* Copies n bytes between a window and the ring, from `position` on. */
static void copy(unsigned pipe, uint64_t position, char *window, uint64_t n, bool in) {
    char *ring = (char *)RINGS + pipe * BYTES, *at = ring + position % BYTES;
    uint64_t left = BYTES - position % BYTES, first = n < left ? n : left;
    memcpy(in ? at : window, in ? window : at, first);
    if (n > first)
        memcpy(in ? ring : window + first, in ? window + first : ring, n - first);
}

static long move(struct message *m, enum pipe_end end) {
    struct pipe *p;
    uint64_t number = m->word[1], bytes = m->word[2];
    long error = find(number, end, m->from, &p);
    char *window = window_of(m->from);
    if (error)
        return error;
    if (!window)
        return -E_NOT_FOUND;
    if (bytes > BYTES)
        return -E_TOO_LONG;
    bool in = end == PIPE_WRITER;
    uint64_t there = in ? BYTES - (p->written - p->read) : p->written - p->read;
    uint64_t n = bytes < there ? bytes : there;
    copy((unsigned)number, in ? p->written : p->read, window, n, in);
    *(in ? &p->written : &p->read) += n;
    m->word[1] = p->end[!end];
    return (long)n;
}

static long answer(struct message *m) {
    switch (m->word[0]) {
    case PIPE_WINDOW:
        return window(m->from, m->word[1], m->word[2]);
    case PIPE_MAKE:
        return make(m->from);
    case PIPE_GIVE:
        return give(m->word[1], m->word[2], m->from, m->word[3]);
    case PIPE_WRITE:
        return move(m, PIPE_WRITER);
    case PIPE_READ:
        return move(m, PIPE_READER);
    default:
        return -E_NO_CALL;
    }
}

static void serve(struct message *m) {
    m->word[0] = (uint64_t)answer(m);
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    (void)a, (void)b, (void)words;
    method_serve(serve);
}
