/* SPDX-License-Identifier: MIT */
/* inode.c -- what an inode says of its file. */
#include "ext2.h"

/* So many blocks more belong to the file. */
void ext2_inode_blocks(struct volume *v, uint32_t inode, long more) {
    long place;
    struct block *b = inode_get(v, inode, &place);
    if (!b)
        return;
    struct ext2_inode *i = ext2_inode_in(b, place);
    i->sectors += (uint32_t)(more * (1l << (ext2_of(v)->shift - 9)));
    inode_put(v, b, place);
}

/* Has the file so many links more? It has been changed now. Gives how many there are. */
long ext2_inode_links(struct volume *v, uint32_t inode, int more) {
    long place, links;
    struct block *b = inode_get(v, inode, &place);
    if (!b)
        return place;
    struct ext2_inode *i = ext2_inode_in(b, place);
    if (more < 0 && i->links < -more && DEFENDED(LINKS)) {
        links = ext2_is_bad(v, PLACE_BLOCK(place), BAD_LINKS, i->links);
    } else if (more > 0 && i->links >= EXT2_LINKS_MAX) {
        links = -E_SHARE;
    } else {
        links = i->links = (uint16_t)(i->links + more);
        i->changed = ext2_of(v)->now;
        block_changed(v, PLACE_BLOCK(place));
    }
    block_release(b);
    return links;
}

uint32_t ext2_inode_mode(struct volume *v, uint32_t inode) {
    long place;
    struct block *b = inode_get(v, inode, &place);
    if (!b)
        return 0;
    const struct ext2_inode *i = ext2_inode_in(b, place);
    uint32_t mode = i->links ? i->mode : 0;
    block_release(b);
    return mode;
}

uint64_t ext2_inode_bytes(struct volume *v, uint32_t inode) {
    long place;
    struct block *b = inode_get(v, inode, &place);
    if (!b)
        return 0;
    const struct ext2_inode *i = ext2_inode_in(b, place);
    uint64_t bytes = i->size;
    if ((i->mode & EXT2_KIND) == EXT2_FILE)
        bytes |= (uint64_t)i->size_high << 32;
    block_release(b);
    return bytes;
}

/* The file has this size, and was modified now. */
long ext2_inode_resize(struct volume *v, uint32_t inode, uint64_t bytes) {
    long place;
    struct block *b = inode_get(v, inode, &place);
    if (!b)
        return place;
    struct ext2_inode *i = ext2_inode_in(b, place);
    i->size = (uint32_t)bytes;
    if ((i->mode & EXT2_KIND) == EXT2_FILE)
        i->size_high = (uint32_t)(bytes >> 32);
    i->modified = i->changed = ext2_of(v)->now;
    inode_put(v, b, place);
    return bytes >> 31 ? ext2_allow_large(v) : 0;
}

static inline void clear(struct block *b, uint32_t at) {
    uint64_t *words = (uint64_t *)(void *)(b->byte + masked(at, BLOCK_BYTES - EXT2_INODE_OLD));
    for (uint32_t k = 0; k < EXT2_INODE_OLD / 8; k++)
        words[k] = 0;
}

/* A link leads to the volume's target. */
static inline void lead(const struct ext2_volume *s, struct ext2_inode *i) {
    i->size = s->target.bytes;
    if (s->target.block) {
        i->block[0] = s->target.block;
        i->sectors = 1u << (s->shift - 9);
        return;
    }
    for (uint32_t k = 0; k < EXT2_DIRECT; k++)
        i->block[k] = s->target.word[k];
    for (uint32_t k = 0; k < 3; k++)
        i->indirect[k] = s->target.word[EXT2_DIRECT + k];
}

/* A new one, which has nothing. */
long ext2_inode_make(struct volume *v, uint32_t inode, uint32_t mode, uint32_t owner,
                     uint32_t links) {
    struct ext2_volume *s = ext2_of(v);
    long place;
    struct block *b = inode_get(v, inode, &place);
    if (!b)
        return place;
    clear(b, PLACE_AT(place));
    if (s->inode_bytes > EXT2_INODE_OLD)
        clear(b, PLACE_AT(place) + EXT2_INODE_OLD);
    struct ext2_inode *i = ext2_inode_in(b, place);
    i->mode = (uint16_t)mode;
    i->user = (uint16_t)owner;
    i->links = (uint16_t)links;
    if ((mode & EXT2_KIND) == EXT2_SYMLINK)
        lead(s, i);
    i->accessed = i->changed = i->modified = i->generation = s->now;
    inode_put(v, b, place);
    return 0;
}

/* One inode fewer has the block of attributes. */
static void attributes_leave(struct volume *v, uint32_t block) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = DEFENDED(ATTRIBUTES) && (block <= s->first_block || block >= s->blocks)
                          ? NO_BLOCK
                          : block_read(v, block);
    if (!b)
        return;
    struct ext2_attributes *a = (struct ext2_attributes *)(void *)b->byte;
    bool last = a->references <= 1;
    if (!last) {
        a->references--;
        block_changed(v, block);
    }
    block_release(b);
    if (last)
        ext2_free(v, block, FREED_BLOCKS);
}

/* An inode that has no links is in use no more: it says so, and then what it had is freed. */
long ext2_inode_free(struct volume *v, uint32_t inode) {
    long place;
    struct block *b = inode_get(v, inode, &place);
    if (!b)
        return place;
    struct ext2_inode *i = ext2_inode_in(b, place);
    uint32_t attributes = i->attributes, kind = i->mode & EXT2_KIND;
    bool has_blocks = kind == EXT2_FILE || kind == EXT2_DIRECTORY ||
                      (kind == EXT2_SYMLINK && i->size >= EXT2_SYMLINK_INODE);
    i->links = 0;
    i->deleted = ext2_of(v)->now;
    i->attributes = 0;
    inode_put(v, b, place);
    if (attributes)
        attributes_leave(v, attributes);
    if (has_blocks)
        place = ext2_cut(v, inode, 0);
    ext2_free(v, inode, kind == EXT2_DIRECTORY ? FREED_DIRECTORY : FREED_FILE);
    return has_blocks && place < 0 ? place : 0;
}
