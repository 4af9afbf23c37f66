/* SPDX-License-Identifier: MIT */
/* block_frame.h -- page frames that hold blocks. The registry (xn/xn.h) has a reference to each,
 * and its access list is emptied: one word that gives no right to anybody, also not to who opens
 * everything, and says which entry of the registry it is of. So no call that asks an access list
 * maps, copies, pins or gives to a device what is in it; only XN does, after it has asked the
 * block's own rules.
 *
 * Nothing is noted where such a page is unmapped: a frame's counts say how many mappings there are,
 * and XN asks when it matters (block_frame_count). */
#ifndef EXO_KERNEL_BLOCK_FRAME_H
#define EXO_KERNEL_BLOCK_FRAME_H

#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/exo_frame.h"

static inline bool block_frame_is(const struct exo_frame *f) {
    return f->acl.valid && !f->acl.rights && !acl_is_long(f->acl);
}
/* The number of its entry in the registry. */
static inline uint32_t block_frame_entry(const struct exo_frame *f) {
    uint64_t word;
    __builtin_memcpy(&word, &f->acl, sizeof word);
    return (uint32_t)(word >> 8);
}
/* The frame is of this entry: nobody has a right to it any more. */
void block_frame_enter(struct exo_frame *f, uint32_t entry);

/* A free frame, or one that is given up for it (block_frame_give), as the registry's. What it holds
 * is anybody's: it is to be overwritten before it is seen. -E_NO_MEMORY; -E_EXISTS: it is taken;
 * -E_PERM: it is none. */
int block_frame_claim(uint64_t number, struct exo_frame **f);
/* A frame with what it holds, by who may write it, as the registry's too. -E_PERM; -E_SHARE: it may
 * still be written: by a mapping, a device, or the kernel for somebody. */
int block_frame_take(uint64_t number, struct cap holder, struct exo_frame **f);
/* The registry's reference goes. */
void block_frame_drop(struct exo_frame *f);

/* The second pool of free memory: the frame of a clean block that nobody maps leaves the registry,
 * and is free. False: it stays. */
bool block_frame_give(struct exo_frame *f);
/* Set where there is a registry: the block of this entry, if it may, leaves it. */
extern bool (*block_frame_leaves)(uint32_t entry);

#endif
