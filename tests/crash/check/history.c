/* SPDX-License-Identifier: MIT */
/* history.c -- see history.h: how it is told and kept. */
#include "history_own.h"

#include "../pattern.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Names and files --- */

static struct name *name_of(struct history *h, const char *path) {
    for (size_t i = 0; i < h->names; i++)
        if (!strcmp(h->name[i].path, path))
            return &h->name[i];
    h->name = memory_resize(h->name, h->names + 1, sizeof *h->name);
    struct name *n = &h->name[h->names++];
    *n = (struct name){.path = strdup(path)};
    return n;
}

/* The file that the name has at the end, or NOBODY. */
static int has_now(const struct name *n) {
    return n->sets ? n->set[n->sets - 1].file : NOBODY;
}

static void set(struct history *h, const char *path, int file) {
    struct name *n = name_of(h, path);
    n->set = memory_resize(n->set, n->sets + 1, sizeof *n->set);
    n->set[n->sets++] = (struct set){h->operations, file};
}

static struct file *file_of(struct history *h, const char *path) {
    int file = has_now(name_of(h, path));
    return file == NOBODY ? NULL : &h->file[file];
}

static int file_new(struct history *h, bool is_directory) {
    h->file = memory_resize(h->file, h->files + 1, sizeof *h->file);
    h->file[h->files] = (struct file){.is_directory = is_directory};
    return (int)h->files++;
}

/* Its next version: `bytes` is its own from now on. */
static void version(struct history *h, struct file *f, uint8_t *bytes, size_t size) {
    f->version = memory_resize(f->version, f->versions + 1, sizeof *f->version);
    f->version[f->versions++] = (struct version){h->operations, bytes, size};
}

static const struct version *last(const struct file *f) {
    static const struct version none;
    return f->versions ? &f->version[f->versions - 1] : &none;
}

static uint8_t *copy(const struct version *v, size_t size) {
    uint8_t *bytes = memory_new(size + 1, 1);
    if (v->size)
        memcpy(bytes, v->bytes, v->size < size ? v->size : size);
    return bytes;
}

/* --- Operations --- */

static void made(struct history *h, const char *path, bool is_directory) {
    int file = file_new(h, is_directory);
    set(h, path, file);
    version(h, &h->file[file], NULL, 0);
}

/* A file system that came as a whole, with a directory and one in it. */
static void begun(struct history *h, const char *path) {
    static const char *const below[] = {"", "grown", "grown/deeper"};
    for (unsigned i = 0; i < 3; i++) {
        char whole[300];
        snprintf(whole, sizeof whole, "%s%s", path, below[i]);
        made(h, whole, true);
    }
}

static void written(struct history *h, const char *path, size_t at, size_t bytes, unsigned tag) {
    struct file *f = file_of(h, path);
    if (!f || !bytes)
        return;
    size_t size = last(f)->size > at + bytes ? last(f)->size : at + bytes;
    uint8_t *now = copy(last(f), size);
    for (size_t i = at; i < at + bytes; i++)
        now[i] = pattern(tag, i);
    version(h, f, now, size);
}

static void truncated(struct history *h, const char *path, size_t size) {
    struct file *f = file_of(h, path);
    if (f)
        version(h, f, copy(last(f), size), size);
}

static void removed(struct history *h, const char *path) {
    struct file *f = file_of(h, path);
    if (f)
        f->removed = true;
    set(h, path, NOBODY);
}

/* All below a directory has other names, too. */
static void renamed(struct history *h, const char *from, const char *to) {
    const size_t length = strlen(from);
    struct file *over = file_of(h, to);
    if (over == file_of(h, from)) /* two names of one file: nothing happens */
        return;
    if (over) {
        over->removed = true;
        if (h->promises.replaced_may_be_gone)
            set(h, to, NOBODY);
    }
    for (size_t i = 0, names = h->names; i < names; i++) {
        const char *old = h->name[i].path;
        int file = has_now(&h->name[i]);
        if (file == NOBODY || strncmp(old, from, length) != 0 ||
            (old[length] && old[length] != '/'))
            continue;
        char now[512];
        snprintf(now, sizeof now, "%s%s", to, old + length);
        set(h, now, file);
        set(h, h->name[i].path, NOBODY);
    }
}

static void linked(struct history *h, const char *path, const char *to) {
    int file = has_now(name_of(h, path));
    if (file == NOBODY)
        return;
    h->file[file].linked = true;
    set(h, to, file);
}

static void copied(struct history *h, const char *from, const char *to) {
    const struct file *f = file_of(h, from);
    if (!f)
        return;
    if (!file_of(h, to))
        made(h, to, false);
    size_t size = last(file_of(h, from))->size;
    uint8_t *bytes = copy(last(file_of(h, from)), size);
    version(h, file_of(h, to), bytes, size);
}

static void exchanged(struct history *h, const char *path, const char *other) {
    struct file *a = file_of(h, path), *b = file_of(h, other);
    if (!a || !b)
        return;
    size_t of_a = last(a)->size, of_b = last(b)->size;
    uint8_t *to_a = copy(last(b), of_a), *to_b = copy(last(a), of_b);
    version(h, a, to_a, of_a);
    version(h, b, to_b, of_b);
}

static void promised(struct history *h, const char *path, uint64_t flushes, bool all) {
    struct promise p = {h->operations, flushes, ALL, ALL};
    if (!all && !h->promises.fsync_is_sync) {
        p.file = has_now(name_of(h, path));
        if (p.file == NOBODY)
            return;
        p.name = (int)(name_of(h, path) - h->name);
    }
    h->promise = memory_resize(h->promise, h->promised + 1, sizeof *h->promise);
    h->promise[h->promised++] = p;
}

/* --- What the guest said --- */

struct line {
    char operation[16], path[256], rest[3][256];
    long result;
    unsigned long flushes;
    bool done;
};

/* Paths have no spaces. */
static bool read_line(const char *text, struct line *l) {
    int used = 0;
    *l = (struct line){0};
    if (sscanf(text, "%15s %255s%n", l->operation, l->path, &used) != 2)
        return false;
    for (unsigned i = 0; i < 3; i++) {
        int more = 0;
        if (text[used] != ' ' || text[used + 1] == '=' ||
            sscanf(text + used, " %255s%n", l->rest[i], &more) != 1)
            break;
        used += more;
    }
    l->done = sscanf(text + used, " = %ld %lu", &l->result, &l->flushes) == 2;
    return true;
}

static size_t number(const char *text) {
    return strtoul(text, NULL, 10);
}

static void apply(struct history *h, const struct line *l) {
    const char *o = l->operation, *path = l->path;
    if (!strcmp(o, "write"))
        written(h, path, number(l->rest[0]), l->done ? (size_t)l->result : number(l->rest[1]),
                (unsigned)number(l->rest[2]));
    else if (!strcmp(o, "make"))
        made(h, path, false);
    else if (!strcmp(o, "mkdir"))
        made(h, path, true);
    else if (!strcmp(o, "begin"))
        begun(h, path);
    else if (!strcmp(o, "unlink") || !strcmp(o, "rmdir"))
        removed(h, path);
    else if (!strcmp(o, "rename"))
        renamed(h, path, l->rest[0]);
    else if (!strcmp(o, "link"))
        linked(h, path, l->rest[0]);
    else if (!strcmp(o, "truncate"))
        truncated(h, path, number(l->rest[0]));
    else if (!strcmp(o, "copy"))
        copied(h, path, l->rest[0]);
    else if (!strcmp(o, "exchange"))
        exchanged(h, path, l->rest[0]);
    else if (l->done && (!strcmp(o, "sync") || !strcmp(o, "fsync") || !strcmp(o, "leave")))
        promised(h, path, l->flushes, strcmp(o, "fsync") != 0);
}

struct history *history_read(const char *text, char system, struct promises promises) {
    static const char mark[] = "crash> ";
    struct history *h = memory_new(1, sizeof *h);
    struct line l;
    h->promises = promises;
    for (const char *at = text; (at = strstr(at, mark));) {
        at += sizeof mark - 1;
        if (!read_line(at, &l) || l.path[0] == TEMPORARY || (system && l.path[0] != system) ||
            (l.done && l.result < 0))
            continue;
        h->operations++;
        apply(h, &l);
    }
    h->name_since = memory_new(h->names + 1, sizeof *h->name_since);
    h->file_since = memory_new(h->files + 1, sizeof *h->file_since);
    h->may_have = memory_new(h->files + 1, 1);
    h->has = memory_new(h->files + 1, 1);
    return h;
}

void history_free(struct history *h) {
    for (size_t i = 0; i < h->names; i++) {
        free(h->name[i].path);
        free(h->name[i].set);
    }
    for (size_t i = 0; i < h->files; i++) {
        for (size_t k = 0; k < h->file[i].versions; k++)
            free(h->file[i].version[k].bytes);
        free(h->file[i].version);
    }
    free(h->name);
    free(h->file);
    free(h->promise);
    free(h->name_since);
    free(h->file_since);
    free(h->may_have);
    free(h->has);
    free(h);
}
