/* SPDX-License-Identifier: MIT */
/* cffs_quota.c -- quotas are counted in memory, and written when the file system is synced. */
#include "exo/libos/cffs/cffs_own.h"

static long quota_write(struct cffs *fs, struct quota *q, uint32_t used, uint32_t limit) {
    struct slot s = {fs->root, q->slot, NULL};
    struct edit e;
    edit_begin(&e);
    edit_inode(fs, &e, &s, size, used);
    edit_inode(fs, &e, &s, modified, limit);
    long error = edit_write(&fs->meta, &e, s.block, s.slot);
    if (error == 0)
        q->stored = used;
    return error;
}

long quota_store(struct cffs *fs) {
    long error = 0;
    for (unsigned i = 0; i < fs->quotas.count && error == 0; i++) {
        struct quota *q = &fs->quotas.of[i];
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
    for (uint32_t i = 1; i <= fs->slots; i++) {
        struct slot s = {fs->root, i, bytes};
        const struct cffs_inode *inode = slot_inode(fs, &s);
        if (inode->kind == CFFS_QUOTA && fs->quotas.count < QUOTAS)
            fs->quotas.of[fs->quotas.count++] = (struct quota){.uid = inode->owner,
                                                               .used = (uint32_t)inode->size,
                                                               .stored = (uint32_t)inode->size,
                                                               .limit = (uint32_t)inode->modified,
                                                               .slot = i};
    }
    return 0;
}

long cffs_set_quota(struct cffs *fs, uint32_t uid, uint32_t used, uint32_t limit) {
    struct quota *q = quota_of(&fs->quotas, uid);
    if (q == NULL) {
        char text[10];
        struct cffs_name name = hidden_name('q', uid, text);
        struct search search = {.name = name, .hash = name_hash(fs, name)};
        long error = directory_find(fs, cffs_root(fs), &search, true);
        if (error == 0 && (fs->quotas.count == QUOTAS || search.room.block != fs->root))
            error = -E_FULL;
        if (error == 0) {
            struct cffs_inode inode = {.owner = uid};
            inode_fill(&inode, &search, CFFS_QUOTA);
            error = slot_write(fs, &search.room, &inode);
        }
        if (error < 0)
            return error;
        q = &fs->quotas.of[fs->quotas.count++];
        *q = (struct quota){.uid = uid, .slot = search.room.slot};
    }
    q->used = used;
    q->limit = limit;
    return quota_write(fs, q, used, limit);
}
