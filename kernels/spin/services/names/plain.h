/* SPDX-License-Identifier: MIT */
/* plain.h -- plain directories: entries in the order in which they came, each with who attached it
 * and who may see it. */
#ifndef SPIN_NAMES_PLAIN_H
#define SPIN_NAMES_PLAIN_H

#include "spin/services/names/directory.h"

#define PLAIN_ENTRIES_MAX 256 /* of one directory */

/* What somebody asks who is not the directory's owner. */
struct name_request {
    const char *what; /* "lookup"; "attach", of a directory: may an entry of this name be made? */
    const char *name;
    const struct module *by;
    const struct named *object;
};

typedef bool name_authorizer_fn(void *closure, const struct name_request *request);

struct name_authorizer {
    name_authorizer_fn *allows; /* null: everybody may look up, nobody may attach */
    void *closure;
};

/* Makes what is asked for, and is not there, to be there. 0: it may be now. */
typedef int name_demand_fn(const struct module *by, const char *name);

struct plain {
    struct directory directory;
    const struct module *owner;
    struct name_authorizer attach; /* who else may make entries */
    name_demand_fn *demand;        /* or null */
    struct list entries;
    uint32_t count;
};

/* Held once; null when out of memory. */
struct plain *plain_create(const struct module *owner, const struct name_authorizer *attach);
/* Null: the directory is of another kind. */
struct plain *plain_of(struct directory *directory);

/* An entry of this name, for an object, which is held, or, with an alias, for another path. 0, or
 * -E_PERM: `by` is neither the owner nor allowed; -E_EXISTS; -E_FULL; -E_NO_MEMORY. */
int plain_attach(struct plain *d, const struct module *by, const char *name,
                 const struct named *object, const char *alias,
                 const struct name_authorizer *lookup);
/* 0; -E_NOT_FOUND; -E_PERM: it is neither by's entry nor its directory; -E_BUSY, if it is to be
 * `unheld`: a directory that somebody holds besides. */
int plain_detach(struct plain *d, const struct module *by, const char *name, bool unheld);
/* An entry gets another name, in this directory or another one; what it is stays. 0; as both, and
 * -E_INVALID: a directory stays where it is. */
int plain_rename(struct plain *d, const struct module *by, const char *name, struct plain *into,
                 const char *as);
/* Whatever the module has attached anywhere is detached. */
void plain_withdraw_all(const struct module *by);

#endif
