/* SPDX-License-Identifier: MIT */
/* pxn_calls.c -- the calls on proxy nodes, but for requests by them (disk_calls.c). */
#include "exo/kernel/disk/pxn_calls.h"

#include "exo/defence.h"
#include "exo/kernel/disk/disk_io.h"
#include "exo/kernel/disk/pxn.h"
#include "exo/kernel/memory/info.h"
#include "lib/string.h"
#include "machine/user/user.h"

/* Makes one with these words as its access list, and no extent: of another one, by the capability
 * in `slot`, or with 0 of the disk. Who may only read the other one makes one that is frozen. Its
 * id; -E_DEAD: no such other; -E_PERM: no right to it, or a word that is no capability;
 * -E_NOT_FOUND: no such disk; -E_TOO_LONG; -E_INVALID: no words; -E_FAULT; -E_FULL: there are
 * EXO_PXNS, or EXO_PXN_DEPTH made of each other; -E_QUOTA, -E_NO_MEMORY. */
long sys_pxn_make(uint64_t slot, uint64_t parent, uint64_t disk, uint64_t words, uint64_t count) {
    struct cap acl[EXO_PXN_WORDS];
    struct pxn *made, *of = parent ? pxn_find(parent) : NULL;
    if (parent && !of)
        return -E_DEAD;
    if (slot >= EXO_CAPS || (of && !pxn_permits(of, env_current->cap[slot], CAP_READ)))
        return -E_PERM;
    disk = of ? of->disk : disk;
    if (disk >= disk_queue_count)
        return -E_NOT_FOUND;
    if (!count || count > EXO_PXN_WORDS)
        return count ? -E_TOO_LONG : -E_INVALID;
    if (copy_from_user(acl, words, count * sizeof acl[0]))
        return -E_FAULT;
    for (unsigned i = 0; i < count; i++)
        if (!cap_is_under(acl[i], (struct cap){.valid = 1}))
            return -E_PERM;
    int error = pxn_make(env_current->seen, (uint32_t)disk, of, acl, (unsigned)count, &made);
    if (error)
        return error;
    made->frozen = of && !pxn_permits(of, env_current->cap[slot], CAP_READ | CAP_WRITE);
    return made->id;
}

/* Whether the caller may add these blocks: they are the other one's that it was made of, or the
 * disk's, by the capability in his slot `with`. */
static bool may_add(const struct pxn *p, struct exo_extent e, uint64_t with) {
    unsigned rights = p->frozen ? CAP_READ : CAP_READ | CAP_WRITE;
    if (!DEFENDED(PXN_ADD))
        return true;
    if (with >= EXO_CAPS)
        return false;
    if (!p->parent)
        return disk_may(env_current->cap[with], p->disk, e.block, e.count, rights);
    const struct pxn *of = pxn_find(p->parent);
    return of && pxn_has(of, e.block, e.count) && pxn_permits(of, env_current->cap[with], rights);
}

/* Requests for these blocks that the device has: they are still done. */
static long in_flight(uint32_t disk, struct exo_extent e) {
    const struct exo_disk *seen = disk_queues[disk].seen;
    long count = 0;
    for (unsigned i = 0; i < EXO_DISK_REQUESTS; i++) {
        const struct exo_disk_entry *q = &seen->queue[i];
        uint64_t end = q->block + (uint64_t)(q->blocks ? q->blocks : UINT32_MAX);
        count += q->env && q->in_flight && q->block < e.block + (uint64_t)e.count && e.block < end;
    }
    return count;
}

/* Changes one, whose access list permits that to the capability in `slot`: `what` is of enum
 * exo_pxn_change. What is added is the caller's by the capability in slot `with`. Blocks that are
 * taken back are nobody's any more who had them by this one; who loses some is told
 * (EXO_LOST_BLOCKS; -E_AGAIN: there are more), and then how many requests for them the device still
 * has is the result. Else 0; -E_DEAD: no such
 * one; -E_PERM: it does not permit that, or is frozen and has an extent already, or the blocks are
 * not the caller's; -E_INVALID: `what`, no blocks; -E_TOO_LONG: more than EXO_PXN_TAKE in a free
 * map; -E_FULL: extents; -E_EXISTS, -E_NOT_FOUND: blocks are taken, or free; -E_QUOTA,
 * -E_NO_MEMORY: the free map. */
long sys_pxn_change(uint64_t slot, uint64_t pxn, uint64_t what, uint64_t block, uint64_t count,
                    uint64_t with) {
    const struct exo_extent e = {(uint32_t)block, (uint32_t)count};
    struct pxn *p = pxn_find(pxn);
    if (!p || p->ending)
        return -E_DEAD;
    bool allocates = what == EXO_PXN_ALLOC || what == EXO_PXN_FREE;
    unsigned rights = allocates ? CAP_WRITE : CAP_MODIFY;
    bool freezes = p->frozen && what == EXO_PXN_ADD && !p->extent_count; /* its only one */
    struct cap held = slot < EXO_CAPS ? env_current->cap[slot] : (struct cap){0};
    bool permits =
        freezes ? acl_permits(p->acl, p->acl_count, held, rights) : pxn_permits(p, held, rights);
    if (!permits && DEFENDED(PXN_MODIFY))
        return -E_PERM;
    if (what > EXO_PXN_FREE || (block | count) > UINT32_MAX || block + count > UINT32_MAX ||
        (!count && what != EXO_PXN_MAP))
        return -E_INVALID;
    if (what == EXO_PXN_ADD)
        return may_add(p, e, with) ? pxn_extent_add(p, e) : -E_PERM;
    if (what == EXO_PXN_TAKE_BACK) {
        int taken = pxn_extent_remove(p, e);
        if (taken < 0)
            return taken;
        if (taken)
            pxn_lose(p);
        return pxn_tell_loss(p) ? in_flight(p->disk, e) : -E_AGAIN;
    }
    if (what == EXO_PXN_MAP)
        return pxn_map_begin(p);
    return count > EXO_PXN_TAKE ? -E_TOO_LONG : pxn_map_change(p, e, what == EXO_PXN_ALLOC);
}

/* Ends one, and with it all that was made of it, whose makers have it on their accounts until they
 * end it, too. By its maker, or the capability in `slot`. -E_DEAD; -E_PERM; -E_AGAIN: its blocks
 * are gone, and more are to be told so. */
long sys_pxn_remove(uint64_t slot, uint64_t pxn) {
    struct pxn *p = pxn_remains(pxn);
    if (!p)
        return -E_DEAD;
    if (p->owner != env_current->seen->id &&
        (slot >= EXO_CAPS || !pxn_permits(p, env_current->cap[slot], CAP_MODIFY)) &&
        DEFENDED(PXN_MODIFY))
        return -E_PERM;
    if (!p->ending)
        pxn_lose(p);
    p->ending = true;
    p->extent_count = 0;
    if (!pxn_tell_loss(p))
        return -E_AGAIN;
    pxn_remove(p);
    return 0;
}

/* Tells of one (struct exo_pxn), by its id, or by its place, which is below EXO_PXNS: so all can be
 * found. -E_DEAD: there is none; -E_FAULT. */
long sys_pxn_read(uint64_t pxn, uint64_t into) {
    const struct pxn *p = pxn < EXO_PXNS ? pxn_at(pxn) : pxn_find(pxn);
    if (!p)
        return -E_DEAD;
    struct exo_pxn seen = {.id = p->id,
                           .parent = p->parent,
                           .disk = p->disk,
                           .owner = p->owner,
                           .frozen = p->frozen,
                           .has_map = p->map != NULL,
                           .words = p->acl_count,
                           .extents = p->extent_count};
    memcpy(seen.acl, p->acl, sizeof seen.acl);
    memcpy(seen.extent, p->extent, sizeof seen.extent);
    return copy_to_user(into, &seen, sizeof seen);
}
