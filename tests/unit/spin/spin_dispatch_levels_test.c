/* SPDX-License-Identifier: MIT */
/* spin_dispatch_levels_test.c -- random bindings, changed and raised at random, at every level: the
 * same changes are refused, and the same trace is left, as by the reference interpreter.
 * DISPATCH_SEEDS and DISPATCH_SEED in the environment make a campaign of it. */
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>

#include "dispatch_world_change.h"
#include "spin/services/events/introspect.h"

#define CHANGES_A_LIST 48
#define LEVELS         (LEVEL_BEST - LEVEL_INTERPRETED + 1)
#define WORLDS         (LEVELS + 1) /* the last one is watched */

/* An allocation within a raise is called by way of code that was made for it, so that each has a
 * stack of calls that no other has had. The sanitizer keeps all stacks for ever, and what was freed
 * up to a quarter of a GiB: two calls and less of that leave a campaign's memory constant. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "malloc_context_size=2:quarantine_size_mb=16";
}

static void begin_world(struct world *w, unsigned number, const struct model *m) {
    struct change c;
    enum level level = number < LEVELS ? LEVEL_INTERPRETED + number : LEVEL_BEST;
    *w = (struct world){.level = level, .cell = (event_fn *)intrinsic, .arguments = m->arguments};
    w->event = (struct event){.name = "Test.Event",
                              .module = &own_module,
                              .authorizer = &w->authorizer,
                              .cell = &w->cell,
                              .intrinsic = (event_fn *)intrinsic,
                              .arguments = (uint8_t)m->arguments,
                              .result_bytes = (uint8_t)m->result_bytes,
                              .bindings = &w->bindings};
    change_open(&c, &own_module, NULL);
    change_level(&c, &w->event, level);
    change_watch(&c, &w->event, number == LEVELS);
    if (m->plain || m->keyed)
        change_withdraw_intrinsic(&c, &w->event);
    assert_int_equal(change_commit(&c), 0);
    w->binding[0] = w->bindings->intrinsic;
}

static void begin_model(struct model *m, struct random *r) {
    static const unsigned bytes[] = {0, 1, 2, 4, 8, 8};
    static struct pending pending;
    pending.jobs = 0;
    *m = (struct model){.pending = &pending,
                        .arguments = random_below(r, WORDS + 1),
                        .result_bytes = bytes[random_below(r, 6)],
                        .plain = random_below(r, 3) == 0,
                        .unrelated = random_below(r, 2)};
    m->keyed = m->arguments && random_below(r, 3) == 0;
    if (m->plain) /* nothing but what stays in registers, now and then */
        m->result_bytes = 0;
    for (unsigned i = 0; i < BINDINGS; i++) {
        m->entry[i] = (struct entry){.id = i, .installed = i == 0 && !m->plain && !m->keyed};
        memset(m->entry[i].before, 0xff, sizeof m->entry[i].before);
        memset(m->entry[i].after, 0xff, sizeof m->entry[i].after);
    }
}

static void same_trace(const struct model *m, const struct world *w, uint64_t seed) {
    bool same = m->trace.words == w->trace.words && m->trace.state == w->trace.state &&
                m->trace.tally == w->trace.tally &&
                !memcmp(m->trace.word, w->trace.word, m->trace.words * sizeof(uint64_t));
    if (!same)
        fail_msg("level %d leaves another trace than the model; DISPATCH_SEED=%" PRIu64, w->level,
                 seed);
}

/* What is said of the event is the model's list, in its order. */
static void same_list(const struct model *m, const struct world *w, uint64_t seed) {
    const struct entry *sequence[BINDINGS];
    struct binding_report r;
    unsigned count;
    bool same = model_order(m, sequence, &count);
    for (unsigned i = 0; i < count; i++)
        same = same && binding_report(&w->event, i, &r) && r.binding == w->binding[sequence[i]->id];
    if (!same || binding_report(&w->event, count, &r))
        fail_msg("level %d tells another list than the model's; DISPATCH_SEED=%" PRIu64, w->level,
                 seed);
}

/* Raises of each level that did not fall back, and those in registers alone; of several parts. */
static uint64_t at_level[LEVEL_BEST + 1], lean, in_parts;

static void note_way(const struct world *w) {
    const struct plan *p = w->bindings->plan;
    at_level[p->level]++;
    lean += p->level >= LEVEL_INLINE && w->bindings->kind.lean;
    in_parts += p->level >= LEVEL_INLINE && p->parts > 1;
}

/* What handlers did to their own bindings is known on both sides. */
static void settle(struct world *w) {
    struct world *was = raising;
    raising = w;
    while (dispatch_host_run(&w->event))
        ;
    raising = was;
}

static void raise_all(struct model *m, struct world *w, struct random *r, uint64_t seed) {
    uint64_t argument[WORDS] = {0};
    for (unsigned i = 0; i < m->arguments; i++)
        argument[i] = random_below(r, 4) ? random_below(r, m->keyed ? 36 : 8) : random_value(r);
    const bool settles = random_below(r, 4);
    m->trace.words = 0;
    m->trace.credit = CREDIT;
    uint64_t result = model_raise(m, argument);
    if (settles)
        model_settle(m);
    for (unsigned i = 0; i < WORLDS; i++) {
        w[i].trace.words = 0;
        w[i].trace.credit = CREDIT;
        note_way(&w[i]);
        if (raise_world(&w[i], argument) != result)
            fail_msg("level %d gives another result; DISPATCH_SEED=%" PRIu64, w[i].level, seed);
        if (settles)
            settle(&w[i]);
        same_trace(m, &w[i], seed);
    }
}

static uint64_t lists; /* that were made: a change that is not refused makes one */

static unsigned try_list(uint64_t seed) {
    static struct model m;
    static struct world w[WORLDS];
    struct random r;
    unsigned raises = 0;
    random_seed(&r, seed);
    begin_model(&m, &r);
    for (unsigned i = 0; i < WORLDS; i++)
        begin_world(&w[i], i, &m);
    for (unsigned i = 0; i < CHANGES_A_LIST; i++) {
        struct random_change change = some_change(&r, &m);
        struct model tried = m;
        const struct entry *sequence[BINDINGS];
        unsigned count;
        bool asked = change.kind >= FOLD || change_model_entry(&tried, &change);
        bool possible = asked && model_order(&tried, sequence, &count);
        bool done = change_model(&m, &change);
        assert_true(done == possible || change.kind > FOLD);
        lists += done;
        for (unsigned k = 0; asked && k < WORLDS; k++)
            if (change_world(&w[k], &change) != done)
                fail_msg("level %d: change %u, kind %d, is %s; DISPATCH_SEED=%" PRIu64, w[k].level,
                         i, change.kind, done ? "refused" : "not refused", seed);
        if (i % 16 == 15)
            same_list(&m, &w[(i / 16 + seed) % WORLDS], seed);
        for (; random_below(&r, 3); raises++)
            raise_all(&m, w, &r, seed);
    }
    for (unsigned i = 0; i < WORLDS; i++)
        settle(&w[i]);
    for (unsigned i = 0; i < WORLDS; i++)
        dispatch_host_end(&w[i].event);
    return raises;
}

static uint64_t number_from(const char *variable, uint64_t otherwise_) {
    const char *text = getenv(variable);
    return text ? strtoull(text, NULL, 0) : otherwise_;
}

static void all_levels_leave_the_models_trace(void **state) {
    (void)state;
    uint64_t seeds = number_from("DISPATCH_SEEDS", 300), first = number_from("DISPATCH_SEED", 1);
    uint64_t raises = 0;
    dispatch_host_begin(tell_exception);
    for (uint64_t i = 0; i < seeds; i++)
        raises += try_list(first + i);
    print_message("%" PRIu64 " lists of bindings, %" PRIu64 " raises\n", lists, raises);
    print_message("%" PRIu64 " interpreted, %" PRIu64 " stub, %" PRIu64 " inline, %" PRIu64
                  " merged; %" PRIu64 " lean, %" PRIu64 " in parts\n",
                  at_level[LEVEL_INTERPRETED], at_level[LEVEL_STUB], at_level[LEVEL_INLINE],
                  at_level[LEVEL_MERGED], lean, in_parts);
    assert_true(lists > seeds && raises > seeds);
    if (seeds >= 300)
        assert_true(at_level[LEVEL_INLINE] > seeds && at_level[LEVEL_MERGED] > seeds &&
                    lean > seeds && in_parts > seeds);
    assert_int_equal(closures, 0);
    dispatch_host_all_is_given_back();
    verified_release_all();
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_levels_leave_the_models_trace)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
