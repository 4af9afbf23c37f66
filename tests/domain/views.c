/* SPDX-License-Identifier: MIT */
/* views.c -- numbers known by one view, each as the union of two smaller ones of the same view, so
 * that the exact results of a pair are those of two smaller pairs together, and cost one operation
 * on sets. */
#include "views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* The most numbers that a view has: 3^n of bits, or ranges of 2^n numbers. */
#define ITEMS_MOST 2304
#define VIEWS      4
#define NO_PART    (-1)

struct item {
    struct scalar raw; /* this view alone; the others know nothing */
    struct scalar settled;
    set members;
    int part[2]; /* the smaller two, further up, or NO_PART */
};

static struct view {
    const char *name;
    unsigned items;
    struct item item[ITEMS_MOST];
} views[VIEWS] = {{.name = "bits"}, {.name = "unsigned"}, {.name = "signed"}, {.name = "halves"}};

static int add(struct view *v, struct scalar raw, int part, int other) {
    if (v->items == ITEMS_MOST)
        abort();
    struct item *i = &v->item[v->items];
    *i = (struct item){.raw = raw, .settled = raw, .members = set_of(&raw), .part = {part, other}};
    if (!scalar_settle(&i->settled))
        abort(); /* views_try_settle says so better */
    return (int)v->items++;
}

static void make_bits(struct view *v) {
    static int at[NUMBERS][NUMBERS]; /* value, unknown */
    for (unsigned unknown = 0; unknown < NUMBERS; unknown++) {
        for (unsigned value = 0; value < NUMBERS; value++) {
            if (value & unknown)
                continue;
            unsigned one = unknown & -unknown;
            struct scalar s = scalar_any();
            s.bits = (struct bits){(unum)value, (unum)unknown};
            at[value][unknown] =
                one ? add(v, s, at[value][unknown - one], at[value | one][unknown - one])
                    : add(v, s, NO_PART, NO_PART);
        }
    }
}

/* All ranges of `numbers` numbers, by length; set_range makes one of the two ends' places. */
static void make_ranges(struct view *v, unsigned numbers,
                        void (*set_range)(struct scalar *s, unsigned min, unsigned max)) {
    static int at[NUMBERS][NUMBERS];
    for (unsigned more = 0; more < numbers; more++) {
        for (unsigned min = 0; min + more < numbers; min++) {
            unsigned max = min + more;
            struct scalar s = scalar_any();
            set_range(&s, min, max);
            at[min][max] =
                more ? add(v, s, at[min][max - 1], at[max][max]) : add(v, s, NO_PART, NO_PART);
        }
    }
}

static void set_unsigned(struct scalar *s, unsigned min, unsigned max) {
    s->umin = (unum)min;
    s->umax = (unum)max;
}

static void set_signed(struct scalar *s, unsigned min, unsigned max) {
    s->smin = (snum)((int)min - (int)NUMBERS / 2);
    s->smax = (snum)((int)max - (int)NUMBERS / 2);
}

static void set_half(struct scalar *s, unsigned min, unsigned max) {
    s->umin32 = (uhalf)min;
    s->umax32 = (uhalf)max;
}

static void set_signed_half(struct scalar *s, unsigned min, unsigned max) {
    s->smin32 = (shalf)((int)min - (int)HALVES / 2);
    s->smax32 = (shalf)((int)max - (int)HALVES / 2);
}

void views_init(void) {
    for (unsigned v = 0; v < VIEWS; v++)
        views[v].items = 0;
    make_bits(&views[0]);
    make_ranges(&views[1], NUMBERS, set_unsigned);
    make_ranges(&views[2], NUMBERS, set_signed);
    make_ranges(&views[3], HALVES, set_half);
    make_ranges(&views[3], HALVES, set_signed_half);
}

/* Whatever x of a and y of one number come to: of each b and each x. */
static set row[ITEMS_MOST][NUMBERS];

static void make_rows(const struct view *v) {
    for (unsigned b = 0; b < v->items; b++) {
        const struct item *i = &v->item[b];
        for (unsigned x = 0; x < NUMBERS; x++) {
            if (i->part[0] != NO_PART) {
                row[b][x] = row[i->part[0]][x] | row[i->part[1]][x];
                continue;
            }
            row[b][x] = 0;
            for (set rest = i->members; rest; rest &= rest - 1)
                row[b][x] |= (set)1 << step_outcome[x][__builtin_ctzll(rest)];
        }
    }
}

static set results_of(const struct item *i, const set row_of_b[NUMBERS], const set results[]) {
    if (i->part[0] != NO_PART)
        return results[i->part[0]] | results[i->part[1]];
    set r = 0;
    for (set rest = i->members; rest; rest &= rest - 1)
        r |= row_of_b[__builtin_ctzll(rest)];
    return r;
}

static bool try_operation(const struct view *v, const struct step *step, unsigned each,
                          struct tally *tally) {
    static set results[ITEMS_MOST];
    make_rows(v);
    for (unsigned b = 0; b < v->items; b += each) {
        struct trial t = {.b = v->item[b].settled, .in_b = v->item[b].members};
        for (unsigned a = 0; a < v->items; a++) {
            t.a = v->item[a].settled;
            t.in_a = v->item[a].members;
            t.exact = results[a] = results_of(&v->item[a], row[b], results);
            if (!step_try(step, &t, tally))
                return false;
        }
    }
    return true;
}

/* Of one operand: both are the same number. */
static bool try_unary(const struct view *v, const struct step *step, struct tally *tally) {
    for (unsigned a = 0; a < v->items; a++) {
        const struct item *i = &v->item[a];
        struct trial t = {.a = i->settled, .b = i->settled, .in_a = i->members, .in_b = i->members};
        for (set rest = i->members; rest; rest &= rest - 1) {
            unsigned x = (unsigned)__builtin_ctzll(rest);
            t.exact |= (set)1 << step_outcome[x][x];
        }
        if (!step_try(step, &t, tally))
            return false;
    }
    return true;
}

/* Comparisons, and what has no outcome of its own. A member of one operand is left if it has a
 * partner in the other. */
static bool try_sets(const struct view *v, const struct step *step, unsigned each,
                     struct tally *tally) {
    static set partners_of_a[ITEMS_MOST], partners_of_b[ITEMS_MOST];
    for (unsigned i = 0; i < v->items; i++) {
        partners_of_a[i] = partners_of_b[i] = 0;
        for (set rest = v->item[i].members; rest; rest &= rest - 1) {
            unsigned member = (unsigned)__builtin_ctzll(rest);
            for (unsigned n = 0; n < NUMBERS; n++) {
                partners_of_a[i] |= (set)step_outcome[member][n] << n;
                partners_of_b[i] |= (set)step_outcome[n][member] << n;
            }
        }
    }
    for (unsigned a = 0; a < v->items; a += each) {
        for (unsigned b = 0; b < v->items; b++) {
            const struct item *x = &v->item[a], *y = &v->item[b];
            struct trial t = {.a = x->settled,
                              .b = y->settled,
                              .in_a = x->members,
                              .in_b = y->members,
                              .left_a = x->members & partners_of_b[b],
                              .left_b = y->members & partners_of_a[a]};
            if (!step_try(step, &t, tally))
                return false;
        }
    }
    return true;
}

bool views_try(const struct step *step, unsigned each, struct tally *tally) {
    memset(step_outcome, 0, sizeof step_outcome);
    step_outcomes(step);
    for (unsigned v = 0; v < VIEWS; v++) {
        bool sound = step->kind != STEP_ALU ? try_sets(&views[v], step, each, tally)
                     : model_is_unary(step->operation)
                         ? try_unary(&views[v], step, tally)
                         : try_operation(&views[v], step, each, tally);
        if (!sound) {
            printf("#   both known by their %s\n", views[v].name);
            return false;
        }
    }
    return true;
}

/* Each view's own, of two numbers that are known by different ones. */
static struct scalar put_together(const struct scalar *a, const struct scalar *b) {
    return (struct scalar){.bits = a->bits.unknown == UNUM_MAX ? b->bits : a->bits,
                           .umin = MOST(a->umin, b->umin),
                           .umax = LEAST(a->umax, b->umax),
                           .smin = MOST(a->smin, b->smin),
                           .smax = LEAST(a->smax, b->smax),
                           .umin32 = MOST(a->umin32, b->umin32),
                           .umax32 = LEAST(a->umax32, b->umax32),
                           .smin32 = MOST(a->smin32, b->smin32),
                           .smax32 = LEAST(a->smax32, b->smax32)};
}

bool views_try_settle(struct tally *tally) {
    for (unsigned v = 0; v < VIEWS; v++) {
        for (unsigned a = 0; a < views[v].items; a++) {
            const struct item *x = &views[v].item[a];
            if (!step_try_settle(&x->raw, x->members, tally))
                return false;
            for (unsigned w = v + 1; w < VIEWS; w++) {
                for (unsigned b = 0; b < views[w].items; b++) {
                    const struct item *y = &views[w].item[b];
                    struct scalar s = put_together(&x->raw, &y->raw);
                    if (!step_try_settle(&s, x->members & y->members, tally))
                        return false;
                }
            }
        }
    }
    return true;
}

/* Is it exactly the numbers from min to max, as signed? */
static bool made(struct scalar s, int min, int max, struct tally *tally) {
    set wanted = 0;
    for (int n = min; n <= max; n++)
        wanted |= (set)1 << ((unsigned)n % NUMBERS);
    tally->results++;
    if (set_of(&s) != wanted)
        printf("#   made for %d to %d, but of other numbers\n", min, max);
    return set_of(&s) == wanted;
}

bool views_try_made(struct tally *tally) {
    static const unsigned width[] = {8, 16, 32, 64};
    bool all = true;
    for (int min = 0; min < (int)NUMBERS; min++) {
        all &= made(scalar_constant((unum)min), min, min, tally);
        for (int max = min; max < (int)NUMBERS; max++) {
            int half = (int)NUMBERS / 2;
            all &= made(scalar_range((unum)min, (unum)max), min, max, tally);
            all &= made(scalar_signed_range((snum)(min - half), (snum)(max - half)), min - half,
                        max - half, tally);
        }
    }
    for (unsigned i = 0; i < 4; i++) {
        int numbers = 1 << NUMBER_WIDTH(width[i]);
        all &= made(scalar_of_width(width[i], false), 0, numbers - 1, tally);
        all &= made(scalar_of_width(width[i], true), -numbers / 2, numbers / 2 - 1, tally);
    }
    return all;
}
