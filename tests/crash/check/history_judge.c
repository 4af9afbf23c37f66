/* SPDX-License-Identifier: MIT */
/* history_judge.c -- see history.h: what was found is held against what may be there. */
#include "history_own.h"
#include "say.h"

#include <stdio.h>
#include <string.h>

enum { SECTOR = 512 };

/* What was promised when the disk had done so many flushes. */
static void promise_all(struct history *h, uint64_t flushes) {
    size_t all = 0;
    memset(h->name_since, 0, h->names * sizeof *h->name_since);
    memset(h->file_since, 0, h->files * sizeof *h->file_since);
    for (size_t i = 0; i < h->promised; i++) {
        const struct promise *p = &h->promise[i];
        if (p->flushes > flushes)
            continue;
        if (p->file == ALL) {
            all = p->operation;
            continue;
        }
        h->file_since[p->file] = p->operation;
        h->name_since[p->name] = p->operation;
    }
    for (size_t i = 0; i < h->names; i++)
        if (h->name_since[i] < all)
            h->name_since[i] = all;
    for (size_t i = 0; i < h->files; i++)
        if (h->file_since[i] < all)
            h->file_since[i] = all;
}

/* The first of those that may be there: the last one by then. */
static size_t first_version(const struct file *f, size_t since) {
    size_t i = f->versions;
    while (i && f->version[i - 1].operation > since)
        i--;
    return i ? i - 1 : 0;
}

static size_t first_set(const struct name *n, size_t since) {
    size_t i = n->sets;
    while (i && n->set[i - 1].operation > since)
        i--;
    return i ? i - 1 : 0;
}

static bool sector_is_one_of(const struct file *f, size_t first, const struct entry *e, size_t at,
                             size_t bytes) {
    for (size_t i = first; i < f->versions; i++)
        if (!memcmp(f->version[i].bytes + at, e->bytes + at, bytes))
            return true;
    return false;
}

/* The bytes that were promised, or later ones. Null: they are. */
static const char *judge_bytes(const struct file *f, size_t since, const struct entry *e,
                               size_t rounds) {
    if (!since || f->is_directory || !f->versions || f->version[0].operation > since)
        return NULL; /* nothing was promised of its bytes */
    size_t first = first_version(f, since), least = e->size, most = 0, fewest = SIZE_MAX;
    for (size_t i = first; i < f->versions; i++) {
        size_t size = f->version[i].size;
        least = size < least ? size : least;
        fewest = size < fewest ? size : fewest;
        most = size > most ? size : most;
    }
    if (e->size < fewest || e->size > most + rounds)
        return say("%s has %zu bytes, and ought to have %zu to %zu", e->path, e->size, fewest,
                   most);
    for (size_t at = 0; at < least; at += SECTOR) {
        size_t bytes = least - at < SECTOR ? least - at : SECTOR;
        if (!sector_is_one_of(f, first, e, at, bytes))
            return say("%s: byte %zu and on are no version of it since it was promised", e->path,
                       at);
    }
    return NULL;
}

/* May the name have this file? */
static const char *judge_as(struct history *h, int file, const struct entry *e) {
    const struct file *f = &h->file[file];
    if (f->is_directory != e->is_directory)
        return say("%s is of another kind", e->path);
    return judge_bytes(f, h->file_since[file], e, h->promises.rounds);
}

static const char *judge_name(struct history *h, size_t number, const struct entry *e) {
    const struct name *n = &h->name[number];
    size_t since = h->name_since[number], first = first_set(n, since);
    bool never = !since || !n->sets || n->set[first].operation > since;
    if (!e && never)
        return NULL; /* as it was in the beginning */
    const char *why = NULL;
    int only = NOBODY;
    unsigned found = 0;
    for (size_t i = first; i < n->sets; i++) {
        int file = n->set[i].file;
        if (file == NOBODY && !e)
            return NULL;
        if (file == NOBODY || !e || file == only)
            continue;
        const char *not = judge_as(h, file, e);
        if (not )
            why = not ;
        else
            h->may_have[only = file] = !!++found;
    }
    if (found == 1)
        h->has[only]++;
    if (found)
        return NULL;
    if (!e)
        return say("%s is gone", n->path);
    return why ? why : say("%s is there, and was removed", n->path);
}

/* A file that was promised, and that nobody removed, has a name; and, where that is promised, one
 * only. */
static const char *judge_files(const struct history *h) {
    static size_t promised_names[1 << 16];
    memset(promised_names, 0, h->files * sizeof *promised_names);
    for (size_t i = 0; i < h->names; i++) {
        const struct name *n = &h->name[i];
        size_t first = first_set(n, h->name_since[i]);
        if (n->sets && n->set[first].operation <= h->name_since[i] && n->set[first].file != NOBODY)
            promised_names[n->set[first].file] = i + 1;
    }
    for (size_t i = 0; i < h->files; i++) {
        const struct file *f = &h->file[i];
        if (promised_names[i] && !f->removed && !h->may_have[i])
            return say("what was %s has neither its old name nor a new one",
                       h->name[promised_names[i] - 1].path);
        if (h->promises.one_name && !f->linked && h->has[i] > 1)
            return say("file %zu has %u names", i, h->has[i]);
    }
    return NULL;
}

const char *history_judge(struct history *h, const struct tree *found, uint64_t flushes) {
    size_t known = 0;
    promise_all(h, flushes);
    memset(h->may_have, 0, h->files);
    memset(h->has, 0, h->files);
    for (size_t i = 0; i < h->names; i++) {
        const struct entry *e = tree_find(found, h->name[i].path);
        const char *why = judge_name(h, i, e);
        if (why)
            return why;
        known += e != NULL;
    }
    for (size_t i = 0; i < found->count && known < found->count; i++) {
        size_t k = 0;
        while (k < h->names && strcmp(h->name[k].path, found->entry[i].path) != 0)
            k++;
        if (k == h->names)
            return say("%s is there, and nobody made it", found->entry[i].path);
    }
    return judge_files(h);
}
