/* SPDX-License-Identifier: MIT */
/* crash_states.c -- see crash_states.h. */
#include "crash_states.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* One walk over all states. */
struct walk {
    const struct write_log *log;
    struct disk_state *disk;
    uint64_t seed, drawn, number;
    crash_state_visit *visit;
    void *context;
    size_t first, count; /* the epoch's writes */
    bool *has;           /* which of them are there */
    size_t *free;        /* those that may be there or not, of the writes before a cut */
    size_t freedom;
    bool stopped;
};

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014). */
uint64_t drawn_by(uint64_t seed, uint64_t value) {
    uint64_t z = seed + (value + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint64_t draw(struct walk *w, uint64_t below) {
    return drawn_by(w->seed, w->drawn++) % below;
}

static const struct logged_write *write_at(const struct walk *w, size_t i) {
    return &w->log->writes[w->first + i];
}

static void apply_whole(struct walk *w, size_t i) {
    const struct logged_write *one = write_at(w, i);
    disk_state_apply(w->disk, (struct write_part){one, 0, one->sectors});
}

/* The state in which those of the first COUNT writes are there that `has` says, and TORN. The torn
 * write comes in its own place among them. */
static void show_state(struct walk *w, size_t count, struct write_part torn) {
    if (w->stopped)
        return;
    for (size_t i = 0; i < count; i++)
        if (w->has[i])
            apply_whole(w, i);
        else if (torn.write == write_at(w, i))
            disk_state_apply(w->disk, torn);
    struct crash_state state = {w->number++, write_at(w, 0)->epoch, w->first, count, w->has, torn};
    w->stopped = !w->visit(w->context, &state, w->disk);
    disk_state_rewind(w->disk);
}

static void visit_whole(struct walk *w, size_t count) {
    show_state(w, count, (struct write_part){0});
}

static void fill(struct walk *w, size_t count) {
    for (size_t i = 0; i < w->count; i++)
        w->has[i] = i < count;
}

static void beginnings(struct walk *w) {
    for (size_t count = 0; count <= w->count && !w->stopped; count++) {
        fill(w, count);
        visit_whole(w, count);
    }
}

static void each_choice(struct walk *w, size_t count) {
    for (size_t choice = 0; choice < (size_t)1 << w->freedom; choice++) {
        for (size_t i = 0; i < w->freedom; i++)
            w->has[w->free[i]] = choice >> i & 1;
        visit_whole(w, count);
    }
}

static void lacking(struct walk *w, size_t count, size_t a, size_t b) {
    w->has[w->free[a]] = w->has[w->free[b]] = false;
    visit_whole(w, count);
    w->has[w->free[a]] = w->has[w->free[b]] = true;
}

static void lacking_few(struct walk *w, size_t count) {
    size_t n = w->freedom;
    for (size_t a = 0; a < n && !w->stopped; a++)
        lacking(w, count, a, a);
    if (n * (n - 1) / 2 > PAIRS_MOST) {
        for (size_t i = 0; i < PAIRS_MOST && !w->stopped; i++)
            lacking(w, count, draw(w, n), draw(w, n));
        return;
    }
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; b < n && !w->stopped; b++)
            lacking(w, count, a, b);
}

/* Each with a density of its own, so that few and many are there. */
static void drawn_choices(struct walk *w, size_t count) {
    for (size_t n = 0; n < DRAWN && !w->stopped; n++) {
        uint64_t density = 1 + draw(w, 255);
        for (size_t i = 0; i < w->freedom; i++)
            w->has[w->free[i]] = draw(w, 256) < density;
        visit_whole(w, count);
    }
}

/* The choices of the first COUNT writes, the last of which has not ended. */
static void choices(struct walk *w, size_t count) {
    fill(w, count);
    w->freedom = 0;
    for (size_t i = 0; i < count; i++)
        if (!write_at(w, i)->fua || i == count - 1)
            w->free[w->freedom++] = i;
    if (w->freedom <= CHOICE_MOST) {
        each_choice(w, count);
    } else {
        lacking_few(w, count);
        drawn_choices(w, count);
    }
}

/* Up to which writes of the epoch, counted, those behind write I may be there while it is not. */
static size_t reach(const struct walk *w, size_t i) {
    if (write_at(w, i)->fua)
        return i + 1;
    size_t end = i + 1;
    while (end < w->count && !write_at(w, end)->fua)
        end++;
    return end < w->count ? end + 1 : end;
}

static void tear_at(struct walk *w, size_t i, uint64_t sector, size_t count) {
    const struct logged_write *one = write_at(w, i);
    fill(w, count);
    w->has[i] = false;
    show_state(w, count, (struct write_part){one, 0, sector});
    show_state(w, count, (struct write_part){one, sector, one->sectors});
}

static void tears(struct walk *w, size_t i) {
    uint64_t sectors = write_at(w, i)->sectors;
    uint64_t places = sectors <= TEARS_MOST ? sectors - 1 : TEARS_MOST - 1;
    size_t end = reach(w, i);
    for (uint64_t place = 1; place <= places && !w->stopped; place++) {
        uint64_t sector = sectors * place / (places + 1);
        tear_at(w, i, sector, i + 1);
        if (end > i + 1)
            tear_at(w, i, sector, end);
    }
}

static void visit_epoch(struct walk *w) {
    disk_state_mark(w->disk);
    beginnings(w);
    for (size_t count = 1; count <= w->count && !w->stopped; count++)
        if (count == w->count || write_at(w, count - 1)->fua)
            choices(w, count);
    for (size_t i = 0; i < w->count && !w->stopped; i++)
        tears(w, i);
    for (size_t i = 0; i < w->count; i++)
        apply_whole(w, i);
}

void crash_states_visit(const struct write_log *log, struct disk_state *disk, uint64_t seed,
                        crash_state_visit *visit, void *context) {
    struct walk w = {.log = log, .disk = disk, .seed = seed, .visit = visit, .context = context};
    w.has = memory_new(log->count + 1, sizeof *w.has);
    w.free = memory_new(log->count + 1, sizeof *w.free);
    while (w.first < log->count && !w.stopped) {
        w.count = 1;
        while (w.first + w.count < log->count &&
               write_at(&w, w.count)->epoch == write_at(&w, 0)->epoch)
            w.count++;
        visit_epoch(&w);
        w.first += w.count;
    }
    free(w.has);
    free(w.free);
}

char *crash_state_text(const struct write_log *log, const struct crash_state *state) {
    scoped_texts struct texts lacks = {0};
    size_t has = 0;
    for (size_t i = 0; i < state->count; i++) {
        has += state->has[i];
        if (!state->has[i] && lacks.count < CHOICE_MOST &&
            state->torn.write != &log->writes[state->first + i])
            texts_take(&lacks, text_format("%zu", log->writes[state->first + i].entry));
    }
    scoped_text char *missing = texts_join(&lacks, ", ");
    scoped_text char *torn =
        state->torn.write
            ? text_format(", and of entry %zu sectors %" PRIu64 " to %" PRIu64 " of %" PRIu64,
                          state->torn.write->entry, state->torn.from, state->torn.to - 1,
                          state->torn.write->sectors)
            : text_copy("");
    return text_format("state %" PRIu64 ": %zu flushes, then %zu of %zu writes%s%s%s",
                       state->number, state->flushes, has, state->count,
                       lacks.count ? " without entries " : "", lacks.count ? missing : "", torn);
}
