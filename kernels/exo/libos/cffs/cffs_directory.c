/* SPDX-License-Identifier: MIT */
/* cffs_directory.c -- names: a tree of blocks of which each is full before those below it are used.
 * A name is on the path that the bits of its hash choose, so what is looked at grows with the
 * logarithm of the directory, and no entry ever has to make room for another one. */
#include "exo/libos/cffs/cffs_own.h"

/* Which of the blocks below one of that level. */
static unsigned hash_digit(uint32_t hash, unsigned level) {
    if (level >= 16)
        hash *= 0x9e3779b1u;
    return hash >> 2 * (level % 16) & 3;
}

long directory_look(struct cffs *fs, struct cffs_id id, const unsigned char **bytes) {
    if (id.slot != 0)
        return -E_INVALID;
    long error = block_look(fs, id.block, bytes);
    if (error < 0)
        return error;
    const struct cffs_head *head = head_of(*bytes);
    bool is = head->magic == CFFS_MAGIC && head->generation == id.generation && head->level == 0;
    return is ? 0 : -E_NOT_FOUND;
}

/* A new block below this one. */
static long grow(struct cffs *fs, uint32_t directory, const struct slot *above, unsigned digit) {
    struct edit e;
    edit_begin(&e);
    struct cffs_head head = *head_of(above->bytes);
    struct cffs_head begun = {.owner = head.owner,
                              .mode = head.mode,
                              .generation = head.generation,
                              .parent = directory,
                              .level = (unsigned char)(head.level + 1)};
    long made = edit_alloc(&fs->meta, &e, link_spot(fs, above->block, digit), above->block, 1,
                           CFFS_DIRECTORY, head.owner);
    long error = made < 0 ? made : meta_begin(fs, (uint32_t)made, CFFS_DIRECTORY, &begun);
    return error < 0 ? error : made;
}

/* Looks through one block; true: the name is there. Up to it, if room is wanted, the first slot
 * that is nobody's is noted. */
static bool look(const struct cffs *fs, const struct slot *here, struct search *search, bool room) {
    const uint32_t stride = fs->slot, hash = search->hash;
    const unsigned char *const first = here->bytes + slot_at(fs, 1) + fs->inode_at;
    const unsigned char *const end = first + fs->slots * stride, *at = first, *empty = NULL;
    for (; room && at != end && !is_name((const struct cffs_inode *)at, search->name, hash);
         at += stride)
        if (((const struct cffs_inode *)at)->kind == CFFS_FREE) {
            empty = at;
            room = false;
        }
    while (at != end && !is_name((const struct cffs_inode *)at, search->name, hash))
        at += stride;
    if (empty != NULL)
        search->room =
            (struct slot){here->block, 1 + (uint32_t)(empty - first) / stride, here->bytes};
    if (at != end)
        search->found =
            (struct slot){here->block, 1 + (uint32_t)(at - first) / stride, here->bytes};
    return at != end;
}

long directory_find(struct cffs *fs, struct cffs_id directory, struct search *search, bool room) {
    struct slot here = {directory.block, 0, NULL};
    struct spot from = {0, 0, 0};
    search->found.bytes = search->room.bytes = NULL;
    long error = directory_look(fs, directory, &here.bytes);
    for (unsigned level = 0; error == 0; level++) {
        if (head_of(here.bytes)->magic != CFFS_MAGIC || head_of(here.bytes)->level != level)
            return damaged(fs, here.block, "level");
        search->passed |= here.block == search->pass;
        if (look(fs, &here, search, room && search->room.bytes == NULL))
            break;
        unsigned digit = hash_digit(search->hash, level);
        from = link_spot(fs, here.block, digit);
        uint32_t below = pointer_at(here.bytes, from.at);
        if (below == 0 && room && search->room.bytes == NULL) {
            long made = level + 1 < CFFS_LEVELS ? grow(fs, directory.block, &here, digit) : -E_FULL;
            search->room = (struct slot){(uint32_t)made, 1, here.bytes};
            return made < 0 ? made : 0;
        }
        if (below == 0)
            break;
        here.block = below;
        error = level + 1 < CFFS_LEVELS
                    ? meta_look(&fs->meta, from, below, CFFS_DIRECTORY, &here.bytes)
                    : damaged(fs, from.block, "link");
    }
    if (error == 0 && search->found.bytes != NULL)
        hint_note(fs, directory.block, search->hash, &search->found);
    return error;
}

long search_hold(struct cffs *fs, struct search *search) {
    struct slot *s = search->found.bytes != NULL ? &search->found : &search->room;
    if (search->found.bytes != NULL)
        search->room.bytes = NULL;
    return s->bytes == NULL ? 0 : block_get(fs, s->block, &s->bytes);
}

void search_end(struct cffs *fs, struct search *search) {
    if (search->found.bytes != NULL)
        store_put(fs->store, search->found.block);
    if (search->room.bytes != NULL)
        store_put(fs->store, search->room.block);
}

/* A directory's blocks lie no deeper than CFFS_LEVELS, and so does this. */
long directory_empty(struct cffs *fs, uint32_t block, unsigned level, uint32_t owner) {
    const unsigned char *bytes;
    long error = block_get(fs, block, &bytes);
    if (error < 0)
        return error;
    struct slot here = {block, 0, bytes};
    for (here.slot = 1; here.slot <= fs->slots && error == 0; here.slot++)
        if (slot_inode(fs, &here)->kind != CFFS_FREE)
            error = -E_EXISTS;
    for (unsigned digit = 0; digit < CFFS_LINKS && error == 0; digit++) {
        struct spot spot = link_spot(fs, block, digit);
        uint32_t below = pointer_at(bytes, spot.at);
        if (below == 0)
            continue;
        const unsigned char *child;
        error = level + 1 < CFFS_LEVELS ? meta_look(&fs->meta, spot, below, CFFS_DIRECTORY, &child)
                                        : damaged(fs, block, "link");
        if (error == 0)
            error = directory_empty(fs, below, level + 1, owner);
        struct edit e;
        edit_begin(&e);
        if (error == 0)
            error = edit_free(&fs->meta, &e, spot, below, 1, CFFS_DIRECTORY, owner);
    }
    store_put(fs->store, block);
    return error;
}

/* --- Lists: place is a block's path, two bits a level, then its level, then a slot --- */

#define PLACE_SLOTS  6
#define PLACE_LEVELS 5

/* The block of that path, looked at. */
static long walk(struct cffs *fs, struct cffs_id id, uint64_t path, unsigned level,
                 struct slot *here) {
    here->block = id.block;
    long error = directory_look(fs, id, &here->bytes);
    for (unsigned i = 0; i < level && error == 0; i++) {
        struct spot spot = link_spot(fs, here->block, path >> 2 * i & 3);
        here->block = pointer_at(here->bytes, spot.at);
        error = here->block == 0
                    ? -E_NOT_FOUND
                    : meta_look(&fs->meta, spot, here->block, CFFS_DIRECTORY, &here->bytes);
    }
    return error;
}

/* The next block's path after this one and all that is below it from digit `from` on. */
static long next_path(struct cffs *fs, struct cffs_id id, uint64_t *path, unsigned *level) {
    for (unsigned from = 0;;) {
        struct slot here;
        long error = walk(fs, id, *path, *level, &here);
        if (error < 0)
            return error;
        uint64_t digit = from;
        while (digit < CFFS_LINKS &&
               pointer_at(here.bytes, link_spot(fs, here.block, (unsigned)digit).at) == 0)
            digit++;
        if (digit < CFFS_LINKS && *level + 1 < CFFS_LEVELS) {
            *path |= digit << 2 * *level;
            ++*level;
            return 0;
        }
        if (*level == 0)
            return -E_NOT_FOUND;
        --*level;
        from = (unsigned)(*path >> 2 * *level & 3) + 1;
        *path &= (1ul << 2 * *level) - 1;
    }
}

long cffs_list(struct cffs *fs, struct cffs_id directory, uint64_t *place,
               struct cffs_entry *entry) {
    unsigned slot = *place & ((1u << PLACE_SLOTS) - 1);
    unsigned level = *place >> PLACE_SLOTS & ((1u << PLACE_LEVELS) - 1);
    uint64_t path = *place >> (PLACE_SLOTS + PLACE_LEVELS);
    if (level >= CFFS_LEVELS)
        return -E_INVALID;
    for (;;) {
        struct slot here;
        long error = walk(fs, directory, path, level, &here);
        if (error < 0)
            return error;
        for (here.slot = slot + 1; here.slot <= fs->slots; here.slot++) {
            const struct cffs_inode *inode = slot_inode(fs, &here);
            if (inode->kind == CFFS_FREE || inode->length > CFFS_NAME || inode->name[0] == '\0')
                continue;
            *entry = (struct cffs_entry){.kind = kind_of(inode), .length = inode->length};
            memcpy(entry->name, inode->name, inode->length);
            *place = path << (PLACE_SLOTS + PLACE_LEVELS) | level << PLACE_SLOTS | here.slot;
            return slot_id(fs, &here, &entry->id);
        }
        error = next_path(fs, directory, &path, &level);
        if (error < 0)
            return error;
        slot = 0;
    }
}
