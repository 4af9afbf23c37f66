/* SPDX-License-Identifier: MIT */
/* superblock.c -- a volume: what its superblock says is checked before anything is believed, and
 * what is not known is refused. */
#include "ext2.h"

long ext2_is_bad(struct volume *v, uint32_t block, uint32_t field, uint32_t value) {
    struct ext2_volume *s = ext2_of(v);
    s->bad_block = block;
    s->bad_field = field;
    s->bad_value = value;
    return -E_DAMAGED;
}

/* The block that has the superblock, and where in it. */
static inline uint32_t super_block(uint32_t shift) {
    return shift == 10;
}

static inline struct ext2_super *super_in(struct block *b, uint32_t shift) {
    return (struct ext2_super *)(void *)(b->byte + (shift == 10 ? 0 : EXT2_SUPER_AT));
}

/* Numbers that others are divided by, multiplied with or looked up by. Gives the field that cannot
 * be as it is. */
static uint32_t bad_size(const struct ext2_super *d, uint32_t inode_bytes) {
    uint32_t bits = 8192u << d->log_block_size, per_block = 1024u << d->log_block_size;
    if (inode_bytes != 128 && inode_bytes != 256)
        return BAD_INODE_BYTES;
    if (d->first_data_block != (d->log_block_size == 0) || d->blocks <= d->first_data_block + 1 ||
        d->blocks > INT32_MAX || d->blocks_per_group < 8 || d->blocks_per_group > bits)
        return BAD_BLOCKS;
    if (!d->inodes_per_group || d->inodes_per_group > bits ||
        d->inodes_per_group % (per_block / inode_bytes))
        return BAD_INODES;
    uint32_t groups = (d->blocks - d->first_data_block - 1) / d->blocks_per_group + 1;
    if ((uint64_t)groups * d->inodes_per_group != d->inodes || d->inodes < EXT2_FIRST_OLD)
        return BAD_GROUPS;
    return BAD_NONE;
}

static uint32_t bad_field(const struct ext2_super *d) {
    if (d->magic != EXT2_MAGIC)
        return BAD_MAGIC;
    if (d->revision > 1)
        return BAD_REVISION;
    if (d->log_block_size > 2)
        return BAD_BLOCK_SIZE;
    if (d->revision && d->incompat & ~(uint32_t)EXT2_INCOMPAT_FILETYPE && DEFENDED(KNOWN))
        return BAD_FEATURES;
    return DEFENDED(SIZES) ? bad_size(d, d->revision ? d->inode_bytes : EXT2_INODE_OLD) : BAD_NONE;
}

static void take(struct ext2_volume *s, const struct ext2_super *d) {
    const uint32_t known = EXT2_RO_COMPAT_SPARSE_SUPER | EXT2_RO_COMPAT_LARGE_FILE;
    s->shift = 10 + d->log_block_size;
    s->blocks = d->blocks;
    s->first_block = d->first_data_block;
    s->inodes = d->inodes;
    s->first_inode = d->revision ? d->first_inode : EXT2_FIRST_OLD;
    s->inode_bytes = d->revision ? d->inode_bytes : EXT2_INODE_OLD;
    s->blocks_per_group = d->blocks_per_group;
    s->inodes_per_group = d->inodes_per_group;
    s->groups = (d->blocks - d->first_data_block - 1) / d->blocks_per_group + 1;
    s->filetype = d->revision && d->incompat & EXT2_INCOMPAT_FILETYPE;
    s->free_blocks = d->free_blocks;
    s->free_inodes = d->free_inodes;
    s->earliest =
        d->written_at > d->inodes ? d->written_at : d->inodes; /* a smaller time of deletion
                                                                  is not taken for one */
    s->read_only |= d->revision && d->ro_compat & ~known && DEFENDED(READERS);
}

/* Blocks are of FILE_BOOT_BYTES yet, and the superblock is the second one. Changes it if `write`;
 * `s->read_only` says whether the volume must not be written. */
long ext2_mount(struct volume *v, unsigned write) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_read(v, 1);
    if (!b)
        return ext2_is_bad(v, 1, BAD_READ, 0);
    struct ext2_super *d = super_in(b, 10);
    uint32_t field = bad_field(d), bad = field == BAD_FEATURES ? d->incompat : d->magic;
    if (!field) {
        s->read_only = !write;
        take(s, d);
        if (!s->read_only) {
            if (DEFENDED(UNCLEAN))
                d->state &= (uint16_t)~EXT2_CLEAN;
            d->mounts++;
            d->mounted_at = s->now > s->earliest ? s->now : s->earliest;
            block_changed(v, 1);
        }
    }
    block_release(b);
    return field ? ext2_is_bad(v, 1, field, bad) : 0;
}

/* Writes the counts that are kept here, and whether the volume is in order. */
static long super_write(struct volume *v, unsigned state) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_read(v, super_block(s->shift));
    if (!b)
        return ext2_is_bad(v, super_block(s->shift), BAD_READ, 0);
    struct ext2_super *d = super_in(b, s->shift);
    d->free_blocks = s->free_blocks;
    d->free_inodes = s->free_inodes;
    if (state || DEFENDED(UNCLEAN))
        d->state = (uint16_t)((d->state & ~EXT2_CLEAN) | state);
    d->written_at = s->now;
    block_changed(v, super_block(s->shift));
    block_release(b);
    return 0;
}

long ext2_allow_large(struct volume *v) {
    struct ext2_volume *s = ext2_of(v);
    struct block *b = block_read(v, super_block(s->shift));
    if (!b)
        return ext2_is_bad(v, super_block(s->shift), BAD_READ, 0);
    struct ext2_super *d = super_in(b, s->shift);
    if (d->revision && !(d->ro_compat & EXT2_RO_COMPAT_LARGE_FILE)) {
        d->ro_compat |= EXT2_RO_COMPAT_LARGE_FILE;
        block_changed(v, super_block(s->shift));
    }
    block_release(b);
    return 0;
}

/* The last that is written before the volume is unmounted says that it is in order. */
long ext2_sync(struct volume *v, unsigned last) {
    if (ext2_of(v)->read_only)
        return 0;
    if (!last)
        return super_write(v, 0);
    long r = DEFENDED(CLEAN_LAST) ? ext2_settle(v) : 0;
    if (!r && DEFENDED(CLEAN_LAST))
        r = block_sync(v);
    return r ? r : super_write(v, EXT2_CLEAN);
}
