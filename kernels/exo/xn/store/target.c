/* SPDX-License-Identifier: MIT */
/* target.c -- see target.h. */
#include "exo/xn/store/target.h"

#include "exo/defence.h"
#include "exo/xn/store/root.h"
#include "lib/error.h"

static void look_at(struct xn *x, struct xn_volume *v, struct xn_entry *e, struct xn_site *site) {
    site->type = v->types->type[e->type];
    site->bytes = entry_bytes(x, e);
    site->block = e->block;
}

int target_look(struct xn *x, uint32_t volume, uint32_t block, struct target *t) {
    t->v = volume_of(x, volume);
    t->e = t->v ? entry_find(x, volume, block) : NULL;
    if (!t->e)
        return -E_NOT_FOUND;
    if (t->e->type < XN_IMPORTED || !entry_is_metadata(t->v, t->e))
        return -E_INVALID;
    int error = entry_readable(x, t->e);
    if (!error)
        look_at(x, t->v, t->e, &t->site);
    return error;
}

int target_change(struct xn *x, const struct xn_who *who, const struct xn_at *at,
                  struct target *t) {
    int error = target_look(x, at->volume, at->block, t);
    if (error)
        return error;
    if (t->v->read_only)
        return -E_READ_ONLY;
    if (t->e->flags & XN_GOING_OUT && DEFENDED(XN_IN_FLIGHT))
        return -E_AGAIN;
    if (entry_is_locked(x, t->e, who) && DEFENDED(XN_LOCK))
        return -E_BUSY;
    return t->e->version >= UINT32_MAX - 1 ? -E_COST : 0;
}

bool is_makers(const struct xn *x, const struct xn_who *who, const struct xn_entry *e) {
    return e->flags & XN_UNATTACHED &&
           (e->born == who->environment || !x->lives(x->owner, e->born));
}

int asker_parent(void *asker, const struct xn_request *request, struct xn_site *site) {
    struct asker *a = asker;
    struct xn *x = a->x;
    uint32_t volume = a->at->volume;
    if (a->at->block != site->block) /* the other side of a move */
        a->at = entry_find(x, volume, site->block);
    const struct xn_entry *e = a->at;
    struct xn_entry *p = entry_parent(x, e);
    if (!p)
        return is_makers(x, a->who, e) ? 1 : -E_PERM;
    if (p->type == XN_ROOT)
        return root_permits(x, p, e->block, request->credential) ? 1 : -E_PERM;
    int error = entry_readable(x, p);
    if (!error)
        look_at(x, &x->volume[volume], p, site);
    a->at = p;
    return error;
}

int owns_run(const struct target *t, uint32_t partition, struct xn_extent run) {
    struct xn_extent owned[XN_OWNED_MAX];
    int n = xn_owns(t->v->types, &t->site, partition, owned), at = 0;
    for (uint32_t i = 0; i < run.count && n >= 0; i++) {
        int k = 0; /* pointers that follow each other are the rule */
        while (k < n && run.block + i - owned[at].block >= owned[at].count) {
            at = (at + 1) % n;
            k++;
        }
        if (k == n || owned[at].type != run.type)
            return -E_INVALID;
    }
    return n < 0 ? n : 0;
}

/* acl, of the block and of those above it. */
static int ask(struct xn *x, const struct xn_who *who, const struct target *t,
               const struct xn_request *request) {
    struct asker asker = {x, who, t->e};
    struct xn_above above = {asker_parent, &asker};
    return xn_access_may(t->v->types, request, t->site, &above);
}

int block_may(struct xn *x, const struct xn_who *who, const struct target *t,
              enum xn_operation operation) {
    return ask(x, who, t,
               &(struct xn_request){
                   .operation = operation, .block = t->e->block, .credential = who->credential});
}

int child_may(struct xn *x, const struct xn_who *who, struct xn_at at, uint32_t block,
              enum xn_operation operation) {
    struct target t;
    struct xn_extent extent;
    return target_look(x, at.volume, at.block, &t)
               ?: xn_owns_block(t.v->types, &t.site, at.partition, block, &extent)
               ?: ask(x, who, &t,
                      &(struct xn_request){
                          .operation = operation,
                          .block = at.block,
                          .partition = at.partition,
                          .child = {.block = block, .count = 1, .type = extent.type},
                          .credential = who->credential});
}

int owns_nothing(const struct target *t) {
    struct xn_extent owned[XN_OWNED_MAX];
    for (uint32_t i = 0; i < xn_partitions(t->v->types, &t->site); i++)
        if (xn_owns(t->v->types, &t->site, i, owned) && DEFENDED(XN_OWNS_NOTHING))
            return -E_BUSY;
    return 0;
}
