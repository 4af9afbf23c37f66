/* SPDX-License-Identifier: MIT */
/* raw_store.h -- a store over a disk that nobody protects: one file system's library has all of it,
 * and keeps the rules by itself that XN would keep it to. What is here is a cache, a free map, and
 * the order of writes; types and owners are believed.
 *
 * Freestanding and of no machine: the disk is three functions, the memory is the caller's.
 *
 * On the disk: block 0 has the roots and says whether the map is right; the map follows. While a
 * volume is being changed the map counts for nothing: after a crash the file systems on it say what
 * they own (raw_store_claim). */
#ifndef EXO_LIBOS_DISK_RAW_STORE_H
#define EXO_LIBOS_DISK_RAW_STORE_H

#include "exo/libos/disk/store.h"

#define RAW_RUN   16u /* blocks of a request, at most */
#define RAW_ROOTS 64u

struct raw_disk {
    uint32_t blocks, atom;
    /* So many blocks from `block` on, each page 4096 bytes; 0 or -E_DAMAGED. */
    long (*transfer)(struct raw_disk *disk, bool write, uint32_t block, uint32_t count,
                     unsigned char *const *page);
    long (*flush)(struct raw_disk *disk);
    uint64_t (*now)(struct raw_disk *disk);
};

/* Of a block: what is in the cache, whose child it is, and how far its versions have come. */
struct raw_block {
    unsigned char *page; /* null: not in the cache */
    uint32_t parent, partition;
    uint32_t version;          /* counts its changes: never less than... */
    uint32_t written, durable; /* ...what the disk got, and what it keeps */
    uint32_t born;             /* the parent's version that first had it */
    uint32_t since;            /* its own first version */
    uint32_t taints;           /* children that must be durable first */
    uint32_t waits;            /* edges */
    uint16_t holds, pins;      /* uses of its page; records that keep it allocated */
    uint8_t type;
    uint8_t owned, initialised, failed, unflushed, used;
};

/* `block` is in a version of `parent` that the disk may have; or `later` waits for `parent`. */
struct raw_record {
    uint32_t block, parent, version;
    bool edge;
};
#define RAW_RECORDS 8192u

struct raw_super {
    uint32_t magic, blocks, clean, zero;
    struct raw_root {
        char name[16];
        struct xn_extent at;
        uint32_t temporary, zero;
    } root[RAW_ROOTS];
};

struct raw_store {
    struct store store;
    struct raw_disk *disk;
    struct raw_super *super; /* block 0, which stays in the cache */
    bool open, marked;       /* the disk knows that the map is not right any more */
    bool read_only;
    uint32_t maps;
    uint64_t *map, *dirty; /* a bit a block each */
    struct raw_block *block;
    uint32_t *unflushed, unflushed_count;
    struct raw_record *record;
    uint32_t records;
    unsigned char **spare; /* pages that hold nothing */
    uint32_t spares, pages, hand;
    uint32_t *cached; /* block of each page in use, for the hand */
    uint32_t cached_count;
};

/* How much memory a cache of so many pages takes for such a disk. */
size_t raw_store_bytes(uint32_t blocks, uint32_t pages);
/* An empty volume on the disk. */
long raw_store_format(struct raw_disk *disk, unsigned char *page);
/* Opens a volume, in raw_store_bytes of zeroed memory. 0; 1: the map is not right: it is empty now,
 * and each file system's check must claim what it owns before anything is changed; -E_DAMAGED:
 * no such volume. */
long raw_store_open(struct raw_store *r, struct raw_disk *disk, void *memory, uint32_t pages);
/* All is on the disk, and the map is right. */
long raw_store_close(struct raw_store *r);

/* After a crash: these blocks are owned. -E_EXISTS: one is already; -E_INVALID: beyond the disk. */
long raw_store_claim(struct raw_store *r, uint32_t block, uint32_t count);
/* Nothing is claimed: a check begins again. */
void raw_store_unclaim(struct raw_store *r);

#endif
