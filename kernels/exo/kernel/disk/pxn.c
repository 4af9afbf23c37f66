/* SPDX-License-Identifier: MIT */
/* pxn.c -- see pxn.h. */
#include "exo/kernel/disk/pxn.h"

#include "exo/defence.h"
#include "exo/kernel/env/env.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"

_Static_assert(sizeof(struct pxn) <= PAGE_SIZE, "it has a frame");

/* By the lowest bits of their ids; and how many each place has had. */
struct pxn *pxn_places[EXO_PXNS];
static uint32_t generation[EXO_PXNS];

static bool is_alive(const struct pxn *p) {
    return env_find(p->owner) || !DEFENDED(PXN_OWNER);
}

struct pxn *pxn_remains(uint64_t id) {
    struct pxn *p = pxn_places[id % EXO_PXNS];
    return p && p->id == id ? p : NULL;
}

/* What it was made of is looked up each time: it may be gone since. */
struct pxn *pxn_find(uint64_t id) {
    struct pxn *p = pxn_remains(id);
    if (!p || !is_alive(p))
        return NULL;
    for (const struct pxn *of = p; of->parent;) {
        of = pxn_remains(of->parent);
        if (!of || !is_alive(of))
            return DEFENDED(PXN_LINEAGE) ? NULL : p;
    }
    return p;
}

struct pxn *pxn_at(uint64_t place) {
    return pxn_places[place] ? pxn_find(pxn_places[place]->id) : NULL;
}

static bool has(const struct pxn *p, uint64_t block, uint64_t count) {
    for (unsigned i = 0; i < p->extent_count; i++) {
        const struct exo_extent *e = &p->extent[i];
        if (block >= e->block && block - e->block <= e->count &&
            count <= e->count - (block - e->block))
            return true;
    }
    return false;
}

bool pxn_has(const struct pxn *p, uint64_t block, uint64_t count) {
    while (has(p, block, count)) {
        if (!p->parent || !DEFENDED(PXN_EXTENT))
            return true;
        p = pxn_places[p->parent % EXO_PXNS];
    }
    return false;
}

bool pxn_permits(const struct pxn *p, struct cap holder, unsigned rights) {
    if (p->frozen && (rights & ~CAP_READ) && DEFENDED(PXN_FROZEN))
        return false;
    return acl_permits(p->acl, p->acl_count, holder, rights) || !DEFENDED(PXN_ACL);
}

/* A place for one more: of one that stands for nothing any more, too. */
static int place(unsigned *n) {
    for (*n = 0; *n < EXO_PXNS; ++*n) {
        if (pxn_places[*n] && !pxn_find(pxn_places[*n]->id))
            pxn_remove(pxn_places[*n]);
        if (!pxn_places[*n] && generation[*n] < UINT32_MAX / EXO_PXNS)
            return 0;
    }
    return -E_FULL;
}

int pxn_make(struct exo_env *account, uint32_t disk, const struct pxn *parent,
             const struct cap *acl, unsigned count, struct pxn **made) {
    paddr_t frame;
    unsigned n;
    if (parent && parent->depth + 1 >= EXO_PXN_DEPTH)
        return -E_FULL;
    int error = place(&n);
    if (!error)
        error = account_frame(account, &frame);
    if (error)
        return error;
    struct pxn *p = direct(frame);
    *p = (struct pxn){.id = ++generation[n] * EXO_PXNS + n,
                      .parent = parent ? parent->id : 0,
                      .disk = disk,
                      .owner = account->id,
                      .account = account,
                      .depth = parent ? parent->depth + 1 : 0,
                      .acl_count = count};
    if (parent)
        memcpy(p->line, parent->line, sizeof p->line);
    p->line[p->depth] = p->id;
    memcpy(p->acl, acl, count * sizeof *acl);
    pxn_places[n] = p;
    *made = p;
    return 0;
}

void pxn_remove(struct pxn *p) {
    pxn_places[p->id % EXO_PXNS] = NULL;
    account_release_of(p->account, p->owner, p->map ? 2 : 1);
    if (p->map)
        frame_free(physical(p->map));
    frame_free(physical(p));
}

int pxn_extent_add(struct pxn *p, struct exo_extent e) {
    if (p->extent_count == EXO_PXN_EXTENTS || p->map)
        return -E_FULL;
    p->extent[p->extent_count++] = e;
    return 0;
}

/* What is left of one extent: before and behind what goes, to where `to` is. */
static unsigned cut(struct exo_extent from, struct exo_extent e, struct exo_extent *to) {
    uint64_t end = from.block + (uint64_t)from.count, gone = e.block + (uint64_t)e.count;
    unsigned n = 0;
    if (from.block >= gone || e.block >= end) {
        to[n++] = from;
        return n;
    }
    if (from.block < e.block)
        to[n++] = (struct exo_extent){from.block, e.block - from.block};
    if (end > gone)
        to[n++] = (struct exo_extent){(uint32_t)gone, (uint32_t)(end - gone)};
    return n;
}

int pxn_extent_remove(struct pxn *p, struct exo_extent e) {
    struct exo_extent left[EXO_PXN_EXTENTS + 1];
    unsigned n = 0;
    int taken = 0;
    if (p->map)
        return -E_FULL;
    for (unsigned i = 0; i < p->extent_count; i++) {
        struct exo_extent two[2];
        unsigned more = cut(p->extent[i], e, two);
        taken |= !more || two[0].count != p->extent[i].count;
        if (n + more > EXO_PXN_EXTENTS)
            return -E_FULL;
        memcpy(&left[n], two, more * sizeof two[0]);
        n += more;
    }
    memcpy(p->extent, left, n * sizeof left[0]);
    p->extent_count = n;
    return taken;
}

int pxn_map_begin(struct pxn *p) {
    paddr_t frame;
    if (p->map)
        return -E_EXISTS;
    if (p->extent_count != 1 || p->extent[0].count > 8 * PAGE_SIZE)
        return -E_INVALID;
    int error = account_frame(p->account, &frame);
    if (error)
        return error;
    p->map = memset(direct(frame), 0, PAGE_SIZE);
    return 0;
}

int pxn_map_change(struct pxn *p, struct exo_extent e, bool take) {
    if (!p->map || !e.count || !has(p, e.block, e.count))
        return -E_INVALID;
    uint64_t first = e.block - p->extent[0].block;
    for (uint64_t i = first; i < first + e.count; i++)
        if ((p->map[i / 64] >> i % 64 & 1) == take && DEFENDED(PXN_MAP))
            return take ? -E_EXISTS : -E_NOT_FOUND;
    for (uint64_t i = first; i < first + e.count; i++)
        p->map[i / 64] ^= 1ul << i % 64;
    return 0;
}
