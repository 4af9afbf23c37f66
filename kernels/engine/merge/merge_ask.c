/* SPDX-License-Identifier: MIT */
/* merge_ask.c -- walks a structure of decisions. How deep: a set for each conjunct of a member, at
 * most GUARD_CONJUNCTS_MAX. */
#include "engine/assert.h"
#include "engine/base/sort.h"
#include "engine/merge/merge_internal.h"

#define TREE_DEPTH_MAX 21 /* of a balanced tree over all members */
_Static_assert(MERGE_MEMBERS_MAX < 1u << TREE_DEPTH_MAX, "a tree over all members is deeper");

struct walk {
    const struct merge *merge;
    const uint64_t *argument;
    uint32_t *held; /* or null: only the first counts */
    uint32_t count, first;
    bool unordered;
};

static void note(struct walk *w, uint32_t member) {
    if (!w->held) {
        if (member < w->first)
            w->first = member;
        return;
    }
    ENGINE_ASSERT(member < w->merge->members && w->count < w->merge->members,
                  "member %u, the %uth that holds", member, w->count + 1);
    w->unordered |= w->count && w->held[w->count - 1] > member;
    w->held[w->count++] = member;
}

static bool holds(const struct walk *w, const struct merge_asked *of) {
    const uint64_t *a = w->argument;
    if (of->entry)
        return of->entry(a[0], a[1], a[2], a[3], a[4], NULL) != 0;
    for (uint32_t i = 0; i < of->conjuncts; i++) {
        const struct conjunct *c = ROW_AT(w->merge->conjunct, struct conjunct, of->conjunct + i);
        if (!conjunct_takes(c, guard_source_read(&c->source, a)))
            return false;
    }
    return true;
}

static void walk_set(struct walk *w, uint32_t at);

static inline void walk_to(struct walk *w, uint32_t leads) {
    if (leads & LEADS_TO_MEMBER)
        note(w, leads & ~LEADS_TO_MEMBER);
    else
        walk_set(w, leads);
}

static void walk_table(struct walk *w, const struct merge_search *s, uint64_t value) {
    const struct merge_slot *slot = ROW_AT(w->merge->slot, struct merge_slot, s->slot);
    const uint32_t last = (1u << s->slot_bits) - 1;
    uint32_t at = merge_hash(value, s->slot_bits);
    for (unsigned n = 0; n < MERGE_PROBES_MAX && slot[at].leads != MERGE_NOBODY; n++) {
        if (slot[at].value == value) {
            walk_to(w, slot[at].leads);
            return;
        }
        at = (at + 1) & last;
    }
}

/* Every range that the value lies in; subtrees that end below it, or begin above it, are
 * left out. */
static __attribute__((noinline)) void walk_ranges(struct walk *w, const struct merge_search *s,
                                                  uint64_t value) {
    struct {
        uint32_t start, end;
    } wait[TREE_DEPTH_MAX];
    const struct merge_range *range = ROW_AT(w->merge->range, struct merge_range, s->range);
    uint32_t waiting = 0, start = 0, end = s->ranges;
    for (;;) {
        uint32_t middle = start + (end - start) / 2;
        if (start == end || range[middle].most < value) {
            if (!waiting)
                return;
            start = wait[--waiting].start;
            end = wait[waiting].end;
            continue;
        }
        bool begins = range[middle].low <= value;
        if (begins && value <= range[middle].high)
            walk_to(w, range[middle].leads);
        ENGINE_ASSERT(start <= end && end <= s->ranges && waiting < TREE_DEPTH_MAX,
                      "%u to %u of %u, %u wait", start, end, s->ranges, waiting);
        if (begins) {
            wait[waiting].start = middle + 1;
            wait[waiting++].end = end;
        }
        end = middle;
    }
}

static void walk_set(struct walk *w, uint32_t at) {
    const struct merge *m = w->merge;
    const struct merge_set *set = ROW_AT(m->set, struct merge_set, at);
    for (uint32_t i = 0; i < set->numbers; i++)
        note(w, *ROW_AT(m->number, uint32_t, set->number + i));
    for (uint32_t next = set->search; next != MERGE_NOBODY;) {
        const struct merge_search *s = ROW_AT(m->search, struct merge_search, next);
        uint64_t value = guard_source_read(&s->source, w->argument) & s->mask;
        if (s->slot_bits)
            walk_table(w, s, value);
        if (s->ranges)
            walk_ranges(w, s, value);
        next = s->next;
    }
    for (uint32_t i = 0; i < set->askeds; i++) {
        const struct merge_asked *of = ROW_AT(m->asked, struct merge_asked, set->asked + i);
        if (holds(w, of))
            note(w, of->member);
    }
}

static bool is_before(const void *of, uint32_t a, uint32_t b) {
    (void)of;
    return a < b;
}

uint32_t merge_ask(const struct merge *m, const uint64_t argument[PARAMETERS], uint32_t *held) {
    struct walk w = {.merge = m, .argument = argument, .held = held};
    if (m->all != MERGE_NOBODY)
        walk_to(&w, m->all);
    if (w.unordered)
        sort_numbers(held, w.count, is_before, NULL);
    return w.count;
}

uint32_t merge_first(const struct merge *m, const uint64_t argument[PARAMETERS]) {
    struct walk w = {.merge = m, .argument = argument, .first = MERGE_NOBODY};
    if (m->all != MERGE_NOBODY)
        walk_to(&w, m->all);
    return w.first;
}
