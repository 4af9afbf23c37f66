/* SPDX-License-Identifier: MIT */
/* names.h -- the name server: paths from the root to typed references (SPIN's NameServer). Whoever
 * attaches something says who may look it up, and is told who asks, by the kernel.
 *
 * A path is absolute. "." is where one is, ".." where one came from; above the root is the root, so
 * /../svc is /svc. An alias is another path, which is taken in its place, and from where it stands
 * if it does not begin with a slash. Who is on the way to an object is asked, too: for each
 * directory and alias.
 *
 * All may give, and have no effect then:
 *   -E_INVALID    the path is not absolute, has a character that no name has, goes on behind what
 *                 is no directory, or comes by more than NAMES_ALIASES_MAX aliases
 *   -E_TOO_LONG   a name, the path with what an alias put into it, or more than NAMES_DEPTH_MAX
 *                 directories inside each other
 *   -E_NOT_FOUND  there is nothing of this name
 *   -E_PERM       who is on the way, or there, says no
 *   -E_NO_MEMORY */
#ifndef SPIN_NAMES_H
#define SPIN_NAMES_H

#include "spin/services/names/plain.h"

#define NAMES_DEPTH_MAX   16
#define NAMES_ALIASES_MAX 8

/* The root, a plain directory of this module. 0 or -E_NO_MEMORY. */
int names_init(const struct module *owner);
/* The opposite; for tests. */
void names_end(void);

/* What there is, held for the caller (named_release). With a type: -E_INVALID if it is none of
 * that. Who can make it be there may do so (names_demand): the soft one asks for what is there. */
int names_lookup(const struct module *by, const char *path, const struct name_type *type,
                 struct named *found);
int names_lookup_soft(const struct module *by, const char *path, const struct name_type *type,
                      struct named *found);

/* Attaches an object, which is held: makes a directory; and another name. `lookup` says who may
 * look it up, `attach` who beside `by` may make entries there. The directory it is in must be a
 * plain one, and be by's or let it (plain.h); -E_EXISTS, -E_FULL. */
int names_attach(const struct module *by, const char *path, const struct named *object,
                 const struct name_authorizer *lookup);
int names_create(const struct module *by, const char *path, const struct name_authorizer *lookup,
                 const struct name_authorizer *attach);
int names_alias(const struct module *by, const char *path, const char *target,
                const struct name_authorizer *lookup);

/* By who attached it or whose directory it is in. A directory goes with all that is in it, and
 * stays where it is when it is renamed: -E_INVALID. */
int names_detach(const struct module *by, const char *path);
/* The same of a directory that nobody holds besides: else -E_BUSY. */
int names_detach_unheld(const struct module *by, const char *path);
int names_rename(const struct module *by, const char *path, const char *as);

/* Of a directory: the entry behind the one that *cookie stands for (directory_operations.list). */
int names_list(const struct module *by, const char *path, uint64_t *cookie,
               struct directory_entry *entry);

/* By the owner of a plain directory: who is asked for a name that it does not have. */
int names_demand(const struct module *by, const char *path, name_demand_fn *demand);

#endif
