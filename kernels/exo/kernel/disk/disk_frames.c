/* SPDX-License-Identifier: MIT */
/* disk_frames.c -- see disk_frames.h. */
#include "exo/kernel/disk/disk_frames.h"

#include "machine/user/user.h"

int disk_frames(struct disk_io *io, struct cap holder, unsigned rights, uint64_t count,
                uint64_t from) {
    uint32_t number[EXO_DISK_BLOCKS];
    int error = copy_from_user(number, from, count * sizeof number[0]);
    for (uint64_t i = 0; i < count && !error; i++)
        error = disk_frame(io, number[i], holder, rights);
    return error;
}
