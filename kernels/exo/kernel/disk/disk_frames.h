/* SPDX-License-Identifier: MIT */
/* disk_frames.h -- the frames of an environment's request: those that its capability opens. */
#ifndef EXO_KERNEL_DISK_FRAMES_H
#define EXO_KERNEL_DISK_FRAMES_H

#include "exo/kernel/disk/disk_io.h"
#include "exo/kernel/memory/acl.h"
#include "exo/kernel/memory/info.h"

/* Whether the holder may do that with the frame, which is somebody's and not the kernel's. Most
 * often the list is the one word by which he claimed it. */
static inline bool disk_frame_opens(const struct exo_frame *f, struct cap holder, unsigned rights) {
    if (!f->acl.valid || !f->references)
        return false;
    if (cap_same(f->acl, holder) && !(rights & ~holder.rights))
        return true;
    return acl_opens(&f->acl, holder, rights) || !DEFENDED(DISK_FRAME);
}

/* The request gets the frame with this number, which `holder` opens for these rights. -E_PERM,
 * -E_BUSY, -E_FULL. */
static inline int disk_frame(struct disk_io *io, uint64_t number, struct cap holder,
                             unsigned rights) {
    if (number >= info.frame_count || !disk_frame_opens(&exo_frames[number], holder, rights))
        return -E_PERM;
    return disk_io_frame(io, &exo_frames[number]);
}

/* And the word that tells its end. -E_INVALID, -E_PERM, -E_BUSY, -E_FULL. */
static inline int disk_frame_word(struct disk_io *io, struct cap holder, uint64_t at) {
    uint64_t number = at / PAGE_SIZE;
    if (at % sizeof(uint64_t))
        return -E_INVALID;
    if (number >= info.frame_count || !disk_frame_opens(&exo_frames[number], holder, CAP_WRITE))
        return -E_PERM;
    return disk_io_word(io, &exo_frames[number], at);
}

/* `count` frames, whose numbers of 4 bytes are at this address. -E_FAULT too. */
int disk_frames(struct disk_io *io, struct cap holder, unsigned rights, uint64_t count,
                uint64_t from);

#endif
