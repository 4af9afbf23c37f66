/* SPDX-License-Identifier: MIT */
#include "step.h"

#include <stdio.h>
#include <string.h>

#include "model.h"

struct step steps[STEPS_MOST];
unsigned step_count;
uint8_t step_outcome[NUMBERS][NUMBERS];

static const char *const operation_name[] = {
#define X(name) [DO_##name] = #name,
    OPCODE_ALU_OPERATIONS(X) OPCODE_OTHER_OPERATIONS(X)
#undef X
};

static void add(const char *name, struct step step) {
    for (unsigned i = 0; i < step_count; i++)
        if (strcmp(steps[i].name, name) == 0)
            return; /* several encodings of one operation */
    snprintf(step.name, sizeof step.name, "%s", name);
    steps[step_count++] = step;
}

static void add_opcode(const struct opcode_info *info) {
    char name[32];
    struct step step = {.operation = info->operation, .bits = info->bits};
    if (info->kind == KIND_ALU) {
        snprintf(name, sizeof name, "%s/%d", operation_name[info->operation], info->bits);
        step.kind = STEP_ALU;
        add(name, step);
    } else if (info->kind == KIND_JUMP && info->operation != DO_ALWAYS) {
        step.kind = STEP_ASSUME;
        for (int holds = 0; holds < 2; holds++) {
            snprintf(name, sizeof name, "%s/%d:%s", operation_name[info->operation], info->bits,
                     holds ? "true" : "false");
            step.holds = holds;
            add(name, step);
        }
    }
}

void steps_init(void) {
    step_count = 0;
    for (unsigned op = 0; op < OPCODE_COUNT; op++)
        add_opcode(&opcode_info[op]);
    add("union", (struct step){.kind = STEP_UNION});
    add("widen", (struct step){.kind = STEP_WIDEN});
    add("within", (struct step){.kind = STEP_WITHIN});
    add("equal", (struct step){.kind = STEP_EQUAL});
}

void step_outcomes(const struct step *step) {
    for (unsigned x = 0; x < NUMBERS; x++) {
        for (unsigned y = 0; y < NUMBERS; y++) {
            if (step->kind == STEP_ALU)
                step_outcome[x][y] = (uint8_t)model_alu(step->operation, step->bits, x, y);
            else if (step->kind == STEP_ASSUME)
                step_outcome[x][y] =
                    model_compare(step->operation, step->bits, x, y) == step->holds;
        }
    }
}

void tally_add(struct tally *to, const struct tally *more) {
    to->results += more->results;
    to->inexact += more->inexact;
    to->loose += more->loose;
    to->excess += more->excess;
}

static void say(const char *what, const struct scalar *s) {
    printf("#   %s: bits %llx with %llx unknown, %llu to %llu, %lld to %lld; "
           "half %u to %u, %d to %d\n",
           what, (unsigned long long)s->bits.value, (unsigned long long)s->bits.unknown,
           (unsigned long long)s->umin, (unsigned long long)s->umax, (long long)s->smin,
           (long long)s->smax, (unsigned)s->umin32, (unsigned)s->umax32, (int)s->smin32,
           (int)s->smax32);
}

/* A result against the exact one. */
static bool holds_all(const struct scalar *r, set exact, struct tally *tally) {
    set got = set_of(r);
    tally->results++;
    if (exact & ~got) {
        say("result", r);
        printf("#   lacks %d\n", __builtin_ctzll(exact & ~got));
        return false;
    }
    if (got == exact)
        return true;
    tally->inexact++;
    if (exact) {
        struct scalar best = set_best(exact);
        got &= ~set_of(&best);
    }
    tally->loose += got != 0;
    tally->excess += (unsigned)__builtin_popcountll(got);
    return true;
}

/* An answer that the sets are so, which may be withheld but must not be wrong. */
static bool answers(bool answer, bool is_so, struct tally *tally) {
    tally->results++;
    tally->inexact += is_so && !answer;
    tally->loose += is_so && !answer;
    return is_so || !answer;
}

static bool narrows(const struct step *step, const struct trial *t, struct tally *tally) {
    struct scalar a = t->a, b = t->b;
    if (!scalar_assume(step->operation, step->bits, step->holds, &a, &b)) {
        tally->results += 2;
        if (t->left_a)
            printf("#   called impossible\n");
        return !t->left_a;
    }
    return holds_all(&a, t->left_a, tally) && holds_all(&b, t->left_b, tally);
}

static bool take(const struct step *step, const struct trial *t, struct tally *tally) {
    struct scalar r;
    switch (step->kind) {
    case STEP_ALU:
        r = scalar_alu(step->operation, step->bits, t->a, t->b);
        return holds_all(&r, t->exact, tally);
    case STEP_ASSUME:
        return narrows(step, t, tally);
    case STEP_UNION:
        r = scalar_union(&t->a, &t->b);
        return holds_all(&r, t->in_a | t->in_b, tally);
    case STEP_WIDEN:
        r = scalar_widen(&t->a, &t->b);
        return holds_all(&r, t->in_a | t->in_b, tally);
    case STEP_WITHIN:
        return answers(scalar_within(&t->a, &t->b), (t->in_a & ~t->in_b) == 0, tally);
    default:
        return answers(scalar_equal(&t->a, &t->b), t->in_a == t->in_b, tally);
    }
}

bool step_try(const struct step *step, const struct trial *t, struct tally *tally) {
    if (take(step, t, tally))
        return true;
    printf("#   %s of\n", step->name);
    say("a", &t->a);
    say("b", &t->b);
    return false;
}

/* How many of a settled number's views could be narrower. */
static unsigned views_loose(const struct scalar *s, set members) {
    struct scalar best = set_best(members);
    return (s->bits.value != best.bits.value || s->bits.unknown != best.bits.unknown) +
           (s->umin != best.umin || s->umax != best.umax) +
           (s->smin != best.smin || s->smax != best.smax) +
           (s->umin32 != best.umin32 || s->umax32 != best.umax32) +
           (s->smin32 != best.smin32 || s->smax32 != best.smax32);
}

bool step_try_settle(const struct scalar *s, set members, struct tally *tally) {
    struct scalar settled = *s;
    tally->results++;
    bool some = scalar_settle(&settled);
    if (some ? (members & ~set_of(&settled)) != 0 : members != 0) {
        printf("#   settle %s\n", some ? "takes away members" : "finds no member");
        say("before", s);
        say("after", &settled);
        return false;
    }
    tally->inexact += some && !members;
    if (some && members) {
        unsigned loose = views_loose(&settled, members);
        tally->loose += loose != 0;
        tally->excess += loose;
    }
    return true;
}
