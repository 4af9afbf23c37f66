/* SPDX-License-Identifier: MIT */
/* volume.c -- a volume is made, mounted, and left. It is unclean on the disk before anything else
 * of it is written; what was left unclean, or has temporary trees, is recovered first. */
#include "exo/xn/store/volume.h"

#include "exo/defence.h"
#include "exo/xn/store/record.h"
#include "exo/xn/store/recover.h"
#include "exo/xn/store/root.h"
#include "exo/xn/store/words.h"
#include "lib/error.h"
#include "lib/string.h"

int volume_damaged(struct xn_volume *v, uint32_t block, const char *field) {
    v->damaged = block;
    v->damage = field;
    return -E_DAMAGED;
}

/* The entry of one of the volume's own blocks, in core: -E_NOT_IN_CORE, -E_AGAIN. */
static int own_block(struct xn *x, uint32_t volume, uint32_t block, uint8_t type,
                     struct xn_entry **e) {
    int error = block_in_core(x, volume, block, e);
    if (error)
        return error;
    (*e)->type = type;
    (*e)->flags = (uint16_t)(((*e)->flags | XN_PINNED | XN_INITIALISED) & ~XN_SPECULATIVE);
    return 0;
}

/* --- The first step: what volume is it? --- */

static int begin(struct xn *x, uint32_t volume, struct xn_types *types, uint64_t *held,
                 uint32_t held_blocks, bool no_cache) {
    struct xn_volume *v = &x->volume[volume];
    struct xn_super s;
    struct xn_entry *e;
    int error = block_in_core(x, volume, 0, &e);
    if (error)
        return error;
    memcpy(&s, entry_bytes(x, e), sizeof s);
    const char *fault = super_fault(&s);
    if (fault)
        return volume_damaged(v, 0, fault);
    if (s.blocks > held_blocks)
        return volume_damaged(v, 0, "blocks");
    if (types->blocks != s.blocks || types->atom != s.atom || types->meta != xn_meta_of[s.design])
        return -E_INVALID;
    own_block(x, volume, 0, XN_SUPER, &e);
    types->word = word_of;
    types->owner = &v->words;
    memset(held, 0, (s.blocks + 63) / 64 * 8);
    *v = (struct xn_volume){.state = XN_MOUNTING,
                            .no_cache = no_cache,
                            .design = (uint8_t)s.design,
                            .atom = (uint16_t)s.atom,
                            .blocks = s.blocks,
                            .map_at = s.map_at,
                            .maps = s.maps,
                            .root_at = s.root_at,
                            .catalogue_at = s.catalogue_at,
                            .own = super_own(&s),
                            .words = {x, volume},
                            .types = types,
                            .held = held,
                            .flushed = v->flushed,
                            .epoch = v->epoch};
    return 0;
}

/* --- Its own blocks, and its types --- */

static int own_blocks(struct xn *x, uint32_t volume) {
    struct xn_volume *v = &x->volume[volume];
    struct xn_entry *e;
    int error = 0;
    for (uint32_t i = 0; i < v->maps && !error; i++) {
        error = own_block(x, volume, v->map_at + i, XN_MAP, &e);
        if (!error)
            v->map[i] = (uint64_t *)entry_bytes(x, e), v->map_entry[i] = e;
    }
    error = error ?: own_block(x, volume, v->root_at, XN_ROOT, &e)
                  ?: own_block(x, volume, v->catalogue_at, XN_TYPE, &e);
    for (uint32_t i = v->catalogue_at + 1; i < v->own && !error; i++)
        error = own_block(x, volume, i, XN_WORD, &e);
    return error;
}

/* Has a type of the catalogue not been imported? Its number. */
static int types_missing(struct xn *x, uint32_t volume) {
    struct xn_volume *v = &x->volume[volume];
    for (uint32_t i = 0; i < XN_TYPES_MAX; i++) {
        uint32_t bytes;
        int error =
            v->types->type[i] && i >= XN_IMPORTED ? 0 : catalogued_body(x, volume, i, &bytes);
        if (error < 0)
            return error;
        if (!error || (i >= XN_IMPORTED && v->types->type[i]))
            continue;
        if (v->walk.root == i) /* it was to be imported, and is not */
            return volume_damaged(v, v->catalogue_at, "type");
        v->walk.root = i;
        return (int)i;
    }
    v->walk.root = 0;
    return 0;
}

static bool has_temporary(const struct xn_root *root) {
    for (unsigned i = 0; i < XN_ROOTS; i++)
        if (root[i].name[0] && root[i].flags & XN_ROOT_TEMPORARY)
            return true;
    return false;
}

static void count_free(struct xn_volume *v) {
    v->free = 0;
    for (uint32_t i = 0; i < v->blocks; i += 64)
        for (uint64_t w = ~v->map[i / XN_MAP_BLOCKS][i % XN_MAP_BLOCKS / 64]; w; w &= w - 1)
            v->free++;
}

/* The volume is open: in core it is unclean from now on, and so it will be on the disk before
 * anything else of it is. */
static void mark(struct xn *x, struct xn_entry *e, uint32_t clean) {
    struct xn_super *s = (struct xn_super *)entry_bytes(x, e);
    s->clean = clean;
    super_sign(s);
    entry_changed(x, e);
    x->volume[e->volume].unclean = e->version;
}

/* Its blocks are in core, and its types are there: is it sound as it is? */
static int take_up(struct xn *x, uint32_t volume) {
    struct xn_volume *v = &x->volume[volume];
    struct xn_entry *super, *roots;
    int error = own_blocks(x, volume) ?: types_missing(x, volume)
                                      ?: own_block(x, volume, 0, XN_SUPER, &super)
                                      ?: own_block(x, volume, v->root_at, XN_ROOT, &roots);
    if (error)
        return error;
    bool clean = ((const struct xn_super *)entry_bytes(x, super))->clean;
    bool temporary = has_temporary((const struct xn_root *)entry_bytes(x, roots));
    v->state = XN_MOUNTED;
    mark(x, super, 0);
    if (temporary || (!clean && DEFENDED(XN_MAP_BELIEVED)))
        recover_begin(x, volume);
    else
        count_free(v);
    return 0;
}

int xn_mount(struct xn *x, uint32_t volume, struct xn_types *types, uint64_t *held,
             uint32_t held_blocks, bool no_cache) {
    if (volume >= XN_VOLUMES)
        return -E_NOT_FOUND;
    struct xn_volume *v = &x->volume[volume];
    int error = v->state == XN_ABSENT ? begin(x, volume, types, held, held_blocks, no_cache) : 0;
    error = error ?: v->state == XN_MOUNTING ? take_up(x, volume) : 0;
    error = error ?: v->state == XN_RECOVERING ? recover_go(x, volume) : 0;
    if (error)
        return error;
    if (v->state == XN_RECOVERING) {
        count_free(v);
        v->state = XN_SETTLING;
    }
    if (v->state == XN_SETTLING) {
        xn_settle(x, volume);
        /* What recovery took away is off the disk before its blocks are used again. */
        if ((v->dirty || v->queued || v->flying) && !v->read_only && DEFENDED(XN_RECOVERED_FIRST))
            return -E_ORDER;
        v->state = XN_MOUNTED;
    }
    return v->state == XN_MOUNTED ? 0 : -E_BUSY;
}

/* --- Its end --- */

/* Entries that a call looks at; one that is released counts as so many. */
enum { SHARE = 256, GONE = 8 };

int xn_abandon(struct xn *x, uint32_t volume) {
    if (volume >= XN_VOLUMES)
        return -E_NOT_FOUND;
    struct xn_volume *v = &x->volume[volume];
    if (v->flying)
        return -E_AGAIN;
    if (v->state != XN_ABSENT) {
        v->walk.root = 0;
        v->state = XN_ABSENT;
    }
    for (int share = SHARE; v->walk.root < x->entry[0].block; share--) {
        if (share <= 0)
            return -E_AGAIN;
        struct xn_entry *e = &x->entry[v->walk.root + 1];
        if (e->volume == volume && entry_find(x, volume, e->block) == e) {
            entry_count_maps(x, e);
            if (e->maps || e->flags & XN_COMING_IN)
                return -E_BUSY;
            if (record_forget_one(x, e))
                continue;
            e->parent = 0;
            entry_release(x, e);
            share -= GONE;
        }
        v->walk.root++;
    }
    *v = (struct xn_volume){.epoch = v->epoch, .flushed = v->flushed};
    return 0;
}

int xn_unmount(struct xn *x, uint32_t volume) {
    if (volume >= XN_VOLUMES)
        return -E_NOT_FOUND;
    struct xn_volume *v = &x->volume[volume];
    if (v->read_only || v->state == XN_ABSENT)
        return xn_abandon(x, volume);
    if (v->state != XN_MOUNTED && v->state != XN_CLOSING)
        return -E_BUSY;
    int error = xn_settle(x, volume);
    if (error)
        return error;
    bool late = v->dirty || v->flying || v->queued || v->records;
    if (late && (v->state == XN_CLOSING || DEFENDED(XN_CLEAN_LAST)))
        return -E_ORDER;
    /* A tree that nothing owns would be in the map, and in no walk. */
    if (v->state == XN_MOUNTED && !v->unattached) {
        struct xn_entry *super;
        error = own_block(x, volume, 0, XN_SUPER, &super);
        if (error)
            return error;
        mark(x, super, 1);
        v->state = XN_CLOSING;
        return -E_ORDER;
    }
    return xn_abandon(x, volume);
}
