/* SPDX-License-Identifier: MIT */
/* checker.c -- see checker.h. */
#include "checker.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checker_maps.h"
#include "engine/base/mutant.h"
#include "engine/verify/state_check.h"
#include "pool.h"
#include "typed.h"
#include "world.h"

struct checker {
    struct trace trace;
    struct maps_making maps;     /* made by the way */
    uint32_t first[TYPED_SLOTS]; /* moment of each slot that no state has described yet */
    uint16_t live[TYPED_SLOTS], matters[TYPED_SLOTS];
    const struct moment *moment; /* the one being compared */
    uint32_t open;               /* moments left */
    uint64_t features;           /* of how they were described */
    /* What the state is compared with begins here: the run, or a function in it that was taken at
     * its word, and so was proven by itself. */
    uint32_t base;                /* functions active before that */
    const struct moment *entered; /* the call that entered it, or null */
    const uint64_t *argument;     /* that it was given */
};

static struct checker checker;

/* The first invariant of states that did not hold of the program being checked, or null. */
static const char *broken;

/* Not where a mistake is planted: it has to show in what runs. */
static void check_invariants(const struct state *state) {
    if (!MUTANT_IS_PLANTED && !broken)
        broken = state_broken(state);
}

/* Is it a place in one of the packets, with so many bytes after it? */
static bool in_packet(const struct checker *c, const struct value *v, uint64_t word) {
    uint64_t from = c->argument[3];
    if (v->reached)
        return true; /* its accesses have been watched */
    if (v->bytes &&
        word - from - (uint64_t)(int64_t)v->offset + v->bytes > c->argument[4] - c->argument[3])
        return false;
    return scalar_holds(&v->number, word - from - (uint64_t)(int64_t)v->offset);
}

static bool in_memory(const struct checker *c, const struct value *v, uint64_t word) {
    uint64_t offset = (uint64_t)(int64_t)v->offset, from;
    const struct trace_run *run = &c->trace.run[c->moment->run];
    if (v->origin == ORIGIN_VARIABLE) {
        from = (uintptr_t)world.variable[v->index] + run->moved;
    } else if (v->origin < PARAMETERS && !v->reached) {
        from = c->argument[v->origin];
    } else { /* which one is not known, but what all have in common */
        uint64_t least = offset + (uint64_t)v->number.smin;
        word -= run->moved;
        return word - least >= (uintptr_t)&world.group[0] &&
               word - offset < (uintptr_t)(&world.group[WORLD_GROUPS]);
    }
    return from && scalar_holds(&v->number, word - from - offset);
}

static bool is_object(const struct checker *c, const struct value *v, uint64_t word) {
    const struct trace_run *run = &c->trace.run[c->moment->run];
    uint64_t offset = word - run->moved - (uintptr_t)world.group;
    if (v->origin < PARAMETERS && !v->reached)
        return word == c->argument[v->origin];
    return offset < sizeof world.group &&
           offset % sizeof(struct world_group) < sizeof world.group[0].thing &&
           offset % sizeof(struct world_group) % sizeof(struct thing) == 0;
}

/* Is the concrete word a case of the abstract value? */
static bool value_holds(const struct checker *c, const struct value *v, uint64_t word) {
    if (v->kind > VALUE_NUMBER && v->may & MAY_BE_NULL && word == 0)
        return true;
    switch (v->kind) {
    case VALUE_NOTHING:
        return true;
    case VALUE_NUMBER:
        return scalar_holds(&v->number, word);
    case VALUE_STACK:
        return scalar_holds(&v->number,
                            word - trace_frame_top(&c->trace, c->moment->run, c->base + v->frame) -
                                (uint64_t)(int64_t)v->offset);
    case VALUE_MEMORY:
        return in_memory(c, v, word);
    case VALUE_OBJECT:
        return is_object(c, v, word);
    case VALUE_FIELD:
        return is_object(c, v, word - (uint64_t)(int64_t)v->offset);
    case VALUE_PACKET:
        return in_packet(c, v, word);
    case VALUE_PACKET_END:
        return v->reached || word == c->argument[4];
    case VALUE_FUNCTION: {
        const struct program *p = c->trace.program;
        return word == program_function_address(p, p->function[v->index].start);
    }
    default:
        return false;
    }
}

/* Does any of 4 or 8 bytes have a part in what follows? */
static bool any_needed(const uint8_t *flags, unsigned width) {
    uint64_t all = 0;
    memcpy(&all, flags, width);
    return all != 0;
}

/* What the verifier says is there counts, as far as it is needed. */
static bool stack_holds(const struct checker *c, const struct stack_frame *f, uint32_t frame) {
    const struct moment *m = c->moment;
    uint32_t from =
        m->stack + (m->depth - c->base - frame) * c->trace.program->frame_bytes; /* r10 */
    uint32_t bytes = c->trace.program->frame_bytes;
    for (uint32_t n = 0; n < f->halves && 4 * (n + 1) <= bytes; n++) {
        const struct half *h = &f->half[n];
        uint32_t at = from - 4 * (n + 1);
        uint64_t word = 0;
        if (!h->width || !any_needed(&c->trace.needed[at], h->width))
            continue;
        memcpy(&word, &c->trace.stack[at], h->width);
        if (!value_holds(c, &h->value, word))
            return false;
    }
    return true;
}

#define KEPT_BY_CALLS 0x3c0 /* r6 to r9 */

/* The registers of a function that waits are those of its call. */
static bool registers_hold(const struct checker *c, const struct stack_frame *f,
                           const struct moment *m, uint32_t slot, unsigned which) {
    for (unsigned left = (c->live[slot] | m->needed) & which; left; left &= left - 1) {
        unsigned r = (unsigned)__builtin_ctz(left);
        const struct value *v = &f->reg[r];
        bool counts = v->kind != VALUE_NUMBER || (c->matters[slot] | m->needed) >> r & 1;
        if (counts && !value_holds(c, v, m->reg[r]))
            return false;
    }
    return true;
}

/* Can the state be one of the moment's? With fewer functions it must have been met in one that is
 * proven by itself: then it knows of nothing outside of it. */
static bool begins(struct checker *c, const struct state *s) {
    const struct program *p = c->trace.program;
    const struct moment *m = c->moment, *inside = m;
    c->entered = NULL;
    c->argument = c->trace.run[m->run].argument;
    if (s->depth > m->depth)
        return false;
    c->base = m->depth - s->depth;
    if (c->base == 0)
        return true;
    for (uint32_t depth = m->depth; depth > c->base; depth--) {
        inside = m;
        m = &c->trace.moment[m->caller];
    }
    uint32_t function = s->frame[0]->function;
    c->entered = m;
    c->argument = &m->reg[1];
    return p->function[function].contract && program_function_at(p, inside->slot) == function;
}

/* May what the verifier holds under this reference be null yet? */
static bool is_unsettled(const struct state *s, uint32_t reference) {
    for (uint32_t i = 0; i < s->depth; i++) {
        const struct stack_frame *f = s->frame[i];
        for (uint32_t n = 0; n < REGISTERS + f->halves; n++) {
            const struct value *v = n < REGISTERS ? &f->reg[n] : &f->half[n - REGISTERS].value;
            if (n >= REGISTERS && !f->half[n - REGISTERS].width)
                continue;
            if (v->owner && v->reference == reference && v->may & MAY_BE_NULL)
                return true;
        }
    }
    return false;
}

/* As many references are held as the state says, but for those that turn out to be null. */
static bool references_hold(const struct checker *c, const struct state *s) {
    uint32_t least = 0;
    for (uint32_t i = 0; i < s->references; i++)
        least += !is_unsettled(s, s->reference[i]);
    uint32_t held = c->moment->held - (c->entered ? c->entered->held : 0u);
    return held >= least && held <= s->references;
}

static bool state_holds(struct checker *c, const struct state *s) {
    const struct moment *m = c->moment;
    if (!begins(c, s) || !references_hold(c, s) ||
        !registers_hold(c, s->frame[s->depth - 1], m, m->slot, (1u << REGISTERS) - 1))
        return false;
    for (uint32_t i = s->depth - 1; i > 0; i--) {
        m = &c->trace.moment[m->caller];
        if (s->frame[i]->back != m->slot + 1 ||
            !registers_hold(c, s->frame[i - 1], m, m->slot + 1, KEPT_BY_CALLS))
            return false;
    }
    for (uint32_t i = 0; i < s->depth; i++)
        if (!stack_holds(c, s->frame[i], i))
            return false;
    return true;
}

/* The verifier is before the instruction at `slot`. */
static void look(void *owner, uint32_t slot, const struct state *state) {
    struct checker *c = owner;
    cover_look(c->trace.program, slot, state);
    c->maps.watcher.step(&c->maps, slot, state);
    for (uint32_t *at = &c->first[slot]; *at != TRACE_NONE;) {
        struct moment *m = &c->trace.moment[*at];
        c->moment = m;
        if (state_holds(c, state)) {
            *at = m->next;
            c->open--;
            c->features |= c->base ? FEATURE(BY_CONTRACT) : 0;
        } else {
            at = &m->next;
        }
    }
}

static bool same_moment(const struct checker *c, const struct moment *a, const struct moment *b) {
    size_t bytes = (size_t)a->depth * c->trace.program->frame_bytes;
    return a->depth == 1 && b->depth == 1 && a->run == b->run && a->needed == b->needed &&
           a->held == b->held && memcmp(a->reg, b->reg, sizeof a->reg) == 0 &&
           memcmp(c->trace.stack + a->stack, c->trace.stack + b->stack, bytes) == 0 &&
           memcmp(c->trace.needed + a->stack, c->trace.needed + b->stack, bytes) == 0;
}

/* Orders the moments by slot; of like ones that follow each other one is enough. */
static void sort_moments(struct checker *c) {
    for (uint32_t i = 0; i < c->trace.program->slots; i++)
        c->first[i] = TRACE_NONE;
    c->open = 0;
    for (uint32_t i = c->trace.count; i-- > 0;) {
        struct moment *m = &c->trace.moment[i];
        uint32_t *first = &c->first[m->slot];
        if (*first != TRACE_NONE && same_moment(c, m, &c->trace.moment[*first]))
            continue;
        m->next = *first;
        *first = i;
        c->open++;
    }
}

static void report_open(const struct checker *c, char text[TRACE_TEXT]) {
    uint32_t slot = 0;
    while (c->first[slot] == TRACE_NONE)
        slot++;
    const struct moment *m = &c->trace.moment[c->first[slot]];
    int n = snprintf(text, TRACE_TEXT,
                     "slot %u: no state that the verifier saw has %u references, depth %u and",
                     slot, m->held, m->depth);
    for (unsigned r = 0; r < REGISTERS && n < TRACE_TEXT; r++)
        n += snprintf(text + n, (size_t)(TRACE_TEXT - n), " r%u=%" PRIx64, r, m->reg[r]);
}

/* Another attempt of the verifier's begins, and what was seen before does not count. */
static void begin_again(void *owner) {
    struct checker *c = owner;
    sort_moments(c);
    c->maps.watcher.restart(&c->maps);
    cover_begin(c->trace.program);
    c->features = 0;
}

static void overlook(void *owner, uint32_t slot, const struct state *state) {
    (void)owner, (void)slot;
    check_invariants(state);
}

/* Does it follow from what was proven that the kind gets what it demands? */
static bool meets_demands(const struct program *p, const struct kind *kind, const struct facts *f) {
    return !(kind->demands & ~f->proven) && !(kind->demands & BOUNDED && p->metered) &&
           !(kind->budget && f->cost > kind->budget);
}

static bool declares(const struct program *p) {
    for (uint32_t i = 1; i < p->function_count; i++)
        if (p->function[i].contract)
            return true;
    return false;
}

static enum checked check(struct program *program, const struct kind *kind, uint64_t seed,
                          struct findings *f) {
    static struct verdict verdict;
    static struct facts facts, again;
    struct checker *c = &checker;
    bool by_contract = declares(program);
    bool one_by_one = seed & 1 && !by_contract; /* the verifier's two ways are looked at alike */
    const struct verify_watcher blind = {
        .step = overlook, .one_by_one = one_by_one, .by_contract = by_contract};
    const struct verify_watcher watcher = {.owner = c,
                                           .step = look,
                                           .restart = begin_again,
                                           .one_by_one = one_by_one,
                                           .by_contract = by_contract};
    memset(f, 0, sizeof *f);
    if (!verify_watched(program, kind, &pool_hooks, &facts, &verdict, &blind)) {
        f->refused = verdict.rule;
        f->slot = verdict.slot;
        return CHECKED_REFUSED;
    }
    if (!meets_demands(program, kind, &facts)) {
        snprintf(f->text, TRACE_TEXT,
                 "%s demands %x, budget %" PRIu64 "; proven are %x, cost %" PRIu64, kind->name,
                 kind->demands, kind->budget, facts.proven, facts.cost);
        return CHECKED_WRONG;
    }
    bool fine = trace_program(&c->trace, program, kind, &facts, seed, f->text);
    f->features = c->trace.features;
    f->moments = c->trace.count;
    if (!fine)
        return CHECKED_WRONG;
    memset(c->live, 0, program->slots * sizeof *c->live);
    memset(c->matters, 0, program->slots * sizeof *c->matters);
    liveness(program, false, &(struct liveness){c->live, c->matters});
    sort_moments(c);
    if (!maps_begin(&c->maps, program, &pool_hooks)) {
        snprintf(f->text, TRACE_TEXT, "no memory for maps");
        return CHECKED_WRONG;
    }
    if (!verify_watched(program, kind, &pool_hooks, &again, &verdict, &watcher) ||
        again.cost != facts.cost || again.proven != facts.proven) {
        snprintf(f->text, TRACE_TEXT, "the second verdict is not the first one");
        return CHECKED_WRONG;
    }
    struct maps maps;
    if (!maps_end(&c->maps, &maps) || !maps_fit(&c->trace, &maps, f->text))
        return CHECKED_WRONG;
    maps_release(&maps, &pool_hooks);
    f->features |= c->features;
    cover_end(program, &f->covered);
    if (!c->open)
        return CHECKED_FINE;
    report_open(c, f->text);
    return CHECKED_WRONG;
}

enum checked checker_run(struct program *program, const struct kind *kind, uint64_t seed,
                         struct findings *f) {
    broken = NULL;
    enum checked result = check(program, kind, seed, f);
    if (!broken)
        return result;
    snprintf(f->text, TRACE_TEXT, "an invariant of states does not hold: %s", broken);
    return CHECKED_WRONG;
}
