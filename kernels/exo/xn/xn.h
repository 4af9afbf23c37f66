/* SPDX-License-Identifier: MIT */
/* xn.h -- XN: who owns a block of a disk, which of them are in core, and in which order they may
 * reach the disk. It knows no file system and starts no I/O: what it needs in core it asks for
 * (-E_NOT_IN_CORE), and the library reads. Names are disk addresses. (Kaashoek et al., SOSP '97.)
 *
 * Pure: tables are handed over at start, nothing is allocated, nothing waits, and each call is
 * bounded or says that it goes on (-E_AGAIN). Every call returns 0 or a positive result, or an
 * error without any effect. Any of them may say
 *
 *     -E_NOT_FOUND    no such volume, or nobody has vouched for the block yet (xn_vouch)
 *     -E_NOT_IN_CORE  a block's bytes are needed: x->need names it
 *     -E_AGAIN        a transfer of the block is under way
 *     -E_BUSY         another environment has locked it
 *     -E_READ_ONLY    recovery could not read all of the volume */
#ifndef EXO_XN_XN_H
#define EXO_XN_XN_H

#include <stdbool.h>
#include <stdint.h>

#include "exo/xn/type/change.h"
#include "exo/xn/type/meta.h"

#define XN_SUPER       5 /* the type of block 0, beside those of udf.h... */
#define XN_WORD        6 /* ...and of the words of design "capability" */
#define XN_WORDS       (XN_BLOCK_BYTES / 8)
#define XN_WORDED_MAX  65536 /* blocks of a volume that has them: they all stay in core */
#define XN_DEPTH       256
#define XN_RUN         32 /* blocks that one operation allocates, frees or moves */
#define XN_VOLUMES     8
#define XN_ACCOUNTS    256
#define XN_MAPS        64 /* blocks of the free map: 8 GiB of a volume */
#define XN_MAP_BLOCKS  (8u * XN_BLOCK_BYTES)
#define XN_ROOTS       64
#define XN_BODY_BLOCKS (XN_BODY_BYTES_MAX / XN_BLOCK_BYTES)

/* --- The registry: what is known of a block. Exposed read-only. --- */
enum {
    XN_COMING_IN = 1,    /* a read is under way */
    XN_GOING_OUT = 2,    /* a write */
    XN_FAILED = 4,       /* the last write did: its bytes may be on the disk or not */
    XN_INITIALISED = 8,  /* has been durable since it was allocated */
    XN_SPECULATIVE = 16, /* read before a parent vouched: its contents are nobody's */
    XN_TEMPORARY = 32,   /* the root of a temporary tree */
    XN_UNATTACHED = 64,  /* allocated, and not owned yet: the root of a tree of its own */
    XN_QUEUED = 128,     /* written, and waits for the flush */
    XN_PINNED = 256,     /* the volume's own */
    XN_COUNTED = 512,    /* without data, on the account `account` */
};

/* Numbers of entries begin with 1; 0 is none, and its `block` is the largest that was ever used. */
struct xn_entry {
    uint32_t block, next; /* in the chain of its bucket */
    uint32_t parent;      /* entry of the block that owns it */
    uint32_t frame;       /* that holds it; 0: not in core */
    uint8_t volume, type; /* XN_NIL: not known */
    uint16_t flags;
    uint32_t children;  /* entries whose parent this is */
    uint32_t taints;    /* of them those that must be on disk before this one may be: order.h */
    uint32_t version;   /* of its bytes... */
    uint32_t submitted; /* ...and the newest that was given to the disk: less is dirty */
    uint32_t born;      /* the parent's version that first owned it */
    uint32_t epoch;     /* of the last write's end */
    uint32_t locked_by; /* environment */
    uint32_t user[2];   /* words of whoever may change the block */
    uint16_t waits;     /* blocks that must be durable before this is written */
    uint16_t maps;      /* mappings... */
    uint8_t writers;    /* ...and of these writable ones */
    uint8_t height;     /* levels below it, at least those in core */
    uint16_t account;
};
_Static_assert(sizeof(struct xn_entry) == 64, "a cached block costs 64 bytes");

/* BC states of an entry. */
enum xn_state { XN_EMPTY, XN_READING, XN_VALID, XN_WRITING };
enum xn_state xn_state(const struct xn_entry *e);
static inline bool xn_is_dirty(const struct xn_entry *e) {
    return e->version > e->submitted || e->flags & XN_FAILED;
}

/* --- What waits for a version of a block: will-free lists and edges. Private to XN. --- */
struct xn_record {
    uint32_t next, version;
    struct xn_extent extent; /* or .block: an entry, or a list */
    uint16_t account, kind;
};

/* What was written, in the order in which the writes ended: so what is durable comes first. */
struct xn_queued {
    uint32_t next, prev; /* round: of one it is itself */
};

/* What an account has, and may have, of what costs the kernel and has no frame of its own. */
struct xn_account {
    uint32_t entries, entry_limit;
    uint32_t records, record_limit;
    bool open;
};

/* Who asks. */
struct xn_who {
    uint64_t credential; /* a capability's word that he has */
    uint32_t environment;
    uint16_t account;
};

enum xn_volume_state { XN_ABSENT, XN_MOUNTING, XN_RECOVERING, XN_SETTLING, XN_MOUNTED, XN_CLOSING };

/* A place that recovery has reached. */
struct xn_step {
    uint32_t block;
    uint16_t partition, index;
    uint8_t type;
};
/* A place whose pointer to `child` is given up; count 0: all of the partition. */
struct xn_given_up {
    uint32_t block, partition;
    struct xn_extent child;
    uint8_t type; /* of the block */
};
#define XN_GIVEN_UP 64 /* in one pass */
#define XN_KEPT     16
/* A place whose pointer to `child` was found last, and is kept: others' go in the next pass. */
struct xn_kept {
    uint32_t block, partition;
    struct xn_extent child;
};
#define XN_PASSES_MAX 64
struct xn_walk {
    uint32_t root, depth, passes; /* the next root, levels below it */
    uint32_t blocks, dropped;     /* metadata walked in this pass; pointers given up in all */
    bool applying;
    uint32_t count; /* of given_up */
    struct xn_given_up given_up[XN_GIVEN_UP];
    uint32_t keeps, found; /* of kept: in the pass before; and, behind them, in this one */
    struct xn_kept kept[2 * XN_KEPT];
    struct xn_step step[XN_DEPTH];
};

/* Design "capability": whose words. */
struct xn_words {
    struct xn *x;
    uint32_t volume;
};

struct xn_volume {
    enum xn_volume_state state;
    bool read_only, no_cache; /* the disk has none: what is written is durable */
    uint8_t design;
    uint16_t atom;
    uint32_t blocks, free;
    uint32_t map_at, maps, root_at, catalogue_at;
    uint32_t own;            /* blocks, from 0 on, that are its own; words are the last of them */
    uint32_t epoch, flushed; /* a write that ended in an epoch below `flushed` is durable */
    uint32_t unclean;        /* the superblock's version that says so */
    uint32_t dirty, flying;  /* blocks */
    uint32_t queue, queued;  /* the first of the blocks that are written and not settled, and how
                                many these are */
    uint32_t records, unattached;
    struct xn_types *types;
    struct xn_words words;
    uint64_t *map[XN_MAPS]; /* a bit for each block: allocated */
    struct xn_entry *map_entry[XN_MAPS];
    uint64_t *held; /* and: an old pointer may be on disk that a move left behind */
    struct xn_walk walk;
    const char *damage; /* the field that was wrong, in block `damaged` */
    uint32_t damaged;
};

struct xn {
    /* Set by the owner, zeroed but for this. */
    struct xn_entry *entry;   /* [entries + 1] */
    uint32_t *bucket;         /* [buckets], a power of two */
    uint32_t *list;           /* [entries + 1]: records of an entry */
    struct xn_queued *queue;  /* [entries + 1] */
    struct xn_record *record; /* [records + 1] */
    uint32_t entries, buckets, records;
    void *owner;
    unsigned char *(*bytes)(void *owner, uint32_t frame);
    void (*left)(void *owner, uint32_t frame); /* the registry has the frame no more */
    bool (*lives)(void *owner, uint32_t environment);
    /* Null, or sets `maps` and `writers` to what they are: where mappings go without a word. */
    void (*counted)(void *owner, struct xn_entry *e);

    uint32_t free_entry, free_record, used_entries, used_records;
    struct xn_account account[XN_ACCOUNTS];
    struct xn_volume volume[XN_VOLUMES];
    struct {
        uint8_t volume;
        uint32_t block;
    } need;
};

/* The tables are set: begins empty. */
void xn_start(struct xn *x);

/* Of so many buckets that of a block. */
static inline uint32_t xn_bucket(uint32_t buckets, uint32_t volume, uint32_t block) {
    return ((block + volume * 0x9e37u) * 0x9e3779b1u >> 7) & (buckets - 1);
}

/* The number of the entry; 0: there is none. */
uint32_t xn_lookup(const struct xn *x, uint32_t volume, uint32_t block);

/* An account with these limits, for an environment; -E_FULL. It is closed when its environment
 * ends, and is another's when nothing is on it any more. */
int xn_account_open(struct xn *x, uint32_t entry_limit, uint32_t record_limit);
void xn_account_close(struct xn *x, uint16_t account);

/* A partition of a block of metadata, and the bytes that change with what it owns. */
struct xn_at {
    uint32_t volume, block, partition;
    const struct xn_changes *changes; /* sound: xn_changes_are_sound */
};

/* --- Operations on metadata: metadata.c. Beyond the errors above and those of change.h:
 * -E_INVALID, -E_OWNS, -E_PERM of the transaction; -E_FULL: registry or records are; -E_QUOTA;
 * -E_EXISTS: the child is allocated; -E_COST: more than XN_RUN blocks, or deeper than XN_DEPTH;
 * -E_ORDER: older versions must reach the disk first. --- */

/* The child becomes the partition's: free blocks, or the root of an unattached tree. */
int xn_alloc(struct xn *x, const struct xn_who *who, struct xn_at at, struct xn_extent child);
/* It is no more: metadata own nothing by then (-E_BUSY). Its blocks are free when no version on
 * the disk owns them. */
int xn_free(struct xn *x, const struct xn_who *who, struct xn_at at, struct xn_extent child);
/* Bytes change and nothing that is owned. */
int xn_write(struct xn *x, const struct xn_who *who, struct xn_at at);
/* From one partition to another one, of the same volume. */
int xn_move(struct xn *x, const struct xn_who *who, struct xn_at from, struct xn_at to,
            struct xn_extent child);
/* Two partitions of one block exchange children. */
int xn_swap(struct xn *x, const struct xn_who *who, struct xn_at a, struct xn_at b,
            struct xn_extent of_a, struct xn_extent of_b);
/* A block of metadata that nothing owns yet, and whose tree no root reaches until it is attached
 * (xn_alloc, xn_root_add). It is gone after a crash. */
int xn_alloc_unattached(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t block,
                        uint8_t type);
int xn_free_unattached(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t block);

/* The volume's roots: an unattached tree becomes the tree of that name. A temporary one is exempt
 * from all order, and empty after a crash. -E_EXISTS; -E_FULL. */
#define XN_ROOT_TEMPORARY 1
int xn_root_add(struct xn *x, const struct xn_who *who, uint32_t volume,
                const char name[XN_NAME_BYTES], uint32_t block, uint32_t flags);
/* Its block owns nothing any more: and is gone with its name. */
int xn_root_remove(struct xn *x, const struct xn_who *who, uint32_t volume,
                   const char name[XN_NAME_BYTES]);
/* The block of that name, with an entry; its type in *type. */
int64_t xn_root_find(struct xn *x, const struct xn_who *who, uint32_t volume,
                     const char name[XN_NAME_BYTES], uint8_t *type);

/* --- Blocks in core: cache.c --- */

/* The parent owns that child: entries for its blocks, without data, on the account of who asks. */
int xn_vouch(struct xn *x, const struct xn_who *who, struct xn_at at, struct xn_extent child);
/* A read into the frame begins: of a block that has an entry, or speculatively. The frame is the
 * registry's from now on: nobody else can write to it. Ended by xn_read_end. */
int xn_read_begin(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t block,
                  uint32_t frame);
void xn_read_end(struct xn *x, uint32_t volume, uint32_t block, bool good);
/* The frame holds the block's new bytes, of data that who asks may modify; or is cleared, for
 * metadata that were never in core since they were allocated. `at`: the partition that owns it. */
int xn_insert(struct xn *x, const struct xn_who *who, struct xn_at at, uint32_t block,
              uint32_t frame);
/* May this be mapped? Counts the mapping. Metadata are never writable. `at` as above; of the
 * volume's own blocks and of a root ignored. */
int xn_map(struct xn *x, const struct xn_who *who, struct xn_at at, uint32_t block, bool writable);
/* A mapping is gone. */
void xn_unmapped(struct xn *x, uint32_t entry, bool writable);
/* The frame is taken from a clean, unmapped block: anybody may. The entry stays as long as
 * something hangs on it, and is on the account of who asks. */
int xn_evict(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t block);
/* Frames of data in core, at most XN_REBIND_RUN blocks of one partition, become those of blocks of
 * another one that have none, untouched: by who may read the ones and modify the others. Those are
 * not in core afterwards, these are dirty. How many were passed on, from the first on; or why none:
 * -E_BUSY: it is dirty, mapped or locked; -E_EXISTS: the other has a frame; -E_QUOTA. */
#define XN_REBIND_RUN 16
int64_t xn_rebind(struct xn *x, const struct xn_who *who, struct xn_at from_at, uint32_t from,
                  struct xn_at to_at, uint32_t to, uint32_t count);
/* So that others change nothing about the block meanwhile: by who may change it. Never delays a
 * write-back, and ends with its holder. */
int xn_lock(struct xn *x, const struct xn_who *who, struct xn_at at, uint32_t block);
int xn_unlock(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t block);
/* Two words beside the block, by who may modify it (`at` as above). */
int xn_set_user(struct xn *x, const struct xn_who *who, struct xn_at at, uint32_t block,
                const uint32_t user[2]);

/* --- To the disk: anybody may; writeback.c --- */

/* The block's present version goes to the disk: 0, and the frame; -E_INVALID: it is clean;
 * -E_ORDER: another one first; -E_TAINTED: a root would reach what is not on the disk yet. */
int xn_write_begin(struct xn *x, uint32_t volume, uint32_t block, uint32_t *frame);
void xn_write_end(struct xn *x, uint32_t volume, uint32_t block, bool good);
/* A flush covers the writes that ended before it began: its number, for its end. */
int64_t xn_flush_begin(struct xn *x, uint32_t volume);
void xn_flush_end(struct xn *x, uint32_t volume, uint32_t flush, bool good);
/* What has become durable takes effect, a bounded share of it: -E_AGAIN, there is more. */
int xn_settle(struct xn *x, uint32_t volume);
/* The library's own order: `first` is durable, in its present version, before `later` is written.
 * -E_ORDER: a circle, or `later` was never on the disk. */
int xn_depend(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t later,
              uint32_t first);

/* --- Volumes: volume.c, recover.c --- */

/* A volume's first blocks, for a disk of `blocks`: the i-th of them into bytes, by number from 0
 * on; 1: there are no more; -E_INVALID. */
int xn_format(uint32_t blocks, enum xn_design design, uint32_t atom, uint32_t i,
              unsigned char bytes[XN_BLOCK_BYTES]);
/* One step of mounting, until 0. n > 0: import type n, whose body is in the blocks that
 * xn_type_body names and that are in core, then go on; -E_NOT_IN_CORE: read x->need; -E_AGAIN: go
 * on; -E_ORDER: write the volume's dirty blocks back and flush, then go on; -E_DAMAGED: no volume:
 * volume[].damage names the field. The first step begins it: v->types and v->held (a bit a block,
 * room for `held_blocks` of them) are the caller's. */
int xn_mount(struct xn *x, uint32_t volume, struct xn_types *types, uint64_t *held,
             uint32_t held_blocks, bool no_cache);
/* The same for its end: all is written back, then the superblock says so. */
int xn_unmount(struct xn *x, uint32_t volume);
/* The disk is gone, or nobody wants it: whatever is not on it is lost. Restartable. */
int xn_abandon(struct xn *x, uint32_t volume);
/* What the catalogue has of type `number`: its body's first block, and bytes. -E_NOT_FOUND. */
int xn_type_body(struct xn *x, uint32_t volume, uint32_t number, uint32_t *block, uint32_t *bytes);
/* An imported type becomes the catalogue's, its body into free blocks from `block` on, and there
 * into these frames. -E_EXISTS: it is there. */
int xn_type_add(struct xn *x, const struct xn_who *who, uint32_t volume, const struct xn_type *type,
                uint32_t block, const uint32_t *frames);
/* As the free map says. */
bool xn_is_allocated(const struct xn_volume *v, uint32_t block);

#endif
