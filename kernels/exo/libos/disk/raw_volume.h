/* SPDX-License-Identifier: MIT */
/* raw_volume.h -- what a raw store consists of: see raw_store.h. */
#ifndef EXO_LIBOS_DISK_RAW_VOLUME_H
#define EXO_LIBOS_DISK_RAW_VOLUME_H

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
    uint32_t place;            /* of its page, in `cached` */
    uint16_t holds, pins;      /* uses of its page; records that keep it allocated */
    uint8_t type;
    uint8_t owned, initialised, failed, unflushed, used;
    uint8_t known; /* its parent is, or it is a root */
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

#endif
