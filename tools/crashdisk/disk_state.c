/* SPDX-License-Identifier: MIT */
/* disk_state.c -- see disk_state.h. The hash of a state is the sum of its sectors' hashes, each of
 * them SHA-256 of the sector's number and bytes, so that a change costs one subtraction and one
 * addition. */
#include "disk_state.h"
#include "base/assert.h"
#include "base/memory.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t zeros[SECTOR];

/* What a sector has, from the disk's beginning or from a write. */
struct content {
    const uint8_t *bytes;
    struct state_hash hash;
    const struct logged_write *write; /* null: from the beginning */
    const struct content *beneath;    /* what the log's last write before has there */
};

/* A sector had other contents, or a write was not taken. */
struct change {
    size_t sector;
    const struct content *before; /* null: of write number `sector` */
};

struct disk_state {
    const struct write_log *log;
    uint64_t *sectors; /* in rising order */
    size_t count;
    const struct content **now; /* of each */
    struct content *first;      /* before the first write */
    struct content **writes;    /* what each write has for its sectors */
    size_t **places;            /* and where these are in `sectors` */
    bool *taken;                /* which writes are */
    struct state_hash sum;
    struct change *changes; /* back to the last point that was settled */
    size_t changed, room;
};

static struct content content_of(uint64_t sector, const uint8_t *bytes) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    uint8_t text[sizeof sector + SECTOR];
    struct content c = {.bytes = bytes};
    memcpy(text, &sector, sizeof sector);
    memcpy(text + sizeof sector, bytes, SECTOR);
    SHA256(text, sizeof text, digest);
    memcpy(&c.hash, digest, sizeof c.hash);
    return c;
}

static int compare(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void find_sectors(struct disk_state *s) {
    size_t all = 0;
    for (size_t i = 0; i < s->log->count; i++)
        all += s->log->writes[i].sectors;
    s->sectors = memory_new(all + 1, sizeof *s->sectors);
    for (size_t i = 0, at = 0; i < s->log->count; i++)
        for (uint64_t k = 0; k < s->log->writes[i].sectors; k++)
            s->sectors[at++] = s->log->writes[i].first + k;
    qsort(s->sectors, all, sizeof *s->sectors, compare);
    for (size_t i = 0; i < all; i++)
        if (!i || s->sectors[i] != s->sectors[i - 1])
            s->sectors[s->count++] = s->sectors[i];
}

static size_t place_of(const struct disk_state *s, uint64_t sector) {
    const uint64_t *found = bsearch(&sector, s->sectors, s->count, sizeof sector, compare);
    assert_that(found);
    return (size_t)(found - s->sectors);
}

/* `now` has for each sector the last one that was prepared. */
static void prepare_write(struct disk_state *s, size_t i) {
    const struct logged_write *w = &s->log->writes[i];
    s->writes[i] = memory_new(w->sectors, sizeof **s->writes);
    s->places[i] = memory_new(w->sectors, sizeof **s->places);
    for (uint64_t k = 0; k < w->sectors; k++) {
        const uint8_t *bytes = w->data ? w->data + k * SECTOR : zeros;
        size_t place = s->places[i][k] = place_of(s, w->first + k);
        s->writes[i][k] = content_of(w->first + k, bytes);
        s->writes[i][k].write = w;
        s->writes[i][k].beneath = s->now[place];
        s->now[place] = &s->writes[i][k];
    }
}

struct disk_state *disk_state_new(const struct write_log *log, const uint8_t *base) {
    struct disk_state *s = memory_new(1, sizeof *s);
    s->log = log;
    find_sectors(s);
    s->now = memory_new(s->count + 1, sizeof(const struct content *));
    s->first = memory_new(s->count + 1, sizeof *s->first);
    s->taken = memory_new(log->count + 1, sizeof *s->taken);
    s->writes = memory_new(log->count + 1, sizeof(struct content *));
    s->places = memory_new(log->count + 1, sizeof *s->places);
    for (size_t i = 0; i < s->count; i++) {
        s->first[i] = content_of(s->sectors[i], base + s->sectors[i] * SECTOR);
        s->now[i] = &s->first[i];
        s->sum.high += s->first[i].hash.high;
        s->sum.low += s->first[i].hash.low;
    }
    for (size_t i = 0; i < log->count; i++)
        prepare_write(s, i);
    for (size_t i = 0; i < s->count; i++)
        s->now[i] = &s->first[i];
    return s;
}

void disk_state_free(struct disk_state *s) {
    for (size_t i = 0; i < s->log->count; i++) {
        free(s->writes[i]);
        free(s->places[i]);
    }
    free(s->writes);
    free(s->places);
    free(s->now);
    free(s->first);
    free(s->taken);
    free(s->sectors);
    free(s->changes);
    free(s);
}

static void set(struct disk_state *s, size_t i, const struct content *to) {
    s->sum.high += to->hash.high - s->now[i]->hash.high;
    s->sum.low += to->hash.low - s->now[i]->hash.low;
    s->now[i] = to;
}

static void note(struct disk_state *s, size_t sector, const struct content *before) {
    if (s->changed == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->changes = memory_resize(s->changes, s->room, sizeof *s->changes);
    }
    s->changes[s->changed++] = (struct change){sector, before};
}

static size_t number_of(const struct disk_state *s, struct write_part part) {
    size_t number = (size_t)(part.write - s->log->writes);
    assert_that(number < s->log->count && part.from <= part.to && part.to <= part.write->sectors);
    return number;
}

void disk_state_apply(struct disk_state *s, struct write_part part) {
    size_t number = number_of(s, part);
    for (uint64_t k = part.from; k < part.to; k++) {
        size_t i = s->places[number][k];
        note(s, i, s->now[i]);
        set(s, i, &s->writes[number][k]);
    }
}

/* What is seen where CONTENT is not there. */
static const struct content *beneath(const struct disk_state *s, const struct content *content) {
    do
        content = content->beneath;
    while (content->write && s->taken[content->write - s->log->writes]);
    return content;
}

void disk_state_take(struct disk_state *s, struct write_part part) {
    size_t number = number_of(s, part);
    if (part.to - part.from == part.write->sectors) {
        s->taken[number] = true;
        note(s, number, NULL);
    }
    for (uint64_t k = part.from; k < part.to; k++) {
        size_t i = s->places[number][k];
        if (s->now[i] != &s->writes[number][k])
            continue;
        note(s, i, s->now[i]);
        set(s, i, beneath(s, s->now[i]));
    }
}

size_t disk_state_point(const struct disk_state *s) {
    return s->changed;
}

void disk_state_rewind(struct disk_state *s, size_t point) {
    while (s->changed > point) {
        const struct change *c = &s->changes[--s->changed];
        if (c->before)
            set(s, c->sector, c->before);
        else
            s->taken[c->sector] = false;
    }
}

void disk_state_settle(struct disk_state *s) {
    s->changed = 0;
}

struct state_hash disk_state_hash(const struct disk_state *s) {
    return s->sum;
}

size_t disk_state_sectors(const struct disk_state *s, const uint64_t **sectors) {
    *sectors = s->sectors;
    return s->count;
}

const uint8_t *disk_state_bytes(const struct disk_state *s, size_t i) {
    assert_that(i < s->count);
    return s->now[i]->bytes;
}
