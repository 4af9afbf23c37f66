/* SPDX-License-Identifier: MIT */
/* dispatch_model.h -- the reference interpreter: what a raise means, said as plainly as it can be,
 * over bindings that are numbers in a table. It shares no source with the dispatcher, whose levels
 * must leave its trace. */
#ifndef TESTS_SPIN_DISPATCH_MODEL_H
#define TESTS_SPIN_DISPATCH_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define BINDINGS   24 /* the first is the intrinsic handler */
#define GUARDS     3
#define RELATIONS  2
#define WORDS      5
#define TRACE_MAX  4096
#define NESTED_MAX 3
#define CREDIT     8 /* raises by handlers, for each from outside */
#define PENDING    2 /* of what is asynchronous */
#define JOBS       64

/* What guards ask, handlers do, and results become, in the model and, by closures, of
 * the levels. */
struct question {
    bool asked, imposed, of_state; /* of the state that handlers change, or of an argument */
    unsigned argument;
    uint64_t mask, low, high; /* holds where the number, under the mask, lies between these */
    unsigned made;            /* how a level makes it; the model does not care */
};
enum deed { RETURN, COUNT, FILTER, RAISE, LEAVE, MOVE, TALLY, DEEDS };

enum place { ANYWHERE, FIRST, LAST };

struct entry {
    bool installed, cancel, has_post, may_end, async;
    unsigned id, since; /* since when, as a number that grows; of an asynchronous one, whose */
    enum deed deed;
    enum place place;
    int before[RELATIONS], after[RELATIONS]; /* ids, or -1 */
    struct question guard[GUARDS];
    uint64_t post; /* results with this lowest bit count */
};

/* What one world, the model's or a level's, has done. */
struct trace {
    uint64_t word[TRACE_MAX];
    unsigned words;
    uint64_t state, tally; /* TALLY leaves nothing else than a number that depends on all before */
    unsigned depth, credit;
};

/* What a raise goes through. */
struct model_list {
    struct entry entry[BINDINGS];
    unsigned count;
    bool possible, has_fold, has_default;
    uint64_t initial;
};

/* What was put off: a handler's run, or a raise. */
struct job {
    unsigned since; /* whose it is: those of one run in order, the older one's first */
    bool is_raise;
    struct entry handler;
    struct model_list list;
    uint64_t argument[WORDS];
};

/* Large, and not on the stack: what is left there looks like raises under way to the levels. */
struct pending {
    struct job job[JOBS], now;
    unsigned jobs;
    struct model_list list[NESTED_MAX + 1]; /* by the depth of raises */
};

struct model {
    struct entry entry[BINDINGS];
    struct pending *pending;
    unsigned later; /* since when raises are put off, or 0 */
    unsigned arguments, result_bytes, clock;
    bool has_fold, has_default;
    bool plain, unrelated, keyed; /* what changes there will be */
    uint64_t initial;
    struct trace trace;
};

static void note(struct trace *t, uint64_t word) {
    if (t->words < TRACE_MAX)
        t->word[t->words++] = word;
}

static void note_call(struct trace *t, uint64_t who, const uint64_t *word, unsigned words) {
    note(t, who);
    for (unsigned i = 0; i < words; i++)
        note(t, word[i]);
}

static bool answer(const struct question *q, const struct trace *t, const uint64_t *argument) {
    uint64_t asked = (q->of_state ? t->state : argument[q->argument]) & q->mask;
    return q->low <= asked && asked <= q->high;
}

static uint64_t result_of(unsigned id, const uint64_t *argument, unsigned arguments) {
    return 0x0123456789abcdefu * (id + 1) + (arguments ? argument[arguments - 1] : 0);
}

static uint64_t tally(struct trace *t, unsigned id, const uint64_t *argument, unsigned arguments) {
    return t->tally = t->tally * 31 + id + 1 + (arguments ? argument[0] : 0);
}

static uint64_t fold_of(uint64_t running, uint64_t result, bool last) {
    return running * 31 + result + last;
}

enum { TOLD_HANDLER = 100, TOLD_FOLD = 200, TOLD_DEFAULT, TOLD_NOBODY, TOLD_FAILED, TOLD_END };

/* How a handler that may be ended early ends. */
enum end { ENDED, TERMINATED, FAILED };

static enum end end_of(unsigned id, uint64_t result) {
    unsigned n = (unsigned)(result >> 3 ^ result ^ id) % 8;
    return n == 0 ? FAILED : n < 4 ? TERMINATED : ENDED;
}

/* --- The order --- */

static unsigned rank(const struct entry *e) {
    return e->place == FIRST ? 0 : e->place == ANYWHERE ? 1 : 2;
}

static bool says(const int *ids, unsigned id) {
    for (unsigned i = 0; i < RELATIONS; i++)
        if (ids[i] == (int)id)
            return true;
    return false;
}

static bool must_precede(const struct entry *a, const struct entry *b) {
    return says(a->before, b->id) || says(b->after, a->id) || rank(a) < rank(b);
}

static bool prefers(const struct entry *a, const struct entry *b) {
    return a->place == FIRST ? a->since > b->since : a->since < b->since;
}

/* False: there is none. */
static bool model_order(const struct model *m, const struct entry **sequence, unsigned *count) {
    bool placed[BINDINGS] = {false};
    unsigned installed = 0;
    for (unsigned i = 0; i < BINDINGS; i++)
        installed += m->entry[i].installed;
    for (*count = 0; *count < installed; (*count)++) {
        const struct entry *next = NULL;
        for (unsigned i = 0; i < BINDINGS; i++) {
            const struct entry *e = &m->entry[i];
            bool may = e->installed && !placed[i];
            for (unsigned k = 0; may && k < BINDINGS; k++)
                may =
                    k == i || !m->entry[k].installed || placed[k] || !must_precede(&m->entry[k], e);
            if (may && (!next || prefers(e, next)))
                next = e;
        }
        if (!next)
            return false;
        placed[next->id] = true;
        sequence[*count] = next;
    }
    return true;
}

/* --- The raise --- */

static uint64_t model_raise(struct model *m, const uint64_t *given);

/* The job, unless so many of the same are pending already. */
static struct job *put_off(struct model *m, unsigned since, const uint64_t *argument) {
    struct pending *p = m->pending;
    unsigned count = 0;
    for (unsigned i = 0; i < p->jobs; i++)
        count += p->job[i].since == since;
    if (count == PENDING)
        return NULL;
    struct job *job = &p->job[p->jobs++];
    job->since = since;
    memcpy(job->argument, argument, sizeof job->argument);
    return job;
}

static uint64_t model_handle(struct model *m, const struct entry *e, uint64_t *argument) {
    struct trace *t = &m->trace;
    if (e->deed == TALLY)
        return tally(t, e->id, argument, m->arguments);
    uint64_t result = result_of(e->id, argument, m->arguments);
    note_call(t, TOLD_HANDLER + e->id, argument, m->arguments);
    if (e->deed == COUNT)
        t->state++;
    if (e->deed == FILTER && m->arguments)
        argument[0] += e->id + 1;
    if (e->deed == RAISE && t->depth < NESTED_MAX && t->credit) {
        t->credit--;
        model_raise(m, argument);
    }
    if (e->deed == LEAVE)
        m->entry[e->id].installed = false;
    if (e->deed == MOVE) {
        struct entry was = m->entry[e->id];
        const struct entry *sequence[BINDINGS];
        unsigned count;
        m->entry[e->id].place = LAST;
        if (was.installed && !model_order(m, sequence, &count))
            m->entry[e->id] = was;
    }
    return result;
}

static uint64_t narrow(const struct model *m, uint64_t word) {
    return m->result_bytes == 0   ? 0
           : m->result_bytes == 8 ? word
                                  : word & ((1ull << 8 * m->result_bytes) - 1);
}

static uint64_t model_fold(struct model *m, uint64_t running, uint64_t result, bool last,
                           const uint64_t *argument) {
    const uint64_t told[3] = {running, result, last};
    note_call(&m->trace, TOLD_FOLD, told, 3);
    note_call(&m->trace, TOLD_FOLD, argument, m->arguments);
    return narrow(m, fold_of(running, result, last));
}

static void model_list_begin(const struct model *m, struct model_list *list) {
    const struct entry *sequence[BINDINGS];
    list->possible = model_order(m, sequence, &list->count);
    for (unsigned i = 0; i < list->count; i++)
        list->entry[i] = *sequence[i];
    list->has_fold = m->has_fold;
    list->has_default = m->has_default;
    list->initial = m->initial;
}

static uint64_t model_nobody(struct model *m, bool has_default, const uint64_t *argument) {
    if (!has_default)
        return 0;
    note_call(&m->trace, TOLD_DEFAULT, argument, m->arguments);
    return narrow(m, result_of(TOLD_DEFAULT, argument, m->arguments));
}

static uint64_t model_raise_all(struct model *m, const struct model_list *list,
                                uint64_t *argument) {
    const struct entry *copy = list->entry;
    bool fired = false;
    uint64_t running = list->initial, waiting = 0;
    const bool has_fold = list->has_fold;
    if (!list->possible)
        return 0; /* no such bindings are ever committed */
    for (unsigned i = 0; i < list->count; i++) {
        bool holds = true;
        for (unsigned pass = 0; pass < 2; pass++)
            for (unsigned k = 0; k < GUARDS; k++)
                if (copy[i].guard[k].asked && copy[i].guard[k].imposed == !pass)
                    holds = holds && answer(&copy[i].guard[k], &m->trace, argument);
        if (!holds)
            continue;
        if (copy[i].async) {
            struct job *job = put_off(m, copy[i].since, argument);
            if (job) {
                job->is_raise = false;
                job->handler = copy[i];
            }
            continue;
        }
        uint64_t result = model_handle(m, &copy[i], argument);
        enum end end = copy[i].may_end ? end_of(copy[i].id, result) : ENDED;
        if (end == FAILED) {
            note(&m->trace, TOLD_FAILED);
            return 0;
        }
        if (end == TERMINATED)
            continue;
        result = narrow(m, result);
        if (copy[i].has_post && (result & 1) != copy[i].post)
            continue;
        if (fired && has_fold)
            running = model_fold(m, running, waiting, false, argument);
        waiting = result;
        fired = true;
        if (copy[i].cancel)
            break;
    }
    if (fired)
        return has_fold ? model_fold(m, running, waiting, true, argument) : waiting;
    if (!list->has_default && m->result_bytes)
        note(&m->trace, TOLD_NOBODY);
    return model_nobody(m, list->has_default, argument);
}

static uint64_t model_raise(struct model *m, const uint64_t *given) {
    uint64_t argument[WORDS], result;
    struct model_list *list = &m->pending->list[++m->trace.depth];
    memcpy(argument, given, sizeof argument);
    model_list_begin(m, list);
    if (m->later) {
        struct job *job = put_off(m, m->later, argument);
        if (job) {
            job->is_raise = true;
            job->list = *list;
        }
        result = model_nobody(m, list->has_default, argument);
    } else {
        result = model_raise_all(m, list, argument);
    }
    m->trace.depth--;
    note(&m->trace, TOLD_END);
    note(&m->trace, result);
    return result;
}

static void model_run(struct model *m, struct job *job) {
    if (job->is_raise) {
        model_raise_all(m, &job->list, job->argument);
        return;
    }
    uint64_t result = model_handle(m, &job->handler, job->argument);
    if (job->handler.may_end && end_of(job->handler.id, result) == FAILED)
        note(&m->trace, TOLD_FAILED);
}

/* Whose turn it is, or else the oldest's that has something pending. */
static unsigned turn_of(const struct pending *p, unsigned turn) {
    unsigned oldest = p->job[0].since;
    for (unsigned i = 0; i < p->jobs; i++) {
        if (p->job[i].since == turn)
            return turn;
        if (p->job[i].since < oldest)
            oldest = p->job[i].since;
    }
    return oldest;
}

/* All that was put off. One whose turn it is goes on until nothing of its own is left. */
static void model_settle(struct model *m) {
    struct pending *p = m->pending;
    for (unsigned turn = 0, next; p->jobs;) {
        turn = turn_of(p, turn);
        for (next = 0; p->job[next].since != turn;)
            next++;
        p->now = p->job[next];
        memmove(&p->job[next], &p->job[next + 1], (--p->jobs - next) * sizeof p->now);
        model_run(m, &p->now);
    }
}

#endif
