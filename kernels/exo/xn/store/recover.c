/* SPDX-License-Identifier: MIT */
/* recover.c -- see recover.h. The walk goes down first and keeps nothing but the way back, so that
 * its memory is the same for any volume. What has to be given up is noted in a pass and given up
 * after it, since that may move other pointers about; then there is another pass. */
#include "exo/xn/store/recover.h"

#include "exo/defence.h"
#include "exo/xn/store/free_map.h"
#include "exo/xn/store/root.h"
#include "exo/xn/store/words.h"
#include "lib/error.h"
#include "lib/string.h"

/* What one call does: pointers that are looked at, and so many for a partition that is asked, or
 * for words of the free map. */
enum { SHARE = 40, PARTITION = 4, WORDS = 8 };

/* Nothing is owned but what is the volume's own. */
static void pass_begin(struct xn *x, uint32_t volume) {
    struct xn_volume *v = &x->volume[volume];
    for (uint32_t i = 0; i < v->maps; i++) {
        memset(v->map[i], 0, XN_BLOCK_BYTES);
        entry_changed(x, entry_find(x, volume, v->map_at + i));
    }
    map_bits(v, 0, v->own, BITS_SET);
    map_bits(v, v->blocks, v->maps * XN_MAP_BLOCKS - v->blocks, BITS_SET);
    for (uint32_t i = XN_IMPORTED; i < XN_TYPES_MAX; i++) {
        uint32_t block, bytes;
        if (!xn_type_body(x, volume, i, &block, &bytes))
            map_bits(v, block, (bytes + XN_BLOCK_BYTES - 1) / XN_BLOCK_BYTES, BITS_SET);
    }
    v->walk.root = v->walk.depth = v->walk.count = v->walk.blocks = 0;
    memmove(v->walk.kept, v->walk.kept + v->walk.keeps, v->walk.found * sizeof *v->walk.kept);
    v->walk.keeps = v->walk.found;
    v->walk.found = 0;
    v->walk.applying = false;
    v->walk.passes++;
}

void recover_begin(struct xn *x, uint32_t volume) {
    struct xn_volume *v = &x->volume[volume];
    struct xn_entry *e;
    struct xn_root *root = roots_of(x, volume, &e);
    v->state = XN_RECOVERING;
    v->walk.passes = v->walk.keeps = v->walk.found = 0;
    v->walk.dropped = 0;
    for (unsigned i = 0; i < XN_ROOTS; i++)
        if (root[i].name[0] && root[i].flags & XN_ROOT_TEMPORARY && DEFENDED(XN_TEMPORARY)) {
            if (xn_extent_is_sound(v->types, root[i].tree))
                words_set(x, volume, root[i].tree.block, 1, 0);
            root[i] = (struct xn_root){0};
            entry_changed(x, e);
        }
    pass_begin(x, volume);
}

/* --- The walk --- */

/* The first owner gets it. false: it has one. */
static bool claim(struct xn_volume *v, struct xn_extent child) {
    if (!map_is_free(v, child.block, child.count) && DEFENDED(XN_DUPLICATE))
        return false;
    map_bits(v, child.block, child.count, BITS_SET);
    return true;
}

static void go_down(struct xn_volume *v, struct xn_extent child) {
    v->walk.step[v->walk.depth++] = (struct xn_step){.block = child.block, .type = child.type};
    v->walk.blocks++;
}

static void give_up(struct xn_volume *v, const struct xn_step *s, struct xn_extent child) {
    if (v->walk.count < XN_GIVEN_UP)
        v->walk.given_up[v->walk.count] = (struct xn_given_up){
            .block = s->block, .partition = s->partition, .child = child, .type = s->type};
    v->walk.count++;
}

/* The place that the pass before kept the child for, or part of it; null: none. */
static const struct xn_kept *keeper_of(const struct xn_volume *v, struct xn_extent child) {
    for (uint32_t i = 0; i < v->walk.keeps; i++) {
        const struct xn_extent *e = &v->walk.kept[i].child;
        if (child.block < e->block + e->count && e->block < child.block + child.count)
            return &v->walk.kept[i];
    }
    return NULL;
}

static bool is_at(const struct xn_kept *k, const struct xn_step *s) {
    return k->block == s->block && k->partition == s->partition;
}

/* The place owns what another one was found to own. Its type may say that the last one is right:
 * then the first is found, and given up, by another pass. Within one place it never is. */
static void twice(struct xn_volume *v, const struct xn_step *s, struct xn_extent child) {
    const struct xn_kept *k = keeper_of(v, child);
    if (!(v->types->type[s->type]->flags & XN_KEEP_LAST) || (k && is_at(k, s)) ||
        !DEFENDED(XN_KEPT_LAST)) {
        give_up(v, s, child);
        return;
    }
    uint32_t i = 0;
    struct xn_kept *found = v->walk.kept + v->walk.keeps;
    while (i < v->walk.found && found[i].child.block != child.block)
        i++;
    if (i < XN_KEPT)
        found[i] = (struct xn_kept){s->block, s->partition, child};
    v->walk.found += i == v->walk.found && i < XN_KEPT;
}

static void next_root(struct xn *x, uint32_t volume) {
    struct xn_volume *v = &x->volume[volume];
    struct xn_entry *e;
    struct xn_root *root = roots_of(x, volume, &e) + v->walk.root++;
    if (!root->name[0])
        return;
    const struct xn_type *type =
        xn_extent_is_sound(v->types, root->tree) ? v->types->type[root->tree.type] : NULL;
    if (type && !type->leaf && claim(v, root->tree)) {
        go_down(v, root->tree);
        return;
    }
    *root = (struct xn_root){0};
    v->walk.dropped++;
    entry_changed(x, e);
}

/* The block of that step in core: its site. */
static int site_of(struct xn *x, uint32_t volume, uint32_t block, uint8_t type, struct xn_entry **e,
                   struct xn_site *site) {
    int error = block_in_core(x, volume, block, e);
    if (!error)
        *site = (struct xn_site){.type = x->volume[volume].types->type[type],
                                 .bytes = entry_bytes(x, *e),
                                 .block = block};
    return error;
}

/* One partition, as far as the next block of metadata. */
static int go_on(struct xn *x, uint32_t volume, int *share) {
    struct xn_volume *v = &x->volume[volume];
    struct xn_step *s = &v->walk.step[v->walk.depth - 1];
    struct xn_extent owned[XN_OWNED_MAX];
    struct xn_entry *e;
    struct xn_site site;
    int error = site_of(x, volume, s->block, s->type, &e, &site);
    if (error)
        return error;
    if (s->partition >= xn_partitions(v->types, &site)) {
        v->walk.depth--;
        return 0;
    }
    int n = xn_owns(v->types, &site, s->partition, owned);
    *share -= PARTITION;
    if (n < 0 && !s->index)
        give_up(v, s, (struct xn_extent){0});
    for (int i = s->index; i < n; i++) {
        bool leaf = v->types->type[owned[i].type]->leaf;
        bool fits = leaf || v->walk.depth < XN_DEPTH - 1;
        const struct xn_kept *k = keeper_of(v, owned[i]);
        *share -= 1 + owned[i].count / (64 * WORDS) + (int)v->walk.keeps / WORDS;
        if (!fits || (k && !is_at(k, s)))
            give_up(v, s, owned[i]);
        else if (!claim(v, owned[i]))
            twice(v, s, owned[i]);
        else if (!leaf) {
            s->index = (uint16_t)(i + 1);
            go_down(v, owned[i]);
            return 0;
        }
    }
    s->index = 0;
    s->partition++;
    return 0;
}

/* --- What is given up --- */

/* The declared rule, if it frees that and nothing else; else the whole partition is zeroed, which
 * then owns nothing (the rule of nil). */
static void apply(struct xn_types *types, const struct xn_given_up *g, struct xn_site *site) {
    struct xn_changes changes;
    struct xn_window w;
    struct xn_change change = {
        .operation = XN_FREE,
        .sides = 1,
        .side = {{.at = *site, .partition = g->partition, .take = g->child, .changes = &changes}}};
    if (g->child.count && !xn_drop(types, site, g->partition, g->child, &changes) &&
        !xn_change_check(types, &change))
        xn_change_apply(types, &change);
    else if (!types->meta->window(types, site, g->partition, &w) && w.bytes)
        memset(site->bytes + w.first, 0, w.bytes);
    else
        memset(site->bytes, 0, XN_BLOCK_BYTES);
}

static int apply_one(struct xn *x, uint32_t volume) {
    struct xn_volume *v = &x->volume[volume];
    struct xn_given_up *g = &v->walk.given_up[v->walk.count - 1];
    struct xn_entry *e;
    struct xn_site site;
    int error = site_of(x, volume, g->block, g->type, &e, &site);
    if (error)
        return error;
    apply(v->types, g, &site);
    e->type = g->type;
    e->flags = (uint16_t)((e->flags | XN_INITIALISED) & ~XN_SPECULATIVE);
    entry_changed(x, e);
    v->walk.dropped++;
    v->walk.count--;
    return 0;
}

/* After a pass: -E_AGAIN: there is more to do. */
static int pass_end(struct xn *x, uint32_t volume) {
    struct xn_volume *v = &x->volume[volume];
    if (v->walk.count) {
        v->walk.count = v->walk.count < XN_GIVEN_UP ? v->walk.count : XN_GIVEN_UP;
        v->walk.applying = true;
        return -E_AGAIN;
    }
    if (!v->walk.applying && !v->walk.found)
        return 0;
    if (v->walk.passes == XN_PASSES_MAX)
        v->read_only = true;
    pass_begin(x, volume);
    return -E_AGAIN;
}

/* Nothing of it can be told free. */
static int is_read_only(struct xn_volume *v) {
    for (uint32_t i = 0; i < v->maps; i++)
        memset(v->map[i], 0xff, XN_BLOCK_BYTES);
    return 0;
}

int recover_go(struct xn *x, uint32_t volume) {
    struct xn_volume *v = &x->volume[volume];
    if (!v->types->meta->knows) /* nobody walks: whose blocks are is what their words say */
        return words_own(x, volume, v->walk.root++) ? -E_AGAIN : 0;
    for (int share = SHARE; share > 0; share--) {
        int error;
        if (v->read_only)
            return is_read_only(v);
        if (v->walk.applying && v->walk.count)
            error = apply_one(x, volume);
        else if (v->walk.applying || (!v->walk.depth && v->walk.root == XN_ROOTS))
            error = pass_end(x, volume);
        else if (!v->walk.depth) {
            next_root(x, volume);
            continue;
        } else
            error = go_on(x, volume, &share);
        if (error)
            return error;
        if (!v->walk.depth && v->walk.root == XN_ROOTS && !v->walk.count && !v->walk.applying &&
            !v->walk.found)
            return 0;
    }
    return -E_AGAIN;
}
