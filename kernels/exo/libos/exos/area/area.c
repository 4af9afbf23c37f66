/* SPDX-License-Identifier: MIT */
/* area.c -- see area.h. */
#include "exo/libos/exos/area/area.h"

#include <stddef.h>

/* The number of the first area that ends behind `at`. */
static unsigned first_behind(const struct areas *r, uint64_t at) {
    unsigned i = 0;
    while (i < r->count && r->area[i].end <= at)
        i++;
    return i;
}

const struct area *area_find(const struct areas *r, uint64_t at) {
    unsigned i = first_behind(r, at);
    return i < r->count && r->area[i].at <= at ? &r->area[i] : NULL;
}

uint64_t area_gap(const struct areas *r, uint64_t from, uint64_t to, uint64_t bytes) {
    for (unsigned i = first_behind(r, from); i < r->count; i++) {
        if (r->area[i].at >= from && r->area[i].at - from >= bytes)
            break;
        from = r->area[i].end;
    }
    return from <= to && to - from >= bytes ? from : 0;
}

bool area_covers(const struct areas *r, uint64_t at, uint64_t end) {
    for (unsigned i = first_behind(r, at); at < end; i++) {
        if (i == r->count || r->area[i].at > at)
            return false;
        at = r->area[i].end;
    }
    return true;
}

/* Makes room for one at number i. */
static void insert(struct areas *r, unsigned i, struct area new) {
    for (unsigned n = r->count++; n > i; n--)
        r->area[n] = r->area[n - 1];
    r->area[i] = new;
}

/* Whether a area lies on both sides of the address. */
static bool is_inside(const struct areas *r, uint64_t at) {
    const struct area *found = area_find(r, at);
    return found && found->at < at;
}

static void split(struct areas *r, uint64_t at) {
    if (!is_inside(r, at))
        return;
    unsigned i = first_behind(r, at);
    struct area behind = r->area[i];
    r->area[i].end = behind.at = at;
    insert(r, i + 1, behind);
}

/* Whether so many more find room, beside what splitting at these two takes. */
static bool fits(const struct areas *r, uint64_t at, uint64_t end, unsigned more) {
    return r->count + is_inside(r, at) + is_inside(r, end) + more <= AREAS;
}

static void remove_between(struct areas *r, uint64_t at, uint64_t end) {
    unsigned kept = 0;
    split(r, at);
    split(r, end);
    for (unsigned i = 0; i < r->count; i++)
        if (r->area[i].at < at || r->area[i].at >= end)
            r->area[kept++] = r->area[i];
    r->count = kept;
}

bool area_cut(struct areas *r, uint64_t at, uint64_t end) {
    if (!fits(r, at, end, 0))
        return false;
    remove_between(r, at, end);
    return true;
}

bool area_add(struct areas *r, struct area new) {
    if (!fits(r, new.at, new.end, 1))
        return false;
    remove_between(r, new.at, new.end);
    insert(r, first_behind(r, new.at), new);
    return true;
}

bool area_set(struct areas *r, uint64_t at, uint64_t end, uint64_t rights) {
    if (!fits(r, at, end, 0))
        return false;
    split(r, at);
    split(r, end);
    for (unsigned i = 0; i < r->count; i++)
        if (r->area[i].at >= at && r->area[i].at < end)
            r->area[i].rights = rights;
    return true;
}
