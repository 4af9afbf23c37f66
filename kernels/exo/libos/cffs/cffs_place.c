/* SPDX-License-Identifier: MIT */
/* cffs_place.c -- where new blocks go, and who pays for them. With grouping, the small files of a
 * directory take the next blocks of its group, one after the other. Without, each file begins at a
 * place of its own in the directory's part of the disk, as it did in file systems that leave room
 * for each file to grow. */
#include "exo/libos/cffs/cffs_own.h"

enum {
    GROUP = 16,  /* blocks that are read together */
    PART = 2048, /* blocks of a part of the disk */
};

/* Of what directory a slot's block is part: by its head. */
static uint32_t directory_of(const struct slot *s) {
    const struct cffs_head *head = head_of(s->bytes);
    return head->level == 0 ? s->block : head->parent;
}

void place_directory(struct cffs *fs, uint32_t directory) {
    uint32_t at = store_find_free(fs->store, fs->cursor, GROUP);
    if (at != 0) /* another directory begins behind this one's first groups */
        fs->cursor = at + 4 * GROUP < fs->store->blocks ? at + 4 * GROUP : fs->store->first;
    fs->rotor[directory % CFFS_ROTORS].directory = directory;
    fs->rotor[directory % CFFS_ROTORS].next = at != 0 ? at : directory;
}

uint32_t place_near(struct cffs *fs, const struct slot *s, uint64_t index, uint32_t before) {
    if (index > 0 && before != 0)
        return before + 1;
    uint32_t directory = directory_of(s);
    if (!fs->grouped) {
        uint32_t part = directory / PART * PART;
        return part + slot_inode(fs, s)->generation * 2654435761u % PART;
    }
    if (fs->rotor[directory % CFFS_ROTORS].directory != directory)
        place_directory(fs, directory);
    return fs->rotor[directory % CFFS_ROTORS].next;
}

void place_took(struct cffs *fs, const struct slot *s, uint32_t block, uint32_t count) {
    uint32_t directory = directory_of(s);
    if (fs->rotor[directory % CFFS_ROTORS].directory == directory)
        fs->rotor[directory % CFFS_ROTORS].next = block + count;
}

/* --- Quotas: counted here, and written when the file system is synced --- */

struct cffs_quota *quota_of(struct cffs *fs, uint32_t uid) {
    for (unsigned i = 0; i < CFFS_QUOTAS && fs->quota[i].at.slot != 0; i++)
        if (fs->quota[i].uid == uid)
            return &fs->quota[i];
    return NULL;
}

long quota_charge(struct cffs *fs, uint32_t uid, uint32_t blocks) {
    struct cffs_quota *q = quota_of(fs, uid);
    if (q == NULL)
        return 0;
    if (q->limit != 0 && (blocks > q->limit || q->used > q->limit - blocks))
        return -E_QUOTA;
    q->used += blocks;
    return 0;
}

void quota_refund(struct cffs *fs, uint32_t uid, uint32_t blocks) {
    struct cffs_quota *q = quota_of(fs, uid);
    if (q != NULL)
        q->used -= q->used < blocks ? q->used : blocks;
}

static long quota_write(struct cffs *fs, struct cffs_quota *q, uint32_t used, uint32_t limit) {
    struct slot s = {q->at.block, q->at.slot, NULL};
    struct edit e;
    edit_begin(&e);
    edit_inode(fs, &e, &s, size, used);
    edit_inode(fs, &e, &s, modified, limit);
    long error = edit_write(fs, &e, s.block, s.slot);
    if (error == 0)
        q->stored = used;
    return error;
}

long quota_store(struct cffs *fs) {
    long error = 0;
    for (unsigned i = 0; i < CFFS_QUOTAS && fs->quota[i].at.slot != 0 && error == 0; i++) {
        struct cffs_quota *q = &fs->quota[i];
        if (q->used != q->stored)
            error = quota_write(fs, q, q->used, q->limit);
    }
    return error;
}

/* Those of the root's first block count: it is always in core. */
long quota_load(struct cffs *fs) {
    const unsigned char *bytes;
    long error = directory_look(fs, cffs_root(fs), &bytes);
    if (error < 0)
        return error;
    unsigned n = 0;
    for (uint32_t i = 1; i <= fs->slots; i++) {
        struct slot s = {fs->root, i, bytes};
        const struct cffs_inode *inode = slot_inode(fs, &s);
        if (inode->kind == CFFS_QUOTA && n < CFFS_QUOTAS)
            fs->quota[n++] = (struct cffs_quota){
                .at = {fs->root, i, inode->generation},
                .uid = inode->owner,
                .used = (uint32_t)inode->size,
                .stored = (uint32_t)inode->size,
                .limit = (uint32_t)inode->modified,
            };
    }
    return 0;
}

/* Blocks that the owner has already. */
static uint32_t owned_by(struct cffs *fs, uint32_t uid);

long cffs_set_quota(struct cffs *fs, uint32_t uid, uint32_t limit) {
    struct cffs_quota *q = quota_of(fs, uid);
    if (q == NULL) {
        char text[10];
        struct cffs_name name = hidden_name('q', uid, text);
        struct search search = {.name = name, .hash = name_hash(fs, name)};
        long error = directory_find(fs, cffs_root(fs), &search, true);
        if (error < 0)
            return error;
        unsigned n = 0;
        while (n < CFFS_QUOTAS && fs->quota[n].at.slot != 0)
            n++;
        if (n == CFFS_QUOTAS || search.room.block != fs->root)
            return -E_FULL;
        struct edit e;
        edit_begin(&e);
        struct cffs_inode inode = {.kind = CFFS_QUOTA,
                                   .owner = uid,
                                   .hash = search.hash,
                                   .length = (unsigned char)name.length};
        memcpy(inode.name, name.at, name.length);
        edit_bytes(&e, slot_at(fs, search.room.slot) + fs->inode_at, &inode, sizeof inode);
        error = edit_write(fs, &e, fs->root, search.room.slot);
        if (error == 0)
            fs->quota[n] = (struct cffs_quota){.at = {fs->root, search.room.slot, 0}, .uid = uid};
        if (error < 0)
            return error;
        q = &fs->quota[n];
        q->used = owned_by(fs, uid);
    }
    q->limit = limit;
    return quota_write(fs, q, q->used, limit);
}

/* Blocks that a file has, indexes included. */
static uint32_t file_blocks(struct cffs *fs, const struct slot *s) {
    uint32_t blocks = 0;
    uint64_t end = (slot_inode(fs, s)->size + STORE_BLOCK - 1) / STORE_BLOCK, outer = ~0ul;
    const uint32_t n = index_entries(fs);
    for (uint64_t i = 0; i < end; i++) {
        struct spot spot;
        uint32_t block;
        if (map_find(fs, s, i, false, &spot, &block) < 0)
            break;
        if (spot.block == 0) { /* no index is there: none of its blocks are */
            i = i < CFFS_DIRECT + n ? CFFS_DIRECT + n - 1 : i + n - (i - CFFS_DIRECT) % n - 1;
            continue;
        }
        blocks += block != 0;
        blocks += spot.block != s->block && spot.block != outer;
        outer = spot.block;
    }
    uint32_t at = slot_spot(fs, s, CFFS_AT_INDEX2).at;
    return blocks + (pointer_at(s->bytes, at) != 0);
}

/* Blocks of a directory, from this one on, which is of that level. */
static uint32_t directory_blocks(struct cffs *fs, struct spot owner, uint32_t block,
                                 unsigned level) {
    uint32_t blocks = 1;
    const unsigned char *bytes;
    if (meta_get(fs, owner, block, CFFS_DIRECTORY, &bytes) < 0)
        return blocks;
    const bool is_of_it = head_of(bytes)->level == level && level < CFFS_LEVELS;
    for (unsigned digit = 0; is_of_it && digit < CFFS_LINKS; digit++) {
        const struct spot spot = link_spot(fs, block, digit);
        if (pointer_at(bytes, spot.at) != 0)
            blocks += directory_blocks(fs, spot, pointer_at(bytes, spot.at), level + 1);
    }
    store_put(fs->store, block);
    return blocks;
}

static uint32_t owned_below(struct cffs *fs, struct cffs_id directory, uint32_t uid,
                            unsigned depth) {
    uint32_t blocks = 0;
    uint64_t place = 0;
    struct cffs_entry entry;
    struct cffs_stat stat;
    if (cffs_stat(fs, directory, &stat) == 0 && stat.owner == uid) /* the root is nobody's */
        blocks = directory_blocks(fs, (struct spot){0, 0, 0}, directory.block, 0) - (depth == 0);
    while (depth < 64 && cffs_list(fs, directory, &place, &entry) == 0) {
        struct slot s;
        if (entry.kind == CFFS_DIR)
            blocks += owned_below(fs, entry.id, uid, depth + 1);
        else if (slot_get(fs, entry.id, &s) == 0) {
            if (slot_inode(fs, &s)->owner == uid)
                blocks += file_blocks(fs, &s);
            store_put(fs->store, s.block);
        }
    }
    return blocks;
}

static uint32_t owned_by(struct cffs *fs, uint32_t uid) {
    return owned_below(fs, cffs_root(fs), uid, 0);
}
