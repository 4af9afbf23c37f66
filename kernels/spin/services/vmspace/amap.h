/* SPDX-License-Identifier: MIT */
/* amap.h -- anonymous memory (the amaps of UVM: Cranor and Parulkar, 1999): an *amap* has a slot
 * for each page of the regions that are parts of it, empty until somebody touches the page. Regions
 * that share memory are parts of one amap. Memory that was copied is the same page in slots of
 * several, its holders; nobody may write it until there is one holder again. So a copy of a copy
 * needs no chain of objects. Each call but amap_create() and amap_leave() is for who keeps the
 * processor. */
#ifndef SPIN_SERVICES_VMSPACE_AMAP_H
#define SPIN_SERVICES_VMSPACE_AMAP_H

#include "spin/core/space/translation.h"
#include "spin/services/vmspace/region.h"

/* Where the slots are empty lie pages of a memory object instead. */
struct amap_object {
    struct memory_object *object; /* null: there is none */
    size_t first;                 /* the first slot's page */
    bool shared;                  /* who writes it writes to the object */
};

/* With empty slots; it goes with its last region, and is a user of its object. Null: no memory. */
struct amap *amap_create(size_t slots, const struct amap_object *object);
void amap_destroy(struct amap *a);

/* The region is a part of it from here on, from r->slot on. */
void amap_enter(struct amap *a, struct region *r);
/* No more; it is in no map. Slots that no other region has are empty then. */
void amap_leave(struct region *r);

/* What lies there; null: the slot is empty. */
struct phys_addr *amap_page(const struct region *r, vaddr_t at);
/* What lies in the region where its slots are empty. */
struct amap_object amap_object_of(const struct region *r);
/* The page of a memory object that lies there while the slot is empty; of no object: none does. */
struct amap_object amap_object_page(const struct region *r, vaddr_t at);
/* How many slots have the page, of any amap. */
unsigned amap_holders(const struct phys_addr *p);
/* Another page, or none (null), lies there for all regions that have the slot, and none of them
 * finds it yet. A page that is in no slot any more is gone. */
void amap_set(struct region *r, vaddr_t at, struct phys_addr *p);
/* This page, or nothing (null), is found there, with the rights that it, the region and
 * `protection` allow. 0 or -E_NO_MEMORY. */
int amap_map(const struct region *r, vaddr_t at, struct phys_addr *p, unsigned protection);
/* The same for what lies there, with all rights that its holders allow. */
int amap_show(const struct region *r, vaddr_t at);

#endif
