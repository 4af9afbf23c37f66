/* SPDX-License-Identifier: MIT */
/* plain.c -- see plain.h. Entries have serial numbers, which never come again: they are in their
 * order, and are the cookies of who lists. */
#include "spin/services/names/plain.h"

#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "spin/core/dispatch/binding/dispatcher.h"

struct entry {
    struct list link;   /* of its directory */
    struct list of_all; /* of all entries */
    struct plain *in;
    uint64_t serial;
    uint32_t hash; /* of the name: a search is a region */
    char name[PATH_NAME_MAX];
    const struct module *by;
    struct name_authorizer lookup;
    struct named object;
    char alias[PATH_BYTES_MAX];
};

static struct list all = LIST_INIT(all);
static uint64_t last_serial;

static uint32_t hash_of(const char *name) {
    uint32_t hash = 0;
    while (*name)
        hash = hash * 31 + (unsigned char)*name++;
    return hash;
}

static struct entry *entry_named(const struct plain *d, const char *name) {
    uint32_t hash = hash_of(name);
    list_each(n, &d->entries) {
        struct entry *e = container_of(n, struct entry, link);
        if (e->hash == hash && strcmp(e->name, name) == 0)
            return e;
    }
    return NULL;
}

/* Nobody finds it any more, unless it is to be unheld and its directory has another holder: then it
 * stays. Nobody finds it between the look and the end. */
static bool take_out(struct entry *e, bool unheld) {
    dispatcher->begin();
    const bool stays = unheld && e->object.type == &name_directory &&
                       ((struct directory *)e->object.object)->holders > 1;
    if (!stays) {
        list_remove(&e->link);
        list_remove(&e->of_all);
        e->in->count--;
    }
    dispatcher->end();
    return !stays;
}

/* Outside of dispatcher->begin: what it leads to may have much to give back. */
static void entry_free(struct entry *e) {
    named_release(&e->object);
    dispatcher_release(e, sizeof *e);
}

static bool is_allowed(const struct name_authorizer *a, bool otherwise,
                       const struct name_request *request) {
    return a->allows ? a->allows(a->closure, request) : otherwise;
}

/* --- As a directory --- */

static struct plain *plain(struct directory *d) {
    return container_of(d, struct plain, directory);
}

/* The entry may go while its exporter is asked, so what is found is held before. */
static int find(struct directory *directory, const struct module *by, const char *name,
                struct found *found) {
    struct name_authorizer lookup;
    dispatcher->begin();
    const struct entry *e = entry_named(plain(directory), name);
    if (e) {
        lookup = e->lookup;
        found->object = e->object;
        memcpy(found->alias, e->alias, sizeof found->alias);
        named_hold(&found->object);
    }
    dispatcher->end();
    if (!e)
        return -E_NOT_FOUND;
    const struct name_request request = {"lookup", name, by, &found->object};
    if (is_allowed(&lookup, true, &request))
        return 0;
    named_release(&found->object);
    return -E_PERM;
}

static int list(struct directory *directory, const struct module *by, uint64_t *cookie,
                struct directory_entry *entry) {
    int error = -E_NOT_FOUND;
    (void)by;
    dispatcher->begin();
    list_each(n, &plain(directory)->entries) {
        const struct entry *e = container_of(n, struct entry, link);
        if (e->serial > *cookie) {
            memcpy(entry->name, e->name, sizeof entry->name);
            entry->type = e->object.type;
            *cookie = e->serial;
            error = 0;
            break;
        }
    }
    dispatcher->end();
    return error;
}

static void destroy(struct directory *directory) {
    struct plain *d = plain(directory);
    dispatcher->lock();
    list_each(n, &d->entries) {
        struct entry *e = container_of(n, struct entry, link);
        take_out(e, false);
        entry_free(e);
    }
    dispatcher->unlock();
    dispatcher_release(d, sizeof *d);
}

static const struct directory_operations operations = {find, list, destroy};

struct plain *plain_of(struct directory *directory) {
    return directory->operations == &operations ? plain(directory) : NULL;
}

struct plain *plain_create(const struct module *owner, const struct name_authorizer *attach) {
    struct plain *d = dispatcher_allocate(sizeof *d);
    if (!d)
        return NULL;
    *d = (struct plain){.directory = {&operations, 1}, .owner = owner, .attach = *attach};
    list_init(&d->entries);
    return d;
}

/* --- Changes: by one strand at a time, and each is seen as a whole --- */

/* May `by` make an entry of this name? */
static int may_attach(const struct plain *d, const struct module *by, const char *name,
                      const struct named *object) {
    const struct name_request request = {"attach", name, by, object};
    if (by != d->owner && !is_allowed(&d->attach, false, &request))
        return -E_PERM;
    return 0;
}

static int has_room(const struct plain *d, const char *name) {
    if (entry_named(d, name))
        return -E_EXISTS;
    return d->count < PLAIN_ENTRIES_MAX ? 0 : -E_FULL;
}

int plain_attach(struct plain *d, const struct module *by, const char *name,
                 const struct named *object, const char *alias,
                 const struct name_authorizer *lookup) {
    int error = may_attach(d, by, name, object);
    struct entry *e = error ? NULL : dispatcher_allocate(sizeof *e);
    if (!e)
        return error ? error : -E_NO_MEMORY;
    *e = (struct entry){.in = d, .by = by, .lookup = *lookup, .object = *object};
    format_text(e->name, sizeof e->name, "%s", name);
    format_text(e->alias, sizeof e->alias, "%s", alias);
    e->hash = hash_of(name);
    dispatcher->lock();
    error = has_room(d, name);
    if (!error) {
        dispatcher->begin();
        e->serial = ++last_serial;
        named_hold(object);
        list_push_back(&d->entries, &e->link);
        list_push_back(&all, &e->of_all);
        d->count++;
        dispatcher->end();
    }
    dispatcher->unlock();
    if (error)
        dispatcher_release(e, sizeof *e);
    return error;
}

static int check_own(const struct plain *d, const struct module *by, const struct entry *e) {
    if (!e)
        return -E_NOT_FOUND;
    return by == e->by || by == d->owner ? 0 : -E_PERM;
}

int plain_detach(struct plain *d, const struct module *by, const char *name, bool unheld) {
    dispatcher->lock();
    struct entry *e = entry_named(d, name);
    int error = check_own(d, by, e);
    if (!error && !take_out(e, unheld))
        error = -E_BUSY;
    dispatcher->unlock();
    if (!error)
        entry_free(e);
    return error;
}

/* One of the module's, taken out; null: it has none. */
static struct entry *take_one_of(const struct module *by) {
    struct entry *found = NULL;
    dispatcher->lock();
    list_each(n, &all) {
        struct entry *e = container_of(n, struct entry, of_all);
        if (e->by == by) {
            take_out(e, false);
            found = e;
            break;
        }
    }
    dispatcher->unlock();
    return found;
}

void plain_withdraw_all(const struct module *by) {
    struct entry *e;
    while ((e = take_one_of(by)))
        entry_free(e);
}

int plain_rename(struct plain *d, const struct module *by, const char *name, struct plain *into,
                 const char *as) {
    char text[PATH_NAME_MAX];
    int error = may_attach(into, by, as, &(struct named){0});
    if (error)
        return error;
    format_text(text, sizeof text, "%s", as);
    dispatcher->lock();
    struct entry *e = entry_named(d, name);
    error = check_own(d, by, e);
    if (!error)
        error = has_room(into, as);
    if (!error && into != d && e->object.type == &name_directory)
        error = -E_INVALID; /* it could come to lie within itself */
    if (!error) {
        dispatcher->begin();
        memcpy(e->name, text, sizeof e->name);
        e->hash = hash_of(text);
        if (into != d) {
            e->serial = ++last_serial; /* behind all that are there */
            list_remove(&e->link);
            list_push_back(&into->entries, &e->link);
            e->in = into;
            d->count--;
            into->count++;
        }
        dispatcher->end();
    }
    dispatcher->unlock();
    return error;
}
