/* SPDX-License-Identifier: MIT */
/* cffs_check.c -- all of the file system, block by block, after a crash or because somebody asks.
 * Two walks over the directories: the first finishes what a crash left undone (a file that has
 * moved is still at its old place, too; a name that was taken over is there twice), the second
 * claims what is owned. */
#include "exo/libos/cffs/check/cffs_check.h"

#include "exo/libos/cffs/cffs_own.h"

/* A block of a directory that is still to be looked at. */
struct step {
    uint32_t block;
    uint32_t above; /* what points to it */
};

enum { PASSES = 8 }; /* what a crash leaves takes three */

struct walk {
    struct cffs *fs;
    struct cffs_checking *c;
    struct step *worklist;
    uint32_t count;
    bool again;            /* all directories are known to the store by now */
    bool claims;           /* the last walk */
    uint32_t owner;        /* of what is claimed next */
    uint32_t used[QUOTAS]; /* blocks that were claimed, of each quota's owner */
};

/* In the end what was mended last is what cannot be mended. */
static long repaired(struct walk *w, uint32_t block, const char *what) {
    const long error = damaged(w->fs, block, what);
    if (!w->c->repair)
        return error;
    w->c->repaired++;
    return 0;
}

static long claim(struct walk *w, uint32_t from, uint32_t block, uint32_t count) {
    if (block < w->fs->store->first || block >= w->fs->store->blocks ||
        count > w->fs->store->blocks - block)
        return damaged(w->fs, from, "pointer");
    w->c->blocks += count;
    if (w->c->blocks > w->fs->store->blocks) /* more than there are: a circle */
        return damaged(w->fs, from, "pointer");
    if (w->claims && w->c->claim != NULL && w->c->claim(w->c->owner, block, count) < 0)
        return damaged(w->fs, from, "pointer to a block that is owned twice");
    const struct quota *q = quota_of(&w->fs->quotas, w->owner);
    if (q != NULL)
        w->used[q - w->fs->quotas.of] += count;
    w->c->owned += w->owner == w->c->uid ? count : 0;
    return 0;
}

static long push(struct walk *w, uint32_t block, uint32_t above) {
    long error = claim(w, above, block, 1);
    if (error < 0)
        return error;
    w->worklist[w->count++] = (struct step){block, above};
    return 0;
}

/* --- The second walk: pointers --- */

static long claim_pointers(struct walk *w, const unsigned char *bytes, struct spot spot,
                           uint32_t count) {
    long error = 0;
    for (uint32_t i = 0; i < count && error == 0; i++) {
        uint32_t block = pointer_at(bytes, spot.at + i * w->fs->pointer);
        if (block != 0)
            error = claim(w, spot.block, block, 1);
    }
    return error;
}

static long claim_index(struct walk *w, struct spot spot, const unsigned char *above,
                        uint8_t type) {
    uint32_t block = pointer_at(above, spot.at);
    const unsigned char *bytes = NULL;
    if (block == 0)
        return 0;
    long error = claim(w, spot.block, block, 1);
    if (error == 0)
        error = meta_get(&w->fs->meta, spot, block, type, &bytes);
    if (error < 0)
        return error;
    const uint32_t n = index_entries(&cffs_index, w->fs->pointer);
    if (type == CFFS_INDEX)
        error = claim_pointers(w, bytes, index_spot(&cffs_index, &w->fs->meta, block, 0), n);
    for (uint32_t i = 0; type == CFFS_INDEX2 && i < n && error == 0; i++)
        error = claim_index(w, index_spot(&cffs_index, &w->fs->meta, block, i), bytes, CFFS_INDEX);
    store_put(w->fs->store, block);
    return error;
}

static long claim_slot(struct walk *w, const struct slot *s) {
    const struct cffs_inode *inode = slot_inode(w->fs, s);
    if (inode->kind == CFFS_FILE && inode->size > w->fs->limit)
        return damaged(w->fs, s->block, "size");
    w->owner = inode->owner;
    long error = claim_pointers(w, s->bytes, slot_spot(w->fs, s, 0), CFFS_DIRECT);
    if (error == 0)
        error = claim_index(w, slot_spot(w->fs, s, CFFS_AT_INDEX), s->bytes, CFFS_INDEX);
    if (error == 0)
        error = claim_index(w, slot_spot(w->fs, s, CFFS_AT_INDEX2), s->bytes, CFFS_INDEX2);
    return error;
}

/* --- The first walk: what a crash left --- */

/* The slot is empty, and what its pointers lead to is not freed: another one owns it, or nobody
 * (then it is free, since nothing claims it). */
static long forget(struct walk *w, const struct slot *s, const char *what) {
    long error = repaired(w, s->block, what);
    if (error < 0)
        return error;
    struct edit e;
    edit_begin(&e);
    const struct cffs_inode none = {.generation = slot_inode(w->fs, s)->generation};
    edit_slot(w->fs, &e, s, &none);
    struct edit without = e;
    edit_pointers(&w->fs->meta, &e, slot_spot(w->fs, s, 0), 0, CFFS_POINTERS, XN_NIL);
    error = edit_write(&w->fs->meta, &e, s->block, s->slot);
    if (error != -E_OWNS)
        return error;
    error = map_cut(w->fs, s, 0); /* XN knows that it is nobody else's */
    return error < 0 ? error : edit_write(&w->fs->meta, &without, s->block, s->slot);
}

/* What the old place still has, and the new one has not, moves now. */
static long finish_move(struct walk *w, const struct slot *old, const struct slot *s) {
    long error = 0;
    for (uint32_t i = 0; i < CFFS_POINTERS && error == 0; i++) {
        const struct spot from = slot_spot(w->fs, old, i), to = slot_spot(w->fs, s, i);
        const uint32_t block = pointer_at(old->bytes, from.at);
        struct edit out, in;
        if (block == 0 || pointer_at(s->bytes, to.at) != 0)
            continue;
        error = repaired(w, s->block, "file that is still moving");
        edit_begin(&out);
        edit_begin(&in);
        const unsigned char *bytes; /* metadata move when they are known to be the old place's */
        if (error == 0 && pointer_type(i) != XN_BYTES)
            error = meta_look(&w->fs->meta, from, block, pointer_type(i), &bytes);
        if (error == 0)
            error = edit_move(&w->fs->meta, &out, from, &in, to,
                              (struct xn_extent){block, 1, pointer_type(i), 0});
    }
    return error;
}

/* Is the file still where it was before it moved here? Then it is not there any more. What moved
 * long ago has left a place that may be no directory's now, which a store says that knows. */
static long settle_move(struct walk *w, const struct slot *s) {
    const struct cffs_inode *inode = slot_inode(w->fs, s);
    struct slot old = {inode->from, inode->from_slot, NULL};
    if (inode->from < w->fs->store->first || inode->from >= w->fs->store->blocks ||
        inode->from_slot == 0 || inode->from_slot > w->fs->slots || inode->from == s->block ||
        !w->again || !DEFENDED(CFFS_CHECK_MOVE))
        return 0;
    long error = block_get(w->fs, old.block, &old.bytes);
    if (error < 0)
        return error == -E_INVALID || error == -E_PERM ? 0 : error;
    const struct cffs_inode *was = slot_inode(w->fs, &old);
    if (head_of(old.bytes)->magic == CFFS_MAGIC && was->kind == inode->kind &&
        was->generation == inode->generation) {
        error = finish_move(w, &old, s);
        if (error == 0)
            error = forget(w, &old, "file that has moved");
    }
    store_put(w->fs->store, old.block);
    return error;
}

/* A name that is twice in a block was taken over by the newer one. */
static long settle_twins(struct walk *w, struct slot s) {
    struct slot other = s;
    const struct cffs_inode *inode = slot_inode(w->fs, &s);
    long error = 0;
    for (other.slot = s.slot + 1; other.slot <= w->fs->slots && error == 0; other.slot++) {
        const struct cffs_inode *twin = slot_inode(w->fs, &other);
        if (twin->kind == CFFS_FREE || inode->kind == CFFS_FREE || twin->hash != inode->hash ||
            twin->length != inode->length || memcmp(twin->name, inode->name, inode->length) != 0)
            continue;
        bool newer = age_of(twin) > age_of(inode) && DEFENDED(CFFS_CHECK_NEWER);
        error = forget(w, newer ? &s : &other, "name that was taken over");
    }
    return error;
}

/* A name whose inode is elsewhere, and is not there any more. */
static long settle_name(struct walk *w, const struct slot *s) {
    struct cffs_id id;
    long error = plain_find(w->fs, slot_inode(w->fs, s)->generation, &id);
    return error == -E_NOT_FOUND ? forget(w, s, "name without a file") : error;
}

static long check_inode(struct walk *w, const struct slot *s) {
    const struct cffs_inode *inode = slot_inode(w->fs, s);
    struct cffs_name name = {inode->name, inode->length};
    if (inode->kind >= CFFS_KINDS)
        return damaged(w->fs, s->block, "kind");
    if (inode->length == 0 || inode->length > CFFS_NAME)
        return damaged(w->fs, s->block, "length");
    if (inode->hash != name_hash(w->fs, name))
        return damaged(w->fs, s->block, "hash");
    return 0;
}

static long check_slot(struct walk *w, const struct slot *s, uint32_t directory) {
    const struct cffs_inode *inode = slot_inode(w->fs, s);
    if (inode->kind == CFFS_FREE) { /* with pointers if the disk lost a move's other half */
        for (uint32_t i = 0; i < CFFS_POINTERS; i++)
            if (pointer_at(s->bytes, slot_spot(w->fs, s, i).at) != 0)
                return forget(w, s, "pointer without a file");
        return 0;
    }
    long error = check_inode(w, s);
    if (error == 0 && !w->claims) {
        error = settle_move(w, s);
        if (error == 0)
            error = settle_twins(w, *s);
        if (error == 0 && inode->kind == CFFS_NAMED)
            error = settle_name(w, s);
        if (error < 0 || inode->kind == CFFS_FREE)
            return error;
    }
    if (error == 0 && w->claims) {
        w->c->files += inode->kind == CFFS_FILE;
        error = claim_slot(w, s);
    }
    struct spot spot = slot_spot(w->fs, s, CFFS_AT_DIRECTORY);
    uint32_t first = pointer_at(s->bytes, spot.at);
    const bool comes = !w->again && inode->from_slot != 0; /* from its old place */
    if (error < 0 || (first == 0 && (inode->kind != CFFS_DIR || comes)))
        return error;
    if (inode->kind != CFFS_DIR)
        return damaged(w->fs, s->block, "pointer to a directory");
    w->c->directories += w->claims;
    w->owner = inode->owner;
    error = push(w, first, s->block);
    const unsigned char *bytes = NULL;
    if (error == 0)
        error = meta_get(&w->fs->meta, spot, first, CFFS_DIRECTORY, &bytes);
    if (error < 0)
        return error;
    struct cffs_head head = *head_of(bytes);
    if (head.magic != CFFS_MAGIC || head.generation != inode->generation ||
        head.parent != directory || head.level != 0) {
        bool moved = head.magic == CFFS_MAGIC && head.generation == inode->generation;
        error = repaired(w, first, moved ? "parent" : "magic");
        head.generation = inode->generation;
        head.parent = directory;
        head.level = 0;
        if (error == 0)
            error = meta_begin(w->fs, first, CFFS_DIRECTORY, &head);
    }
    store_put(w->fs->store, first);
    return error;
}

/* A block of a directory, whose head is right. */
static long check_block(struct walk *w, struct step t) {
    const struct spot above = {t.above, 0, 0};
    struct slot s = {t.block, 0, NULL};
    long error = meta_get(&w->fs->meta, above, t.block, CFFS_DIRECTORY, &s.bytes);
    if (error < 0)
        return error;
    const struct cffs_head *head = head_of(s.bytes);
    uint32_t directory = head->level == 0 ? t.block : head->parent;
    if (head->magic != CFFS_MAGIC || head->level >= CFFS_LEVELS)
        error = damaged(w->fs, t.block, "level");
    for (s.slot = 1; s.slot <= w->fs->slots && error == 0; s.slot++)
        error = check_slot(w, &s, directory);
    for (unsigned digit = 0; digit < CFFS_LINKS && error == 0; digit++) {
        struct spot spot = link_spot(w->fs, t.block, digit);
        uint32_t below = pointer_at(s.bytes, spot.at);
        if (below == 0)
            continue;
        const unsigned char *bytes = NULL;
        w->owner = head->owner;
        error = push(w, below, t.block);
        if (error == 0)
            error = meta_get(&w->fs->meta, spot, below, CFFS_DIRECTORY, &bytes);
        if (error < 0)
            break;
        if (head_of(bytes)->magic != CFFS_MAGIC || head_of(bytes)->level != head->level + 1 ||
            head_of(bytes)->parent != directory || head_of(bytes)->generation != head->generation) {
            error = repaired(w, below, "level");
            struct cffs_head begun = {.owner = head->owner,
                                      .mode = head->mode,
                                      .generation = head->generation,
                                      .parent = directory,
                                      .level = (unsigned char)(head->level + 1)};
            if (error == 0)
                error = meta_begin(w->fs, below, CFFS_DIRECTORY, &begun);
        }
        store_put(w->fs->store, below);
    }
    store_put(w->fs->store, t.block);
    return error;
}

static long walk_all(struct walk *w) {
    w->count = 0;
    long error = push(w, w->fs->root, w->fs->root);
    if (error == 0) /* the root is nobody's child, and on nobody's quota */
        w->worklist[0].above = 0;
    memset(w->used, 0, sizeof w->used);
    w->c->owned = 0;
    while (w->count > 0 && error == 0)
        error = check_block(w, w->worklist[--w->count]);
    return error;
}

/* Quotas are stored now and then: after a crash they are counted anew. */
static long settle_quotas(struct walk *w) {
    long error = 0;
    for (uint32_t i = 0; i < w->fs->quotas.count && error == 0; i++) {
        struct quota *q = &w->fs->quotas.of[i];
        if (q->used == w->used[i])
            continue;
        error = repaired(w, w->fs->root, "quota");
        if (error == 0 && DEFENDED(CFFS_CHECK_QUOTA))
            q->used = w->used[i];
    }
    return error;
}

long cffs_check(struct cffs *fs, struct cffs_checking *checking) {
    struct walk w = {.fs = fs, .c = checking, .worklist = checking->memory};
    long error = 0;
    checking->files = checking->directories = checking->repaired = 0;
    for (uint32_t pass = 0, before = 0; error == 0 && (pass < 2 || before != checking->repaired);
         pass++) {
        if (pass == PASSES) /* two places want the same block otherwise, by turns */
            return -E_DAMAGED;
        before = checking->repaired;
        w.again = pass > 0;
        checking->blocks = 0;
        error = walk_all(&w);
    }
    w.claims = true;
    checking->blocks = 0;
    if (error == 0)
        error = walk_all(&w);
    return error < 0 ? error : settle_quotas(&w);
}
