/* SPDX-License-Identifier: MIT */
/* store.h -- what a library file system is written against: a disk by XN, raw, behind pxns, or in
 * the host's memory. It has a cache of blocks and the rules by which they change; where a block
 * lies, when it is written, and what is in it are the file system's business.
 *
 * Metadata change by alloc, free, write and move only, with byte changes as of xn/type/udf.h; their
 * bytes are read through the pointer of store_get. Data are read and written in place.
 *
 * Results below 0 are -E_SOMETHING, and then nothing has changed:
 *   -E_NOT_FOUND  no such root
 *   -E_EXISTS     the blocks are not free, or the root is there
 *   -E_FULL       no room in the cache, or for another record or root
 *   -E_QUOTA      of the environment
 *   -E_INVALID    no such partition, unsound changes, a block beyond the disk
 *   -E_OWNS       what the block owns would not change by what is named
 *   -E_PERM       the type's acl says no
 *   -E_BUSY       metadata that still own something are not freed; a block is held
 *   -E_ORDER, -E_TAINTED  something else must be on the disk first
 *   -E_READ_ONLY  the volume cannot be changed
 *   -E_DAMAGED    the disk failed, or says what cannot be
 * They wait for the disk themselves: no -E_AGAIN, and no -E_NOT_IN_CORE. */
#ifndef EXO_LIBOS_DISK_STORE_H
#define EXO_LIBOS_DISK_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exo/xn/type/body.h"
#include "exo/xn/type/udf.h"

#define STORE_BLOCK  XN_BLOCK_BYTES
#define STORE_SECTOR 512u
#define STORE_SHOWN  256u
#define STORE_RUN    32u /* blocks side by side that one operation allocates, frees or moves */

/* Where a child hangs: in which partition of which block. Of a root the parent is not looked at. */
struct store_child {
    uint32_t parent, partition;
    struct xn_extent at;
};

/* A partition of a block of metadata, and the bytes that change. */
struct store_at {
    uint32_t block, partition;
    const struct xn_changes *changes;
};

enum store_use {
    STORE_READ,  /* metadata always */
    STORE_WRITE, /* data: it is dirty from now on */
    STORE_NEW,   /* data: like this, and its bytes are all 0: nothing is read */
};

/* Only ever grows. */
struct store_counts {
    uint64_t requests, sectors, flushes; /* of the disk */
    uint64_t reads, writes;              /* of the requests */
    uint64_t changes;                    /* of metadata */
    uint64_t found, missed;              /* blocks that were in the cache when asked for */
};

struct store {
    const struct store_ops *ops;
    uint32_t blocks; /* of the disk */
    uint32_t atom;   /* bytes that it writes whole: 512 to 4096 */
    uint32_t first;  /* blocks before this one are the volume's own */
    /* How the volume's design wants pointers: bytes of each. 16 is that of "self", with a header of
     * XN_SELF_BYTES in each block of metadata (xn/type/meta.h). */
    uint32_t pointer_bytes;
    /* A bit for each block: it is allocated. That of a block is in word block / 64. */
    const volatile uint64_t *map;
    int design;  /* of its types, enum xn_design; below 0: it has none */
    void *cache; /* whoever limits what stays in core (cache/cache_store.h); or null */
    struct store_counts counts;
    /* Blocks that were looked at lately and are still where they were. */
    struct store_shown {
        const unsigned char *bytes; /* null: none */
        uint32_t block;
    } shown[STORE_SHOWN];
};

struct store_ops {
    /* Blocks named from the outside: the type of the block, which is a root, in child->at. */
    long (*root)(struct store *s, const char name[16], struct store_child *child);
    /* A new one: a free block with bytes of 0; if temporary, it is cleared at an unclean mount. */
    long (*root_new)(struct store *s, const char name[16], struct xn_extent at, bool temporary);
    long (*root_remove)(struct store *s, const char name[16]);
    /* A template, as of xn/type/body.h: its number. The same again changes nothing. */
    long (*type)(struct store *s, const void *body, size_t bytes);

    /* The bytes of the child's index-th block, read if need be; they stay until store_put. */
    long (*get)(struct store *s, const struct store_child *child, uint32_t index,
                enum store_use use, unsigned char **bytes);
    void (*put)(struct store *s, uint32_t block);
    /* The same without a hold, of a block at hand; null: it is to be got. See store_look. */
    const unsigned char *(*peek)(struct store *s, uint32_t block);
    /* These blocks side by side will be wanted: read, in as few requests as may be, what is not in
     * the cache. Needs no parent; what does not fit, or fails, is left out. */
    void (*fetch)(struct store *s, uint32_t block, uint32_t count);

    bool (*cached)(struct store *s, uint32_t block);
    /* It is in core no more, as far as this store keeps it there. -E_BUSY: it is held, or dirty. */
    long (*drop)(struct store *s, uint32_t block);
    /* The block that owns this one, as far as known; 0: a root. */
    uint32_t (*parent)(struct store *s, uint32_t block);

    /* The partition owns the child (several blocks side by side, if it is data), which was free. A
     * child that is metadata has bytes of 0. */
    long (*alloc)(struct store *s, struct store_at at, struct xn_extent child);
    long (*free)(struct store *s, struct store_at at, struct xn_extent child);
    long (*write)(struct store *s, struct store_at at);
    /* The child leaves one partition for another one. */
    long (*move)(struct store *s, struct store_at from, struct store_at to, struct xn_extent child);
    /* Cached data of blocks side by side become other blocks', untouched: `to` are dirty, `from`
     * are not cached. How many were moved, from the first on; an error only where none was. */
    long (*rebind)(struct store *s, const struct store_child *from, const struct store_child *to);

    /* `later` is not written before the present version of `first` is durable. */
    long (*depend)(struct store *s, uint32_t later, uint32_t first);
    /* Writes those of these blocks that are dirty and may be written, sorted, those side by side
     * (unless `single`) in one request, and waits. How many were left out since something else
     * must be on the disk first. */
    long (*writeback)(struct store *s, uint32_t *blocks, uint32_t count, bool single);
    /* What was written is durable. */
    long (*flush)(struct store *s);
    bool (*is_dirty)(struct store *s, uint32_t block);
    /* Dirty blocks, by number upwards: up to `count`, from block `from` on. How many. */
    uint32_t (*dirty)(struct store *s, uint32_t from, uint32_t *blocks, uint32_t count);
    /* Nanoseconds, of a clock that never goes back. */
    uint64_t (*now)(struct store *s);
};

/* The operations of a store whose functions have their names, with a prefix before each... */
#define STORE_OPS(p)                                                                               \
    {                                                                                              \
        .root = p##root, .root_new = p##root_new, .root_remove = p##root_remove, .type = p##type,  \
        .get = p##get, .put = p##put, .peek = p##peek, .fetch = p##fetch, .cached = p##cached,     \
        .drop = p##drop, .parent = p##parent, .alloc = p##alloc, .free = p##free,                  \
        .write = p##write, .move = p##move, .rebind = p##rebind, .depend = p##depend,              \
        .writeback = p##writeback, .flush = p##flush, .is_dirty = p##is_dirty, .dirty = p##dirty,  \
        .now = p##now                                                                              \
    }
/* ...and their declarations. */
#define STORE_OP(p, name) __typeof__(*((struct store_ops *)0)->name) p##name
#define STORE_OPS_DECLARE(p)                                                                       \
    STORE_OP(p, root);                                                                             \
    STORE_OP(p, root_new);                                                                         \
    STORE_OP(p, root_remove);                                                                      \
    STORE_OP(p, type);                                                                             \
    STORE_OP(p, get);                                                                              \
    STORE_OP(p, put);                                                                              \
    STORE_OP(p, peek);                                                                             \
    STORE_OP(p, fetch);                                                                            \
    STORE_OP(p, cached);                                                                           \
    STORE_OP(p, drop);                                                                             \
    STORE_OP(p, parent);                                                                           \
    STORE_OP(p, alloc);                                                                            \
    STORE_OP(p, free);                                                                             \
    STORE_OP(p, write);                                                                            \
    STORE_OP(p, move);                                                                             \
    STORE_OP(p, rebind);                                                                           \
    STORE_OP(p, depend);                                                                           \
    STORE_OP(p, writeback);                                                                        \
    STORE_OP(p, flush);                                                                            \
    STORE_OP(p, is_dirty);                                                                         \
    STORE_OP(p, dirty);                                                                            \
    STORE_OP(p, now)

static inline long store_get(struct store *s, const struct store_child *child, uint32_t index,
                             enum store_use use, unsigned char **bytes) {
    return s->ops->get(s, child, index, use, bytes);
}
static inline void store_put(struct store *s, uint32_t block) {
    s->ops->put(s, block);
}

/* The bytes of a block that is at hand, to be looked at until the store is asked for anything else;
 * or null. */
static inline const unsigned char *store_look(struct store *s, uint32_t block) {
    struct store_shown *shown = &s->shown[block % STORE_SHOWN];
    if (shown->block != block || shown->bytes == NULL)
        *shown = (struct store_shown){s->ops->peek(s, block), block};
    return shown->bytes;
}
/* The same, if it was the last one of its place that was looked at; else null. */
static inline const unsigned char *store_shown(const struct store *s, uint32_t block) {
    const struct store_shown *shown = &s->shown[block % STORE_SHOWN];
    return shown->block == block ? shown->bytes : NULL;
}
/* For stores: the block is where it was no more. */
static inline void store_unshow(struct store *s, uint32_t block) {
    if (s->shown[block % STORE_SHOWN].block == block)
        s->shown[block % STORE_SHOWN].bytes = NULL;
}

static inline bool store_is_free(const struct store *s, uint32_t block) {
    return block < s->blocks && !(s->map[block / 64] >> block % 64 & 1);
}
/* The first of `count` free blocks side by side, from block `from` on and round; 0: there are none,
 * or `count` is 0. Block 0 is never free. */
uint32_t store_find_free(const struct store *s, uint32_t from, uint32_t count);

/* Numbers of blocks, upwards. It is here so that a write back of one block costs no call. */
static inline void store_sort(uint32_t *block, uint32_t count) {
    uint32_t sorted = 1;
    while (sorted < count && block[sorted - 1] < block[sorted])
        sorted++;
    if (sorted >= count) /* as a sync has them */
        return;
    for (uint32_t gap = count / 2; gap > 0; gap /= 2)
        for (uint32_t i = gap; i < count; i++) {
            uint32_t b = block[i], j = i;
            for (; j >= gap && block[j - gap] > b; j -= gap)
                block[j] = block[j - gap];
            block[j] = b;
        }
}

/* A function of a type, an object file. */
struct store_function {
    const void *at;
    size_t bytes;
};
/* Imports a type with its function, in memory for XN_BODY_BYTES_MAX bytes; as `type`. */
long store_declare(struct store *s, const struct xn_body *body, const struct store_function *f,
                   void *memory);
/* A new root of that type, of zeros: its block, held; or an error. */
long store_root(struct store *s, const char name[16], uint8_t type, bool temporary);

/* The error says that older versions must be on the disk first, or that there is no room for more
 * that waits for them; and all is on the disk by now (`single`: of that kind of sync). */
bool store_again(struct store *s, long error, bool single);
/* A change of metadata. Where the store wants older versions on the disk first, or has no room for
 * more that waits for them, it is tried again after a sync (`single`: of that kind). */
enum store_change { STORE_BYTES, STORE_ALLOC, STORE_FREE };
long store_change(struct store *s, enum store_change change, struct store_at at,
                  struct xn_extent child, bool single);
long store_move(struct store *s, struct store_at from, struct store_at to, struct xn_extent child,
                bool single);

/* All that is dirty is durable: pass after pass, each of what may be written by then, and a flush
 * between two. */
long store_sync(struct store *s, bool single);

#endif
