/* SPDX-License-Identifier: MIT */
/* cffs_directory.c -- names: a tree of blocks of which each is full before those below it are used.
 * A name is on the path that the bits of its hash choose, so what is looked at grows with the
 * logarithm of the directory, and no entry ever has to make room for another one. */
#include "exo/libos/cffs/cffs_own.h"

uint32_t name_hash(const struct cffs *fs, struct cffs_name name) {
    uint32_t hash = fs->seed ^ 2166136261u;
    for (size_t i = 0; i < name.length; i++)
        hash = (hash ^ (unsigned char)name.at[i]) * 16777619u;
    return hash ^ hash >> 15;
}

unsigned hash_digit(uint32_t hash, unsigned level) {
    if (level >= 16)
        hash *= 0x9e3779b1u;
    return hash >> 2 * (level % 16) & 3;
}

long directory_get(struct cffs *fs, struct cffs_id id, unsigned char **bytes) {
    struct spot none = {0, 0, 0};
    if (id.slot != 0)
        return -E_INVALID;
    long error = meta_get(fs, none, id.block, CFFS_DIRECTORY, bytes);
    if (error < 0)
        return error;
    const struct cffs_head *head = head_of(*bytes);
    if (head->magic == CFFS_MAGIC && head->generation == id.generation && head->level == 0)
        return 0;
    store_put(fs->store, id.block);
    return -E_NOT_FOUND;
}

/* A new block below this one, held. */
static long grow(struct cffs *fs, uint32_t directory, uint32_t block, unsigned level,
                 const struct cffs_head *above, unsigned digit, unsigned char **bytes) {
    struct edit e;
    edit_begin(&e);
    struct spot spot = link_spot(fs, block, digit);
    struct cffs_head head = {.magic = CFFS_MAGIC,
                             .owner = above->owner,
                             .mode = above->mode,
                             .generation = above->generation,
                             .parent = directory,
                             .level = (unsigned char)level};
    long made = edit_alloc(fs, &e, spot, block, 1, CFFS_DIRECTORY, head.owner);
    if (made < 0)
        return made;
    long error = meta_begin(fs, (uint32_t)made, CFFS_DIRECTORY, &head);
    return error < 0 ? error : meta_get(fs, spot, (uint32_t)made, CFFS_DIRECTORY, bytes);
}

/* Looks through one block; true: the name is there. */
static bool look(struct cffs *fs, struct slot here, struct search *search) {
    for (here.slot = 1; here.slot <= fs->slots; here.slot++) {
        const struct cffs_inode *inode = slot_inode(fs, &here);
        if (inode->kind == CFFS_FREE) {
            if (search->room.bytes == NULL)
                search->room = here;
        } else if (inode->hash == search->hash && inode->length == search->name.length &&
                   memcmp(inode->name, search->name.at, inode->length) == 0) {
            search->found = here;
            return true;
        }
    }
    return false;
}

long directory_find(struct cffs *fs, uint32_t directory, struct search *search, bool room) {
    struct slot here = {directory, 0, NULL};
    struct spot from = {0, 0, 0};
    search->found.bytes = search->room.bytes = NULL;
    long error = meta_get(fs, from, directory, CFFS_DIRECTORY, &here.bytes);
    for (unsigned level = 0; error == 0; level++) {
        if (head_of(here.bytes)->magic != CFFS_MAGIC || head_of(here.bytes)->level != level)
            error = damaged(fs, here.block, "level");
        search->passed |= here.block == search->pass;
        if (error < 0 || look(fs, here, search))
            break;
        unsigned digit = hash_digit(search->hash, level);
        from = link_spot(fs, here.block, digit);
        struct slot next = {pointer_at(here.bytes, from.at), 0, NULL};
        if (next.block != 0)
            error = level + 1 < CFFS_LEVELS
                        ? meta_get(fs, from, next.block, CFFS_DIRECTORY, &next.bytes)
                        : damaged(fs, here.block, "link");
        else if (room && search->room.bytes == NULL)
            error = level + 1 == CFFS_LEVELS ? -E_FULL
                                             : grow(fs, directory, here.block, level + 1,
                                                    head_of(here.bytes), digit, &next.bytes);
        else
            break;
        if (error == 0 && next.block == 0) { /* the new one */
            next.block = pointer_at(here.bytes, from.at);
            next.slot = 1;
            search->room = next;
            store_put(fs->store, here.block);
            return 0;
        }
        if (search->room.block != here.block || search->room.bytes == NULL)
            store_put(fs->store, here.block);
        here = next;
        if (error < 0)
            here.bytes = NULL;
    }
    /* `here` is held: by the name, by the room, or by nobody any more. */
    if (here.bytes != NULL && search->found.bytes == NULL &&
        (search->room.bytes == NULL || search->room.block != here.block))
        store_put(fs->store, here.block);
    if (search->room.bytes != NULL && (error < 0 || !room || search->found.bytes != NULL)) {
        if (search->found.bytes == NULL || search->found.block != search->room.block)
            store_put(fs->store, search->room.block);
        search->room.bytes = NULL;
    }
    return error;
}

void search_end(struct cffs *fs, struct search *search) {
    if (search->found.bytes != NULL)
        store_put(fs->store, search->found.block);
    if (search->room.bytes != NULL)
        store_put(fs->store, search->room.block);
    search->found.bytes = search->room.bytes = NULL;
}

/* A directory's blocks lie no deeper than CFFS_LEVELS, and so does this. */
long directory_empty(struct cffs *fs, uint32_t block, unsigned level, uint32_t owner) {
    struct spot none = {0, 0, 0};
    unsigned char *bytes;
    long error = meta_get(fs, none, block, CFFS_DIRECTORY, &bytes);
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
        unsigned char *child;
        error = level + 1 < CFFS_LEVELS ? meta_get(fs, spot, below, CFFS_DIRECTORY, &child)
                                        : damaged(fs, block, "link");
        if (error < 0)
            break;
        store_put(fs->store, below);
        error = directory_empty(fs, below, level + 1, owner);
        struct edit e;
        edit_begin(&e);
        if (error == 0)
            error = edit_free(fs, &e, spot, below, 1, CFFS_DIRECTORY, owner);
    }
    store_put(fs->store, block);
    return error;
}

/* --- Lists: place is a block's path, two bits a level, then its level, then a slot --- */

#define PLACE_SLOTS  6
#define PLACE_LEVELS 5

/* The block of that path, held. */
static long walk(struct cffs *fs, struct cffs_id id, uint64_t path, unsigned level,
                 struct slot *here) {
    here->block = id.block;
    long error = directory_get(fs, id, &here->bytes);
    for (unsigned i = 0; i < level && error == 0; i++) {
        struct spot spot = link_spot(fs, here->block, path >> 2 * i & 3);
        uint32_t below = pointer_at(here->bytes, spot.at), above = here->block;
        error = below == 0 ? -E_NOT_FOUND : meta_get(fs, spot, below, CFFS_DIRECTORY, &here->bytes);
        store_put(fs->store, above);
        here->block = below;
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
        store_put(fs->store, here.block);
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
            if ((inode->kind != CFFS_FILE && inode->kind != CFFS_DIR) || inode->length > CFFS_NAME)
                continue;
            *entry = (struct cffs_entry){.id = {here.block, here.slot, inode->generation},
                                         .kind = inode->kind,
                                         .length = inode->length};
            if (inode->kind == CFFS_DIR)
                entry->id = (struct cffs_id){
                    pointer_at(here.bytes, slot_spot(fs, &here, CFFS_AT_DIRECTORY).at), 0,
                    inode->generation};
            memcpy(entry->name, inode->name, inode->length);
            *place = path << (PLACE_SLOTS + PLACE_LEVELS) | level << PLACE_SLOTS | here.slot;
            store_put(fs->store, here.block);
            return 0;
        }
        store_put(fs->store, here.block);
        error = next_path(fs, directory, &path, &level);
        if (error < 0)
            return error;
        slot = 0;
    }
}
