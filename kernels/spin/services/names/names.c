/* SPDX-License-Identifier: MIT */
/* names.c -- see names.h. */
#include "spin/services/names/names.h"

#include "engine/assert.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"

static struct plain *root;

int names_init(const struct module *owner) {
    static const struct name_authorizer nobody;
    ENGINE_ASSERT(!root, "there is a root already, of %s", root->owner->name);
    root = plain_create(owner, &nobody);
    return root ? 0 : -E_NO_MEMORY;
}

void names_end(void) {
    named_release(&(struct named){&name_directory, &root->directory});
    root = NULL;
}

/* The directories from the root to where one is, each held; what is left to go. */
struct walk {
    const struct module *by;
    bool soft;
    struct directory *way[NAMES_DEPTH_MAX];
    unsigned depth, aliases;
    char rest[PATH_BYTES_MAX];
    const char *at; /* in rest */
};

static struct directory *here(const struct walk *w) {
    return w->way[w->depth - 1];
}

static void leave(struct walk *w) {
    named_release(&(struct named){&name_directory, here(w)});
    w->depth--;
}

/* The directory is held already. */
static int enter(struct walk *w, struct directory *d) {
    if (w->depth == NAMES_DEPTH_MAX) {
        named_release(&(struct named){&name_directory, d});
        return -E_TOO_LONG;
    }
    w->way[w->depth++] = d;
    return 0;
}

static int walk_begin(struct walk *w, const struct module *by, const char *path, bool soft) {
    *w = (struct walk){.by = by, .soft = soft, .at = w->rest};
    if (path[0] != '/')
        return -E_INVALID;
    if (strnlen(path, sizeof w->rest) == sizeof w->rest)
        return -E_TOO_LONG;
    format_text(w->rest, sizeof w->rest, "%s", path);
    named_hold(&(struct named){&name_directory, &root->directory});
    return enter(w, &root->directory);
}

static void walk_end(struct walk *w) {
    while (w->depth)
        leave(w);
}

static int find(const struct walk *w, const char *name, struct found *found) {
    struct directory *d = here(w);
    struct plain *p = plain_of(d);
    *found = (struct found){0};
    int error = d->operations->find(d, w->by, name, found);
    if (error == -E_NOT_FOUND && p && p->demand && !w->soft) {
        error = p->demand(w->by, name);
        if (!error)
            error = d->operations->find(d, w->by, name, found);
    }
    return error;
}

/* Goes on by the alias; from the root if it begins there. */
static int take_alias(struct walk *w, const char *alias) {
    char rest[PATH_BYTES_MAX];
    if (w->aliases++ == NAMES_ALIASES_MAX)
        return -E_INVALID;
    int error = path_join(rest, alias, w->at);
    if (error)
        return error;
    memcpy(w->rest, rest, sizeof rest);
    w->at = w->rest;
    while (alias[0] == '/' && w->depth > 1)
        leave(w);
    return 0;
}

static bool has_more(const struct walk *w) {
    const char *at = w->at;
    char name[PATH_NAME_MAX];
    return path_next(&at, name) != 0;
}

/* One name further: to a directory, or, of the last name, to anything, which is *object, held. */
static int step(struct walk *w, const char *name, struct named *object) {
    struct found found;
    if (strcmp(name, ".") == 0)
        return 0;
    if (strcmp(name, "..") == 0) {
        if (w->depth > 1)
            leave(w);
        return 0;
    }
    int error = find(w, name, &found);
    if (error)
        return error;
    if (found.alias[0])
        return take_alias(w, found.alias);
    if (found.object.type == &name_directory)
        return enter(w, found.object.object);
    if (!has_more(w)) {
        *object = found.object;
        return 0;
    }
    named_release(&found.object);
    return -E_INVALID;
}

/* To the end of the path; of a directory that is no *object, but where one is. */
static int walk(struct walk *w, struct named *object) {
    char name[PATH_NAME_MAX];
    int more;
    while ((more = path_next(&w->at, name)) > 0) {
        int error = step(w, name, object);
        if (error)
            return error;
    }
    return more;
}

static int lookup(const struct module *by, const char *path, const struct name_type *type,
                  struct named *found, bool soft) {
    struct walk w;
    struct named object = {0};
    int error = walk_begin(&w, by, path, soft);
    if (!error)
        error = walk(&w, &object);
    if (!error && !object.object) {
        object = (struct named){&name_directory, here(&w)};
        named_hold(&object);
    }
    walk_end(&w);
    if (!error && type && object.type != type)
        error = -E_INVALID;
    if (error)
        named_release(&object);
    else
        *found = object;
    return error;
}

int names_lookup(const struct module *by, const char *path, const struct name_type *type,
                 struct named *found) {
    return lookup(by, path, type, found, false);
}

int names_lookup_soft(const struct module *by, const char *path, const struct name_type *type,
                      struct named *found) {
    return lookup(by, path, type, found, true);
}

/* To the plain directory that has, or shall have, the last name. */
static int walk_to_last(struct walk *w, const struct module *by, const char *path,
                        char name[PATH_NAME_MAX]) {
    struct named nothing = {0};
    int error = walk_begin(w, by, path, true);
    int more = error ? error : path_next(&w->at, name);
    while (more > 0 && has_more(w)) {
        error = step(w, name, &nothing);
        more = error ? error : path_next(&w->at, name);
    }
    if (more < 0)
        return more;
    if (!more || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return -E_INVALID;
    return plain_of(here(w)) ? 0 : -E_INVALID;
}

static int attach(const struct module *by, const char *path, const struct named *object,
                  const char *alias, const struct name_authorizer *lookup) {
    char name[PATH_NAME_MAX];
    struct walk w;
    int error = walk_to_last(&w, by, path, name);
    if (!error)
        error = plain_attach(plain_of(here(&w)), by, name, object, alias, lookup);
    walk_end(&w);
    return error;
}

int names_attach(const struct module *by, const char *path, const struct named *object,
                 const struct name_authorizer *lookup) {
    if (object->type == &name_directory && plain_of(object->object))
        return -E_INVALID;
    return attach(by, path, object, "", lookup);
}

int names_create(const struct module *by, const char *path, const struct name_authorizer *lookup,
                 const struct name_authorizer *attach_there) {
    struct plain *d = plain_create(by, attach_there);
    if (!d)
        return -E_NO_MEMORY;
    const struct named directory = {&name_directory, &d->directory};
    int error = attach(by, path, &directory, "", lookup);
    named_release(&directory);
    return error;
}

int names_alias(const struct module *by, const char *path, const char *target,
                const struct name_authorizer *lookup) {
    if (!target[0])
        return -E_INVALID;
    if (strnlen(target, PATH_BYTES_MAX) == PATH_BYTES_MAX)
        return -E_TOO_LONG;
    return attach(by, path, &(struct named){0}, target, lookup);
}

static int detach(const struct module *by, const char *path, bool unheld) {
    char name[PATH_NAME_MAX];
    struct walk w;
    int error = walk_to_last(&w, by, path, name);
    if (!error)
        error = plain_detach(plain_of(here(&w)), by, name, unheld);
    walk_end(&w);
    return error;
}

int names_detach(const struct module *by, const char *path) {
    return detach(by, path, false);
}

int names_detach_unheld(const struct module *by, const char *path) {
    return detach(by, path, true);
}

int names_rename(const struct module *by, const char *path, const char *as) {
    char name[PATH_NAME_MAX], to[PATH_NAME_MAX];
    struct walk w, into;
    int error = walk_to_last(&w, by, path, name);
    if (!error) {
        error = walk_to_last(&into, by, as, to);
        if (!error)
            error = plain_rename(plain_of(here(&w)), by, name, plain_of(here(&into)), to);
        walk_end(&into);
    }
    walk_end(&w);
    return error;
}

int names_list(const struct module *by, const char *path, uint64_t *cookie,
               struct directory_entry *entry) {
    struct named found;
    int error = names_lookup_soft(by, path, &name_directory, &found);
    if (error)
        return error;
    struct directory *d = found.object;
    error = d->operations->list(d, by, cookie, entry);
    named_release(&found);
    return error;
}

int names_demand(const struct module *by, const char *path, name_demand_fn *demand) {
    struct named found;
    int error = names_lookup_soft(by, path, &name_directory, &found);
    if (error)
        return error;
    struct plain *d = plain_of(found.object);
    if (!d)
        error = -E_INVALID;
    else if (by != d->owner)
        error = -E_PERM;
    else
        d->demand = demand;
    named_release(&found);
    return error;
}
