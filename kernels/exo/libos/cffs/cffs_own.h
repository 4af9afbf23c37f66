/* SPDX-License-Identifier: MIT */
/* cffs_own.h -- what the sources of C-FFS share. */
#ifndef EXO_LIBOS_CFFS_OWN_H
#define EXO_LIBOS_CFFS_OWN_H

#include "exo/libos/cffs/cffs.h"
#include "exo/defence.h"
#include "exo/libos/cffs/cffs_format.h"
#include "exo/libos/parts/pointer_index.h"
#include "lib/error.h"
#include "lib/string.h"

/* A slot. Its block is held, or only looked at: until the store is asked for something else. */
struct slot {
    uint32_t block, slot;
    const unsigned char *bytes; /* of the block; null: none */
};

static inline uint32_t slot_at(const struct cffs *fs, uint32_t slot) {
    return (slot + 1) * fs->slot;
}
static inline const struct cffs_inode *slot_inode(const struct cffs *fs, const struct slot *s) {
    return (const struct cffs_inode *)(s->bytes + slot_at(fs, s->slot) + fs->inode_at);
}
/* Of two of a name the younger counts, after a crash. */
static inline uint64_t age_of(const struct cffs_inode *inode) {
    return inode->kind == CFFS_NAMED ? inode->size : inode->generation;
}
static inline enum cffs_kind kind_of(const struct cffs_inode *inode) {
    return inode->kind == CFFS_NAMED ? CFFS_FILE : (enum cffs_kind)inode->kind;
}
static inline struct spot slot_spot(const struct cffs *fs, const struct slot *s, uint32_t pointer) {
    return (struct spot){s->block, s->slot, slot_at(fs, s->slot) + pointer * fs->pointer};
}
static inline struct spot link_spot(const struct cffs *fs, uint32_t block, uint32_t link) {
    return (struct spot){block, 0, fs->slot + link * fs->pointer};
}
/* Of a slot's pointer: to what. */
uint8_t pointer_type(uint32_t pointer);
static inline const struct cffs_head *head_of(const unsigned char *bytes) {
    return (const struct cffs_head *)bytes;
}
/* What is found in that slot, but where the inode is elsewhere. */
static inline struct cffs_id id_of(const struct cffs *fs, const struct slot *s) {
    const struct cffs_inode *inode = slot_inode(fs, s);
    if (inode->kind != CFFS_DIR)
        return (struct cffs_id){s->block, s->slot, inode->generation};
    uint32_t first = pointer_at(s->bytes, slot_spot(fs, s, CFFS_AT_DIRECTORY).at);
    return (struct cffs_id){first, 0, inode->generation};
}

/* An edit of one field of a slot's inode. */
#define edit_inode(fs, e, s, field, value)                                                         \
    do {                                                                                           \
        const __typeof__(((struct cffs_inode *)0)->field) value_ = (value);                        \
        edit_bytes(e,                                                                              \
                   slot_at(fs, (s)->slot) + (fs)->inode_at +                                       \
                       (uint32_t) __builtin_offsetof(struct cffs_inode, field),                    \
                   &value_, sizeof value_);                                                        \
    } while (0)

/* All of it, and that alone. */
static inline void edit_slot(const struct cffs *fs, struct edit *e, const struct slot *s,
                             const struct cffs_inode *inode) {
    edit_bytes(e, slot_at(fs, s->slot) + fs->inode_at, inode, sizeof *inode);
}
static inline long slot_write(struct cffs *fs, const struct slot *s,
                              const struct cffs_inode *inode) {
    struct edit e;
    edit_begin(&e);
    edit_slot(fs, &e, s, inode);
    return edit_write(&fs->meta, &e, s->block, s->slot);
}

static inline long damaged(struct cffs *fs, uint32_t block, const char *field) {
    return meta_damaged(&fs->meta, block, field);
}

/* A block of a directory that is known already, looked at, and held. */
static inline long block_look(struct cffs *fs, uint32_t block, const unsigned char **bytes) {
    return meta_look(&fs->meta, (struct spot){0, 0, 0}, block, CFFS_DIRECTORY, bytes);
}
static inline long block_get(struct cffs *fs, uint32_t block, const unsigned char **bytes) {
    return meta_get(&fs->meta, (struct spot){0, 0, 0}, block, CFFS_DIRECTORY, bytes);
}
static inline long block_hold(struct cffs *fs, uint32_t block) {
    const unsigned char *bytes;
    return block_get(fs, block, &bytes);
}

/* One field of a block's head. */
#define HEAD_AT(field) ((uint32_t) __builtin_offsetof(struct cffs_head, field))
static inline long head_write(struct cffs *fs, uint32_t block, uint32_t at, uint32_t value) {
    struct edit e;
    long error = block_hold(fs, block);
    if (error < 0)
        return error;
    edit_begin(&e);
    edit_bytes(&e, at, &value, sizeof value);
    error = edit_write(&fs->meta, &e, block, 0);
    store_put(fs->store, block);
    return error;
}

/* cffs_blocks.c: blocks of metadata, and where a file's blocks are. */
extern const struct index_kind cffs_index;
/* Gives a new block of metadata its head: `design self` has one in each. */
long meta_begin(struct cffs *fs, uint32_t block, uint8_t type, const struct cffs_head *head);
/* The pointer to a file's index-th block, and that block or 0. *spot.block is 0: nothing leads to
 * it; with `make` all that leads to it is made. */
long map_far(struct cffs *fs, const struct slot *s, uint64_t index, bool make, struct spot *spot,
             uint32_t *block);
static inline long map_find(struct cffs *fs, const struct slot *s, uint64_t index, bool make,
                            struct spot *spot, uint32_t *block) {
    if (index >= CFFS_DIRECT)
        return map_far(fs, s, index, make, spot, block);
    *spot = slot_spot(fs, s, (uint32_t)index);
    *block = pointer_at(s->bytes, spot->at);
    return 0;
}
/* Frees what is behind the first `keep` blocks. */
long map_cut(struct cffs *fs, const struct slot *s, uint64_t keep);

/* Of what directory a slot's block is part: by its head. */
static inline uint32_t directory_of(const struct slot *s) {
    return head_of(s->bytes)->level == 0 ? s->block : head_of(s->bytes)->parent;
}
/* Near which block the file's index-th goes; `before`: where the one before it is, or 0. */
uint32_t place_near(struct cffs *fs, const struct slot *s, uint64_t index, uint32_t before);

/* cffs_quota.c: what users have is kept in slots of the root's first block. */
long quota_store(struct cffs *fs);
long quota_load(struct cffs *fs);

/* cffs_directory.c */
static inline uint32_t name_hash(const struct cffs *fs, struct cffs_name name) {
    uint32_t hash = fs->seed ^ 2166136261u;
    for (size_t i = 0; i < name.length; i++)
        hash = (hash ^ (unsigned char)name.at[i]) * 16777619u;
    return hash ^ hash >> 15;
}
/* A slot has that name, and is no quota's. */
static inline bool is_name(const struct cffs_inode *inode, struct cffs_name name, uint32_t hash) {
    size_t i = 0;
    if (inode->hash != hash || inode->length != name.length || inode->kind == CFFS_FREE ||
        inode->kind == CFFS_QUOTA)
        return false;
    while (i < name.length && inode->name[i] == name.at[i])
        i++;
    return i == name.length;
}
#define CFFS_LEVELS 24u
/* A directory's first block, looked at. */
long directory_look(struct cffs *fs, struct cffs_id id, const unsigned char **bytes);
/* Finds a name: *found, looked at (or bytes null); with `room`, a free slot for it if there is none
 * of that name, which is made if need be. *passed: whether `pass` is on the name's path. */
struct search {
    struct cffs_name name;
    uint32_t hash, pass;
    bool passed;
    struct slot found, room;
};
long directory_find(struct cffs *fs, struct cffs_id directory, struct search *search, bool room);
/* What was found is held, until the end. */
long search_hold(struct cffs *fs, struct search *search);
void search_end(struct cffs *fs, struct search *search);

/* Frees all blocks of a directory but the first; -E_EXISTS: it has names. */
long directory_empty(struct cffs *fs, uint32_t block, unsigned level, uint32_t owner);

/* cffs_names.c: an inode is of that kind, and has the name that was looked for. */
void inode_fill(struct cffs_inode *inode, const struct search *search, uint8_t kind);
/* What has been looked for, with room, is made; a file with blocks for so many bytes,
 * as cffs_create_filled. */
long name_make(struct cffs *fs, struct cffs_id directory, struct search *search, uint8_t kind,
               uint16_t mode, uint64_t size, struct cffs_id *id);

/* cffs_plain.c: the directory of inodes is known in fs->inodes, or, with `make`, is made. */
long plain_begin(struct cffs *fs, bool make);
/* A file whose inode has no name but a number, its generation. */
long plain_make(struct cffs *fs, uint16_t mode, struct cffs_id *id);
long plain_find(struct cffs *fs, uint32_t generation, struct cffs_id *id);
/* What the slot has: as id_of, or elsewhere. */
long slot_id(struct cffs *fs, const struct slot *s, struct cffs_id *id);
/* It is gone; after this version of the block `named`, unless that is 0. */
long plain_drop(struct cffs *fs, struct cffs_id id, uint32_t named);
/* The name and its file are gone; ordered: the name first. */
long plain_remove(struct cffs *fs, const struct slot *name, bool ordered);
/* A name that no path can have. */
struct cffs_name hidden_name(char prefix, uint32_t number, char text[10]);

/* A directory that was found in this slot is known of, so that it can be looked at by its id. */
static inline long directory_reach(struct cffs *fs, const struct slot *s, uint32_t block) {
    const unsigned char *bytes = store_look(fs->store, block);
    return bytes != NULL ? 0
                         : meta_look(&fs->meta, slot_spot(fs, s, CFFS_AT_DIRECTORY), block,
                                     CFFS_DIRECTORY, &bytes);
}

/* cffs_lookup.c: a name in a directory that must exist; with `room` as in directory_find. */
long search_in(struct cffs *fs, struct cffs_id directory, struct cffs_name name,
               struct search *search, bool room);
/* The same without a look at what the name is. */
long search_found(struct cffs *fs, struct cffs_id directory, struct search *search, bool room);
/* The name is there now. */
static inline void hint_note(struct cffs *fs, uint32_t directory, uint32_t hash,
                             const struct slot *s) {
    name_hint_note(fs->hints, directory, hash, s->block, s->slot);
}

/* A file's slot, looked at: until the store is asked for something else. */
static inline __attribute__((always_inline)) long slot_look(struct cffs *fs, struct cffs_id id,
                                                            struct slot *s) {
    if (id.slot - 1 >= fs->slots)
        return id.slot == 0 ? -E_PERM : -E_INVALID;
    *s = (struct slot){id.block, id.slot, NULL};
    long error = block_look(fs, id.block, &s->bytes);
    if (error < 0)
        return error;
    const struct cffs_inode *inode = slot_inode(fs, s);
    return head_of(s->bytes)->magic == CFFS_MAGIC && inode->kind == CFFS_FILE &&
                   inode->generation == id.generation
               ? 0
               : -E_NOT_FOUND;
}

/* cffs_file.c: the file's slot, held. */
long slot_get(struct cffs *fs, struct cffs_id id, struct slot *s);
/* Blocks for the file's pointers from this spot on, its index-th and on, which are 0: as many of
 * `most` as lie side by side. With the first ones, which are in the inode's own partition, comes
 * the file's new size: up to `end`. How many; the first in *block. */
long file_fill(struct cffs *fs, const struct slot *s, uint64_t index, struct spot spot,
               uint32_t most, uint64_t end, uint32_t *block);
/* Adds to the edit that the slot is nobody's any more; its generation stays. */
void edit_clear(const struct cffs *fs, struct edit *e, const struct slot *s);
/* The file's blocks are free, and it is no more. */
long file_remove(struct cffs *fs, const struct slot *s);

#endif
