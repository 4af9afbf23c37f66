/* SPDX-License-Identifier: MIT */
/* region.h -- the map of a process's memory: *regions*, ranges of pages of one kind, each a part of
 * an amap (amap.h), which has what lies in them. Knows no machine; the caller of what changes the
 * map keeps others from it. */
#ifndef SPIN_SERVICES_VMSPACE_REGION_H
#define SPIN_SERVICES_VMSPACE_REGION_H

/* What may be done there. One above page.h's rights, which have no bit for reading. */
#define REGION_READ    1
#define REGION_WRITE   2
#define REGION_EXECUTE 4
#define REGION_ALL     7

#ifndef __BPF__
#include "spin/core/space/range_set.h"

/* What a child has of it: the same memory, a copy, or nothing there. */
enum region_inheritance { REGION_SHARED, REGION_COPIED, REGION_ABSENT, REGION_INHERITANCES };

struct region_kind {
    unsigned protection, maximum; /* never more than that */
    unsigned inheritance;
};

enum region_property { REGION_PROTECTION, REGION_MAXIMUM, REGION_INHERITANCE };

struct region {
    struct range range;
    struct region_kind kind;
    struct translation *in;
    struct amap *amap;
    size_t slot; /* of its first page there */
    struct list of_amap;
};

/* The lowest region that ends above this address, or null. */
struct region *region_next(const struct range_set *map, vaddr_t at);
/* The one that the address lies in, or null. */
struct region *region_at(const struct range_set *map, vaddr_t at);
/* 0; -E_NOT_FOUND: a page of these has no region; -E_PERM: one's protection, or its maximum, does
 * not have all of this. */
int region_check(const struct range_set *map, vaddr_t at, size_t pages, unsigned protection,
                 unsigned maximum);

/* So many regions may be parts of one amap; whether one more may be of this one's. */
#define REGION_PARTS_MAX 256
bool region_has_room(const struct region *r);

/* No region lies on both sides of an end of these pages. Or -E_FULL, -E_NO_MEMORY. */
int region_cut(struct range_set *map, vaddr_t at, size_t pages);
/* Those in and beside these pages that are of one kind and follow each other in one amap are one
 * region again. */
void region_join(struct range_set *map, vaddr_t at, size_t pages);
#endif

#endif
