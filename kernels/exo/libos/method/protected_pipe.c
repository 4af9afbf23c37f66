/* SPDX-License-Identifier: MIT */
/* protected_pipe.c -- see protected_pipe.h: the caller's side. */
#include "exo/libos/method/protected_pipe.h"

#include <stdbool.h>

#include "exo/libos/method/method.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"

static long ask(const struct protected_pipes *p, struct message *m) {
    long error = method_call(p->env, m);
    return error ? error : (long)m->word[0];
}

long protected_pipe_open(struct protected_pipes *p, uint64_t env, void *at, uint64_t software) {
    struct message m = {.word = {PIPE_WINDOW, (uint64_t)at, software}};
    *p = (struct protected_pipes){env, at};
    return ask(p, &m);
}

long protected_pipe_make(const struct protected_pipes *p) {
    struct message m = {.word = {PIPE_MAKE}};
    return ask(p, &m);
}

long protected_pipe_give(const struct protected_pipes *p, uint64_t pipe, enum pipe_end end,
                         uint64_t to) {
    struct message m = {.word = {PIPE_GIVE, pipe, end, to}};
    return ask(p, &m);
}

/* Until something went through. Meanwhile the other end gets the processor, until it has ended. */
static long some(const struct protected_pipes *p, enum pipe_method method, uint64_t pipe,
                 size_t bytes, bool *ended) {
    *ended = false;
    for (;;) {
        struct message m = {.word = {method, pipe, bytes}};
        long n = ask(p, &m);
        if (n || *ended)
            return n;
        *ended = exo_env_yield(m.word[1]) != 0; /* what it did before it ended is still there */
    }
}

long protected_pipe_write(const struct protected_pipes *p, uint64_t pipe, size_t bytes) {
    for (size_t done = 0; done < bytes;) {
        bool ended;
        long n = some(p, PIPE_WRITE, pipe, bytes - done, &ended);
        if (n <= 0)
            return n ? n : -E_DEAD;
        done += (size_t)n;
        if (done < bytes)
            memmove(p->window, p->window + n, bytes - done);
    }
    return (long)bytes;
}

long protected_pipe_read(const struct protected_pipes *p, uint64_t pipe, size_t bytes) {
    bool ended;
    return bytes ? some(p, PIPE_READ, pipe, bytes, &ended) : 0;
}
