/* SPDX-License-Identifier: MIT */
/* edit.h -- metadata of a file system whose blocks have pointers: blocks that are looked at, and
 * changes of their bytes and pointers, which are tried again after a sync if the store wants one.
 * A pointer has 4 bytes, a block's address; on a volume of the design "self" 16. */
#ifndef EXO_LIBOS_PARTS_EDIT_H
#define EXO_LIBOS_PARTS_EDIT_H

#include "exo/libos/disk/store.h"
#include "exo/libos/parts/quotas.h"

/* What these parts know of a file system. It is its first fields, by their own names. */
#define META_FIELDS                                                                                \
    struct store *store;                                                                           \
    uint32_t pointer; /* bytes of one */                                                           \
    bool grouped;     /* blocks side by side are written together */                               \
    struct quotas quotas;                                                                          \
    struct {                                                                                       \
        uint32_t block;                                                                            \
        const char *field;                                                                         \
    } damage
struct meta {
    META_FIELDS;
};

/* Where a pointer is. */
struct spot {
    uint32_t block, partition, at;
};

static inline uint32_t pointer_at(const unsigned char *bytes, uint32_t at) {
    return *(const uint32_t *)(bytes + at);
}

/* -E_DAMAGED, with the place of it in m->damage. */
long meta_damaged(struct meta *m, uint32_t block, const char *field);
/* A block of metadata to which that pointer leads (no spot: it is known already), held. As store's
 * `get`; -E_DAMAGED: a pointer that cannot be. */
long meta_get(struct meta *m, struct spot owner, uint32_t block, uint8_t type,
              const unsigned char **bytes);
/* The same, looked at: until the store is asked for something else. */
long meta_look_far(struct meta *m, struct spot owner, uint32_t block, uint8_t type,
                   const unsigned char **bytes);
static inline long meta_look(struct meta *m, struct spot owner, uint32_t block, uint8_t type,
                             const unsigned char **bytes) {
    *bytes = block == owner.block ? NULL : store_look(m->store, block);
    return *bytes != NULL ? 0 : meta_look_far(m, owner, block, type, bytes);
}

struct edit {
    struct xn_changes changes;
    uint32_t used;
};
static inline void edit_begin(struct edit *e) {
    e->changes.count = 0;
    e->used = 0;
}
/* Those bytes of the block become these. */
void edit_bytes(struct edit *e, uint32_t at, const void *bytes, uint32_t count);

/* `count` pointers from the spot on: to blocks side by side, or (block 0) to nothing. */
void edit_pointers(const struct meta *m, struct edit *e, struct spot spot, uint32_t block,
                   uint32_t count, uint8_t type);
/* How many of `most` pointers from there on lead to blocks side by side; 0: the first one leads
 * nowhere. */
uint32_t pointer_run(const struct meta *m, const unsigned char *bytes, uint32_t at, uint32_t most);

/* Results below 0 are those of the store's operations, and nothing has changed. */
long edit_write(struct meta *m, struct edit *e, uint32_t block, uint32_t partition);
/* With `count` pointers from the spot on: to free blocks side by side near `near`, which are
 * charged to `owner`. The first one. -E_QUOTA. */
long edit_alloc(struct meta *m, struct edit *e, struct spot spot, uint32_t near, uint32_t count,
                uint8_t type, uint32_t owner);
/* The pointers of `count` blocks side by side are gone. */
long edit_free(struct meta *m, struct edit *e, struct spot spot, uint32_t block, uint32_t count,
               uint8_t type, uint32_t owner);
long edit_move(struct meta *m, struct edit *from, struct spot from_spot, struct edit *to,
               struct spot to_spot, struct xn_extent child);
/* `later` is not on the disk before this version of `first`. */
long edit_order(struct meta *m, uint32_t later, uint32_t first);

#endif
