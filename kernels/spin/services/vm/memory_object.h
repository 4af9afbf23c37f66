/* SPDX-License-Identifier: MIT */
/* memory_object.h -- memory that any model of an address space can map (SPIN's MemoryObject): pages
 * numbered from 0, of which those that are wanted are in the frames of a cache object, and the
 * others with a pager.
 *
 *     default_pager_create(by, 8, &pager);
 *     memory_object_create(by, pager, 8, cache, &object);
 *
 * and in a handler of a fault at page `n` of a name that shows the object:
 *
 *     memory_object_page(object, n, fault->write, &page);
 *     *done = translation_add_mapping(t, name, n, page, rights) == 0;
 *     memory_object_release(object, n);
 *
 * A page may go at any time but while it is held. It is mapped nowhere then, and who touches it
 * faults again. So a page that is shared is mapped writable only after a write to it has faulted:
 * that is how it becomes dirty. Who wants a private copy maps it without PAGE_WRITE, and on a write
 * maps a page of its own in its place (memory_object_copy). All may wait, for the pager. */
#ifndef SPIN_SERVICES_MEMORY_OBJECT_H
#define SPIN_SERVICES_MEMORY_OBJECT_H

#include "spin/core/space/translation.h"
#include "spin/services/vm/cache_object.h"
#include "spin/services/vm/pager_object.h"

struct memory_object {
    struct module *by; /* who pays */
    struct pager *pager;
    struct cache_object *cache;
    size_t pages;
    unsigned users;
};

/* Of so many pages. It has one user. The pager is its own from now on, in case of an error, too.
 * 0; -E_INVALID: no pages; -E_QUOTA of `by`, who pays for it; -E_NO_MEMORY. */
int memory_object_create(struct module *by, struct pager *pager, size_t pages,
                         struct cache_object *cache, struct memory_object **object);
/* One user more, for instance the copy of an address space; one less. With the last one it is gone,
 * and its pages with it, wherever they are mapped; none is held then. */
void memory_object_share(struct memory_object *o);
void memory_object_drop(struct memory_object *o);

/* Its page, which stays where it is until it is released. With `write` it counts as written. 0;
 * -E_NOT_FOUND: there are not so many; -E_PERM: it cannot be written; -E_BUSY: all frames of the
 * cache are held; -E_QUOTA, of whose cache it is; -E_NO_MEMORY; or the pager's errors. */
int memory_object_page(struct memory_object *o, size_t index, bool write, struct phys_addr **page);
void memory_object_release(struct memory_object *o, size_t index);

/* Its contents, into a page. Errors as above. */
int memory_object_copy(struct memory_object *o, size_t index, struct phys_addr *into);

/* Before all else here. */
void memory_objects_init(void);

#endif
