/* SPDX-License-Identifier: MIT */
/* unattached.c -- trees that nothing owns yet, and the names of those that the volume has. */
#include "exo/defence.h"
#include "exo/xn/store/child.h"
#include "exo/xn/store/free_map.h"
#include "exo/xn/store/record.h"
#include "exo/xn/store/root.h"
#include "exo/xn/store/words.h"
#include "lib/error.h"
#include "lib/string.h"

int xn_alloc_unattached(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t block,
                        uint8_t type) {
    struct xn_volume *v;
    int error = volume_to_change(x, volume, &v);
    struct xn_extent extent = {.block = block, .count = 1, .type = type};
    if (error)
        return error;
    if (!xn_extent_is_sound(v->types, extent) || v->types->type[type]->leaf)
        return -E_INVALID;
    if (!map_is_free(v, block, 1))
        return -E_EXISTS;
    error = forget_speculative(x, volume, block, 1, false);
    error = error < 0 ? error : entries_left(x, who->account, 1);
    if (error)
        return error;
    forget_speculative(x, volume, block, 1, true);
    struct xn_entry *e = entry_new(x, who->account, volume, block);
    e->type = type;
    e->flags |= XN_UNATTACHED;
    e->born = who->environment;
    v->unattached++;
    map_allocate(x, volume, block, 1);
    words_set(x, volume, block, 1, who->credential);
    return 0;
}

int xn_free_unattached(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t block) {
    struct xn_volume *v;
    int error = volume_to_change(x, volume, &v);
    struct xn_entry *e = error ? NULL : entry_find(x, volume, block);
    if (error || !e)
        return error ? error : -E_NOT_FOUND;
    if (!is_makers(x, who, e))
        return -E_PERM;
    error = block_may_go(x, who, e) ?: (x->list[entry_number(x, e)] ? -E_ORDER : 0);
    if (error)
        return error;
    entry_release(x, e);
    v->unattached--;
    blocks_free(x, volume, block, 1);
    return 0;
}

/* --- Roots --- */

static int index_of(const struct xn_root *root, const char name[XN_NAME_BYTES]) {
    for (int i = 0; i < XN_ROOTS; i++)
        if (!memcmp(root[i].name, name, XN_NAME_BYTES))
            return i;
    return -E_NOT_FOUND;
}

static bool is_name(const char name[XN_NAME_BYTES]) {
    size_t length = strnlen(name, XN_NAME_BYTES);
    for (size_t i = length; i < XN_NAME_BYTES; i++)
        if (name[i])
            return false;
    return length && length < XN_NAME_BYTES;
}

/* The roots' block, to be changed now. */
static int roots_to_change(struct xn *x, uint32_t volume, const char name[XN_NAME_BYTES],
                           struct xn_entry **e, struct xn_root **root) {
    struct xn_volume *v;
    int error = volume_to_change(x, volume, &v);
    if (error)
        return error;
    *root = roots_of(x, volume, e);
    return !is_name(name)                    ? -E_INVALID
           : (*e)->flags & XN_GOING_OUT      ? -E_AGAIN
           : (*e)->version >= UINT32_MAX - 1 ? -E_COST
                                             : 0;
}

int xn_root_add(struct xn *x, const struct xn_who *who, uint32_t volume,
                const char name[XN_NAME_BYTES], uint32_t block, uint32_t flags) {
    static const char none[XN_NAME_BYTES];
    struct xn_entry *roots;
    struct xn_root *root;
    int error = roots_to_change(x, volume, name, &roots, &root);
    if (error)
        return error;
    struct xn_entry *e = entry_find(x, volume, block);
    if (!e || !(e->flags & XN_UNATTACHED) || flags & ~(uint32_t)XN_ROOT_TEMPORARY)
        return -E_INVALID;
    if (!is_makers(x, who, e))
        return -E_PERM;
    int slot = index_of(root, none);
    if (index_of(root, name) >= 0 || slot < 0)
        return slot < 0 ? -E_FULL : -E_EXISTS;
    error = tree_may_come(x, roots, e);
    if (error)
        return error;
    root[slot] = (struct xn_root){.tree = {.block = block, .count = 1, .type = e->type},
                                  .credential = who->credential,
                                  .flags = flags};
    memcpy(root[slot].name, name, XN_NAME_BYTES);
    entry_changed(x, roots);
    if (flags & XN_ROOT_TEMPORARY)
        e->flags |= XN_TEMPORARY;
    child_comes(x, who, roots, root[slot].tree, &(struct arrival){.tree = e});
    return 0;
}

int xn_root_remove(struct xn *x, const struct xn_who *who, uint32_t volume,
                   const char name[XN_NAME_BYTES]) {
    struct xn_entry *roots;
    struct xn_root *root;
    int error = roots_to_change(x, volume, name, &roots, &root);
    int slot = error ? error : index_of(root, name);
    if (slot < 0)
        return slot;
    struct xn_extent tree = root[slot].tree;
    struct xn_entry *e = entry_find(x, volume, tree.block);
    if (!e || e->parent != entry_number(x, roots))
        return block_needed(x, volume, tree.block);
    if (!root_permits(x, roots, tree.block, who->credential))
        return -E_PERM;
    error = block_may_go(x, who, e) ?: records_left(x, who->account, 2);
    if (error)
        return error;
    root[slot] = (struct xn_root){0};
    entry_changed(x, roots);
    child_goes(x, who, roots, tree);
    return 0;
}

int64_t xn_root_find(struct xn *x, const struct xn_who *who, uint32_t volume,
                     const char name[XN_NAME_BYTES], uint8_t *type) {
    struct xn_entry *roots, *e = NULL;
    if (!volume_of(x, volume))
        return -E_NOT_FOUND;
    const struct xn_root *root = roots_of(x, volume, &roots);
    int slot = is_name(name) ? index_of(root, name) : -E_INVALID;
    if (slot < 0)
        return slot;
    int error = entry_vouch(x, who->account, roots, root[slot].tree);
    if (error)
        return error;
    e = entry_find(x, volume, root[slot].tree.block);
    if (root[slot].flags & XN_ROOT_TEMPORARY)
        e->flags |= XN_TEMPORARY;
    *type = e->type;
    return e->block;
}
