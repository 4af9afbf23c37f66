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

/* Tells of the state that the disk is in now: those of the first COUNT writes are there that `has`
 * says, and TORN. */
static void tell(struct walk *w, size_t count, struct write_part torn) {
    if (w->stopped)
        return;
    struct crash_state state = {w->number++, write_at(w, 0)->epoch, w->first, count, w->has, torn};
    w->stopped = !w->visit(w->context, &state, w->disk);
}

static void tell_whole(struct walk *w, size_t count) {
    tell(w, count, (struct write_part){0});
}

/* The choice that `has` says, from the epoch's beginning. */
static void tell_choice(struct walk *w, size_t count) {
    size_t point = disk_state_point(w->disk);
    for (size_t i = 0; i < count; i++)
        if (w->has[i])
            apply_whole(w, i);
    tell_whole(w, count);
    disk_state_rewind(w->disk, point);
}

static void fill(struct walk *w, size_t count) {
    memset(w->has, true, count * sizeof *w->has);
    memset(w->has + count, false, (w->count - count) * sizeof *w->has);
}

static void beginnings(struct walk *w) {
    size_t point = disk_state_point(w->disk);
    for (size_t count = 0; count <= w->count && !w->stopped; count++) {
        fill(w, count);
        tell_whole(w, count);
        if (count < w->count)
            apply_whole(w, count);
    }
    disk_state_rewind(w->disk, point);
}

static void each_choice(struct walk *w, size_t count) {
    for (size_t choice = 0; choice < (size_t)1 << w->freedom; choice++) {
        for (size_t i = 0; i < w->freedom; i++)
            w->has[w->free[i]] = choice >> i & 1;
        tell_choice(w, count);
    }
}

/* All COUNT writes are there; two of them, or one, are taken for a moment. */
static void lacking(struct walk *w, size_t count, size_t a, size_t b) {
    size_t point = disk_state_point(w->disk), lacks[] = {w->free[a], w->free[b]};
    for (size_t i = 0; i < 2; i++) {
        const struct logged_write *one = write_at(w, lacks[i]);
        disk_state_take(w->disk, (struct write_part){one, 0, one->sectors});
        w->has[lacks[i]] = false;
    }
    tell_whole(w, count);
    w->has[lacks[0]] = w->has[lacks[1]] = true;
    disk_state_rewind(w->disk, point);
}

static void lacking_pairs(struct walk *w, size_t count) {
    size_t n = w->freedom;
    if (n * (n - 1) / 2 > PAIRS_MOST) {
        for (size_t i = 0; i < PAIRS_MOST && !w->stopped; i++)
            lacking(w, count, draw(w, n), draw(w, n));
        return;
    }
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; b < n && !w->stopped; b++)
            lacking(w, count, a, b);
}

static void lacking_few(struct walk *w, size_t count) {
    size_t point = disk_state_point(w->disk);
    for (size_t i = 0; i < count; i++)
        apply_whole(w, i);
    for (size_t a = 0; a < w->freedom && !w->stopped; a++)
        lacking(w, count, a, a);
    lacking_pairs(w, count);
    disk_state_rewind(w->disk, point);
}

/* Each with a density of its own, so that few and many are there. */
static void drawn_choices(struct walk *w, size_t count) {
    for (size_t n = 0; n < DRAWN && !w->stopped; n++) {
        uint64_t density = 1 + draw(w, 255);
        for (size_t i = 0; i < w->freedom; i++)
            w->has[w->free[i]] = draw(w, 256) < density;
        tell_choice(w, count);
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

/* How many writes of the epoch may be there while write I is not: itself among them. */
static size_t reach(const struct walk *w, size_t i) {
    size_t end = i + 1;
    if (write_at(w, i)->fua)
        return end;
    while (end < w->count && !write_at(w, end)->fua)
        end++;
    return end < w->count ? end + 1 : end;
}

/* Write I of the first COUNT is torn at each of its places. The others are there, and it, too,
 * where WHOLE. */
static void tear(struct walk *w, size_t i, size_t count, bool whole) {
    const struct logged_write *one = write_at(w, i);
    uint64_t sectors = one->sectors;
    uint64_t places = sectors <= TEARS_MOST ? sectors - 1 : TEARS_MOST - 1;
    fill(w, count);
    w->has[i] = false;
    for (uint64_t place = 1; place <= places && !w->stopped; place++) {
        uint64_t at = sectors * place / (places + 1);
        const struct write_part parts[] = {{one, 0, at}, {one, at, sectors}};
        for (size_t k = 0; k < 2; k++) {
            size_t point = disk_state_point(w->disk);
            if (whole)
                disk_state_take(w->disk, parts[1 - k]);
            else
                disk_state_apply(w->disk, parts[k]);
            tell(w, count, parts[k]);
            disk_state_rewind(w->disk, point);
        }
    }
}

static void tears(struct walk *w) {
    size_t point = disk_state_point(w->disk);
    for (size_t i = 0; i < w->count && !w->stopped; i++) {
        tear(w, i, i + 1, false);
        apply_whole(w, i);
    }
    disk_state_rewind(w->disk, point);
    for (size_t i = 0, there = 0; i < w->count && !w->stopped; i++) {
        size_t end = reach(w, i);
        while (there < end)
            apply_whole(w, there++);
        if (end > i + 1)
            tear(w, i, end, true);
    }
    disk_state_rewind(w->disk, point);
}

static void visit_epoch(struct walk *w) {
    beginnings(w);
    for (size_t count = 1; count <= w->count && !w->stopped; count++)
        if (count == w->count || write_at(w, count - 1)->fua)
            choices(w, count);
    tears(w);
    for (size_t i = 0; i < w->count; i++)
        apply_whole(w, i);
    disk_state_settle(w->disk);
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
