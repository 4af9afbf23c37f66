/* SPDX-License-Identifier: MIT */
/* poll.c -- waiting for any of many descriptors: each file type adds its products to one predicate,
 * and the tag says which descriptor it was. Where they are too many for a predicate, those of each
 * group of files that share a counter of changes become one product.
 *
 * A process without a position of the vector of slices would not be woken: it gives the processor
 * to the next process instead, and looks again. */
#include "exo/libos/exos/files/file_ops.h"
#include "exo/libos/exos/files/wait.h"
#include "exo/libos/time/clock.h"
#include "exo/libos/exos/process/critical.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

/* A process may end without a word, killed from outside; who sleeps looks for such so often. */
#define LOOK_NS      10000000ul
#define LOOK_AT_ONCE 32

#define TAG_TIME     (HOOKS_TAG + 1)
#define TAG_GROUP(n) (HOOKS_TAG + 2 + (n))

struct waiting {
    struct exos_poll *poll;
    unsigned count;
    uint64_t until; /* by the TSC; ~0: for ever */
    uint64_t seen[EVENTS];
};

/* Whether it is ready, which is noted. */
static bool look_at(struct exos_poll *p) {
    const struct open_file *f = open_file_of(p->fd);
    p->ready = 0;
    if (p->fd < 0)
        return false;
    if (f)
        p->ready = file_ready(f) & (p->wanted | EXOS_POLL_ENDED);
    else
        p->ready = EXOS_POLL_ENDED;
    return p->ready;
}

/* How many are ready. In pieces, for there may be many, whose memory may be a fault away. */
static unsigned look(const struct waiting *w) {
    unsigned ready = 0;
    for (unsigned i = 0; i < w->count;) {
        unsigned end = i + LOOK_AT_ONCE < w->count ? i + LOOK_AT_ONCE : w->count;
        critical_begin();
        for (; i < end; i++)
            ready += look_at(&w->poll[i]);
        critical_end();
    }
    return ready;
}

static void add_times(const struct waiting *w, struct sum *s) {
    uint64_t at = clock_now() + clock_ticks(LOOK_NS);
    sum_from(s, at < w->until ? at : w->until, TAG_TIME);
    hooks_wakes(s);
}

/* Each descriptor by its own products. */
static void by_descriptors(const struct waiting *w, struct sum *s) {
    *s = (struct sum){0};
    add_times(w, s);
    for (unsigned i = 0; i < w->count && !s->full; i++) {
        const struct open_file *f = open_file_of(w->poll[i].fd);
        if (f && file_ops(f)->wakes)
            file_ops(f)->wakes(f, w->poll[i].wanted, s, i + 1);
    }
}

/* Each group of files by its counter of changes, as it was before anybody looked. */
static void by_groups(const struct waiting *w, struct sum *s) {
    *s = (struct sum){0};
    add_times(w, s);
    for (unsigned n = 0; n < EVENTS; n++) {
        sum_term(s, TERM_NE, sum_variable(s, &files->event[n]), TERM_CONSTANT, w->seen[n]);
        sum_end(s, TAG_GROUP(n));
    }
}

/* Sleeps until a product holds. *tag: which; 0: nobody can tell. */
static long sleep_by(const struct sum *s, uint64_t *tag) {
    *tag = 0;
    long error = sum_sleep(s, tag);
    if (error == -E_AGAIN) {
        process_pass();
        error = 0;
    }
    hooks_woken();
    return error;
}

static long sleep(const struct waiting *w, uint64_t *tag) {
    struct sum s;
    by_descriptors(w, &s);
    if (s.full)
        by_groups(w, &s);
    return sleep_by(&s, tag);
}

/* Looks where the tag says. */
static unsigned look_after(struct waiting *w, uint64_t tag) {
    unsigned ready = 0;
    for (unsigned i = 0; i < w->count; i++)
        w->poll[i].ready = 0;
    for (unsigned n = 0; n < EVENTS; n++)
        w->seen[n] = files->event[n];
    if (tag && tag <= w->count) {
        critical_begin();
        ready = look_at(&w->poll[tag - 1]);
        critical_end();
    }
    if (tag == TAG_TIME || !tag) {
        critical_begin();
        open_files_sweep();
        critical_end();
    }
    return ready ? ready : look(w);
}

long exos_poll(struct exos_poll *poll, unsigned count, int64_t nanoseconds) {
    struct waiting w = {poll,
                        count,
                        nanoseconds < 0 ? ~0ul : clock_now() + clock_ticks((uint64_t)nanoseconds),
                        {0}};
    uint64_t tag = 0, handled = exos_own()->handled;
    for (;;) {
        unsigned ready = look_after(&w, tag);
        if (ready)
            return ready;
        if (clock_now() >= w.until)
            return 0;
        if (exos_own()->handled != handled)
            return -E_INTERRUPTED;
        long error = sleep(&w, &tag);
        if (error)
            return error;
    }
}

long files_wait(int fd, unsigned wanted) {
    struct exos_poll p = {.fd = fd, .wanted = wanted};
    uint64_t interrupted = exos_own()->interrupted;
    long n = exos_poll(&p, 1, -1);
    if (n == -E_INTERRUPTED && exos_own()->interrupted == interrupted)
        return 0; /* it is taken up again */
    return n < 0 ? n : 0;
}

bool files_is_ready(int fd, unsigned wanted) {
    struct exos_poll p = {.fd = fd, .wanted = wanted};
    return exos_poll(&p, 1, 0) > 0;
}

long files_wait_change(const volatile uint64_t *event, uint64_t seen) {
    const struct waiting w = {.until = ~0ul};
    uint64_t tag, interrupted = exos_own()->interrupted;
    struct sum s = {0};
    add_times(&w, &s);
    sum_term(&s, TERM_NE, sum_variable(&s, event), TERM_CONSTANT, seen);
    sum_end(&s, TAG_GROUP(0));
    long error = sleep_by(&s, &tag);
    return !error && exos_own()->interrupted != interrupted ? -E_INTERRUPTED : error;
}
