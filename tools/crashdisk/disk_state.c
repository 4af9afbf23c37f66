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

/* What a sector has. */
struct content {
    const uint8_t *bytes;
    struct state_hash hash;
};

struct change {
    size_t sector;
    struct content before;
};

struct disk_state {
    const struct write_log *log;
    uint64_t *sectors; /* in rising order */
    size_t count;
    struct content *now;     /* of each */
    struct content **writes; /* what each write has for its sectors */
    size_t **places;         /* and where these are in `sectors` */
    struct state_hash sum;
    struct change *changes; /* since the mark */
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

static void prepare_write(struct disk_state *s, size_t i) {
    const struct logged_write *w = &s->log->writes[i];
    s->writes[i] = memory_new(w->sectors, sizeof **s->writes);
    s->places[i] = memory_new(w->sectors, sizeof **s->places);
    for (uint64_t k = 0; k < w->sectors; k++) {
        const uint8_t *bytes = w->data ? w->data + k * SECTOR : zeros;
        s->writes[i][k] = content_of(w->first + k, bytes);
        s->places[i][k] = place_of(s, w->first + k);
    }
}

struct disk_state *disk_state_new(const struct write_log *log, const uint8_t *base) {
    struct disk_state *s = memory_new(1, sizeof *s);
    s->log = log;
    find_sectors(s);
    s->now = memory_new(s->count + 1, sizeof *s->now);
    for (size_t i = 0; i < s->count; i++) {
        s->now[i] = content_of(s->sectors[i], base + s->sectors[i] * SECTOR);
        s->sum.high += s->now[i].hash.high;
        s->sum.low += s->now[i].hash.low;
    }
    s->writes = memory_new(log->count + 1, sizeof *s->writes);
    s->places = memory_new(log->count + 1, sizeof *s->places);
    for (size_t i = 0; i < log->count; i++)
        prepare_write(s, i);
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
    free(s->sectors);
    free(s->changes);
    free(s);
}

static void set(struct disk_state *s, size_t i, struct content to) {
    s->sum.high += to.hash.high - s->now[i].hash.high;
    s->sum.low += to.hash.low - s->now[i].hash.low;
    s->now[i] = to;
}

void disk_state_apply(struct disk_state *s, struct write_part part) {
    size_t number = (size_t)(part.write - s->log->writes);
    assert_that(number < s->log->count && part.from <= part.to && part.to <= part.write->sectors);
    for (uint64_t k = part.from; k < part.to; k++) {
        size_t i = s->places[number][k];
        if (s->changed == s->room) {
            s->room = s->room ? 2 * s->room : 64;
            s->changes = memory_resize(s->changes, s->room, sizeof *s->changes);
        }
        s->changes[s->changed++] = (struct change){i, s->now[i]};
        set(s, i, s->writes[number][k]);
    }
}

void disk_state_mark(struct disk_state *s) {
    s->changed = 0;
}

void disk_state_rewind(struct disk_state *s) {
    while (s->changed) {
        const struct change *c = &s->changes[--s->changed];
        set(s, c->sector, c->before);
    }
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
    return s->now[i].bytes;
}
