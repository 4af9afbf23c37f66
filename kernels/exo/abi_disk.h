/* SPDX-License-Identifier: MIT */
/* abi_disk.h -- of abi.h, what is about disks: their blocks, proxy nodes, volumes of XN. */
#ifndef EXO_ABI_DISK_H
#define EXO_ABI_DISK_H

/* Disks, in blocks. Requests of all that a disk has at one time, and of one environment; blocks of
 * a request that moves data. */
#define EXO_DISK_BLOCK    4096
#define EXO_DISK_REQUESTS 64
#define EXO_DISK_MOST     16
#define EXO_DISK_BLOCKS   16
/* What disk_request does: an operation on a disk, by the capability in `slot`, with frames that the
 * one in `holder` opens. With EXO_DISK_WAIT it goes on as disk_wait. */
#define EXO_DISK_HOW(operation, disk, slot, holder)                                                \
    ((uint64_t)(slot) | (uint64_t)(holder) << 8 | (uint64_t)(operation) << 16 |                    \
     (uint64_t)(disk) << 24)
#define EXO_DISK_WAIT (1ul << 32)
/* Reads one block, and then the one that the caller's handler (disk_handler) says, into one frame
 * after the other. What the word is told has above its lowest byte how many were read. */
#define EXO_DISK_CHAIN        (1ul << 33)
#define EXO_DISK_SPINDLE      (~0ul) /* of disk_latency: those of a disk with an arm and a spindle */
#define EXO_DISK_HANDLERS     32     /* environments that have one */
#define EXO_DISK_HANDLER_COST 1000   /* instructions of a run */

/* Blocks of disks that XN protects (docs/exo/xn.md). Which operation, on which volume, by the
 * capability in which slot; which partition of which block. */
#define EXO_XN_HOW(operation, volume, slot)                                                        \
    ((uint64_t)(slot) | (uint64_t)(volume) << 8 | (uint64_t)(operation) << 16)
#define EXO_XN_AT(block, partition) ((uint64_t)(block) | (uint64_t)(partition) << 32)
#define EXO_XN_SINGLE               (1ul << 33) /* of xn_transfer: a request for each block */

/* Proxy nodes: of all, each made of so many others at most; words of an access list; extents;
 * blocks that one call takes or frees in a free map. */
#define EXO_PXNS        256
#define EXO_PXN_DEPTH   4
#define EXO_PXN_WORDS   8
#define EXO_PXN_EXTENTS 64
#define EXO_PXN_TAKE    256

#ifndef __ASSEMBLER__

#include <stdint.h>

#include "abi_cap.h"

/* What is asked of a disk. */
enum exo_disk_operation {
    EXO_DISK_READ,
    EXO_DISK_WRITE,
    EXO_DISK_FLUSH, /* what was written, and ended, before this was asked is on the disk */
    EXO_DISK_DISCARD,
    EXO_DISK_ZERO,
    EXO_DISK_OPERATIONS
};
/* What a request's word is when it has ended: before it is 0, if the caller says so. */
enum exo_disk_end {
    EXO_DISK_DONE = 1,
    EXO_DISK_FAILED,
    EXO_DISK_UNSUPPORTED,
    EXO_DISK_WITHDRAWN /* the disk was reset; or who asked had ended, or had no right to the blocks
                          any more, before the device got it */
};

/* Blocks that follow each other. */
struct exo_extent {
    uint32_t block, count;
};

/* What pxn_change does. */
enum exo_pxn_change {
    EXO_PXN_ADD,       /* an extent */
    EXO_PXN_TAKE_BACK, /* these blocks, from it and from all that was made of it */
    EXO_PXN_MAP,       /* it has a free map from now on */
    EXO_PXN_ALLOC,     /* blocks in its free map */
    EXO_PXN_FREE
};

/* What pxn_read tells. */
struct exo_pxn {
    uint32_t id, parent; /* 0: made of the disk */
    uint32_t disk, owner;
    uint32_t frozen, has_map;
    uint32_t words, extents;
    struct cap acl[EXO_PXN_WORDS];
    struct exo_extent extent[EXO_PXN_EXTENTS];
};

/* What everybody may know of a disk. */
struct exo_disk_entry {
    uint32_t env;   /* 0: no request */
    uint32_t order; /* how many were asked before */
    uint32_t block;
    uint16_t blocks; /* 0: all, of a flush; or more than 65,535, of what moves no data */
    uint8_t operation;
    uint8_t in_flight; /* the device has it */
};
struct exo_disk {
    uint64_t blocks;
    uint32_t pieces;          /* blocks of a request that moves data, at most */
    uint8_t read_only, flush; /* flush 0: what was written is on the disk when the write ends */
    uint16_t dead;            /* requests are refused until disk_reset */
    uint32_t waiting, in_flight;
    uint64_t requests[EXO_DISK_OPERATIONS],
        failed; /* that have ended, and of them those not done */
    uint64_t blocks_read, blocks_written;
    uint64_t due; /* of the one in flight, where ends have their moment: the TSC; else 0 */
    struct exo_disk_entry queue[EXO_DISK_REQUESTS];
} __attribute__((aligned(4096)));

/* What xn_block does to a block. */
enum exo_xn_block {
    EXO_XN_VOUCH,
    EXO_XN_INSERT,
    EXO_XN_REBIND,
    EXO_XN_MAP,
    EXO_XN_EVICT,
    EXO_XN_LOCK,
    EXO_XN_UNLOCK,
    EXO_XN_USER,
    EXO_XN_DEPEND,
};
/* What xn_volume does with a volume. */
enum exo_xn_volume_call {
    EXO_XN_MOUNT,
    EXO_XN_UNMOUNT,
    EXO_XN_ABANDON,
    EXO_XN_IMPORT,
    EXO_XN_TYPE_ADD,
    EXO_XN_ROOT_ADD,
    EXO_XN_ROOT_REMOVE,
    EXO_XN_ROOT_FIND,
    EXO_XN_NEW,
    EXO_XN_DROP,
    EXO_XN_SETTLE,
};
/* An element of xn_transfer's vector: where the block is to be read to; of a write only the
 * block. */
struct exo_xn_block_frame {
    uint32_t block, frame;
};

/* What everybody may know of a volume, as mounting left it: the fields of struct xn_volume. */
struct exo_xn_volume {
    uint32_t state, blocks, design, atom;
    uint32_t map_at, maps, root_at, catalogue_at;
    uint32_t own; /* blocks, from 0 on, that are the volume's */
    uint32_t read_only;
    uint32_t damaged; /* a block... */
    char damage[24];  /* ...and the field of it that made mounting fail, or the volume read-only */
};
#define EXO_XN_VOLUMES 4
struct exo_xn {
    uint32_t entries, buckets; /* how many there are */
    struct exo_xn_volume volume[EXO_XN_VOLUMES];
} __attribute__((aligned(4096)));

#endif
#endif
