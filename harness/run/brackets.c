/* SPDX-License-Identifier: MIT */
/* brackets.c -- read the counters of a boot, and walk its rows and its brackets side by side. */
#include "run/brackets.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/status.h"
#include "measure/protocol.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Far more than any boot has: ours have some ten runs of equal brackets a row. */
enum { RUNS_MAX = 1 << 20 };

char *brackets_file(const char *raw) {
    size_t length = strlen(raw);
    bool log = length > 4 && !strcmp(raw + length - 4, ".log");
    return text_format("%.*s.counters", (int)(log ? length - 4 : length), raw);
}

/* ---- the file ---- */

/* A decimal number and the byte behind it, which must be END; *at moves behind that. */
static bool take_number(const char **at, char end, uint64_t *value) {
    char *behind;
    if (**at < '0' || **at > '9')
        return false;
    *value = strtoull(*at, &behind, 10);
    *at = behind + 1;
    return *behind == end && *value < 1ull << 53;
}

/* One line: how many brackets, their instructions, each counter. */
static bool take_line(const char **at, struct bracket *b) {
    uint64_t instructions;
    bool fine = take_number(at, ' ', &b->count) && take_number(at, ' ', &instructions);
    for (int i = 0; i < COUNTER_COUNT && fine; i++)
        fine = take_number(at, i + 1 < COUNTER_COUNT ? ' ' : '\n', &b->counters[i]);
    return fine;
}

/* False where TEXT is not what the plugin writes. The last line of a QEMU that was killed may be
 * cut: it is left out, and a bracket that is missing then is found when its sample wants it. */
static bool parse(struct boot *b, const char *text) {
    while (strchr(text, '\n')) {
        struct bracket next;
        if (b->bracket_count == RUNS_MAX || !take_line(&text, &next))
            return false;
        b->brackets = array_grow(b->brackets, b->bracket_count, sizeof *b->brackets);
        b->brackets[b->bracket_count++] = next;
    }
    return true;
}

/* ---- side by side ---- */

struct cursor {
    const struct boot *boot;
    size_t run;    /* into boot->brackets */
    uint64_t used; /* of its brackets */
};

/* The next bracket's index, or -1 at the end. */
static long next_bracket(struct cursor *c) {
    while (c->run < c->boot->bracket_count && c->used == c->boot->brackets[c->run].count) {
        c->run++;
        c->used = 0;
    }
    if (c->run == c->boot->bracket_count)
        return -1;
    c->used++;
    return (long)c->run;
}

/* Passes COUNT brackets over, equal ones together: a log may claim any number. */
static bool pass(struct cursor *c, uint64_t count) {
    while (count) {
        long bracket = next_bracket(c);
        if (bracket < 0)
            return false;
        uint64_t left = c->boot->brackets[bracket].count - c->used;
        uint64_t more = left < count - 1 ? left : count - 1;
        c->used += more;
        count -= 1 + more;
    }
    return true;
}

static bool take_samples(struct cursor *c, struct samples *s) {
    s->brackets = memory_new(s->count + 1, sizeof *s->brackets);
    for (size_t i = 0; i < s->count; i++) {
        long bracket = next_bracket(c);
        if (bracket < 0)
            return false;
        s->brackets[i] = (uint32_t)bracket;
    }
    return true;
}

/* A sample that is the difference of two brackets (bench_difference) has neither one's counters. */
static bool pass_differences(struct cursor *c, const struct trial *t) {
    for (int i = 0; i < 2; i++)
        if (!pass(c, t->cold.count) || !pass(c, t->warm) || !pass(c, t->steady.count))
            return false;
    return true;
}

/* The brackets that hold nothing but the two instructions of a batch, of which nothing counts. */
static bool take_empty(struct cursor *c) {
    static const uint64_t nothing[COUNTER_COUNT];
    for (int i = 0; i < PROTOCOL_EMPTY_BRACKETS; i++) {
        long bracket = next_bracket(c);
        if (bracket < 0 ||
            memcmp(c->boot->brackets[bracket].counters, nothing, sizeof nothing) != 0)
            return false;
    }
    return true;
}

static bool take_trial(struct cursor *c, struct trial *t) {
    if (t->kind != ROW_BENCH || t->clock != CLOCK_ICOUNT || t->verdict == VERDICT_SKIP)
        return true;
    if (!t->overhead)
        return pass_differences(c, t);
    return take_samples(c, &t->cold) && pass(c, t->warm) && take_samples(c, &t->steady) &&
           take_empty(c);
}

static void forget(struct samples *s) {
    free(s->brackets);
    s->brackets = NULL;
}

/* A boot's trial, and its row's name for messages. */
struct place {
    const char *row;
    struct trial *trial;
};

static int by_order(const void *left, const void *right) {
    const struct place *a = left, *b = right;
    return (a->trial->order > b->trial->order) - (a->trial->order < b->trial->order);
}

/* The boot's trials, as they came: a new array of *count. */
static struct place *places_of(const struct collection *c, size_t *count) {
    const struct run *run = c->run;
    struct place *places = memory_new(run->row_count + 1, sizeof *places);
    *count = 0;
    for (size_t i = 0; i < run->row_count; i++) {
        struct trial *t = collection_row_trial(c, &run->rows[i]);
        if (t)
            places[(*count)++] = (struct place){run->rows[i].name, t};
    }
    qsort(places, *count, sizeof *places, by_order);
    return places;
}

void brackets_collect(struct collection *c, const char *bytes, size_t length) {
    struct boot *b = &c->run->boots[c->boot];
    scoped_text char *name = brackets_file(b->raw);
    if (!bytes)
        return;
    if (strlen(bytes) != length || !parse(b, bytes)) {
        collection_problem(c, STATUS_DAMAGED, "", 0, 0, "%s: no counters of brackets: line %zu",
                           name, b->bracket_count + 1);
        b->bracket_count = 0;
        return;
    }
    size_t count;
    struct place *places = places_of(c, &count);
    struct cursor cursor = {.boot = b};
    bool fine = true;
    for (size_t i = 0; i < count && fine; i++) {
        fine = take_trial(&cursor, places[i].trial);
        if (fine)
            continue;
        forget(&places[i].trial->cold);
        forget(&places[i].trial->steady);
        if (b->done) /* else what is missing has been said */
            collection_problem(c, STATUS_DAMAGED, places[i].row, 0, 0,
                               "%s: these are not the brackets of %s's samples; counters are "
                               "left out from this row on",
                               name, places[i].row);
    }
    free(places);
}
