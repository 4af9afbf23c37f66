/* SPDX-License-Identifier: MIT */
/* disk_handler.h -- code of an environment's that runs when a read of its ends, and says which
 * block is read next (Xok's u_ashdisk). It is proven to read nothing but the block that was read,
 * and to end soon; it reads only what its environment may, and no more blocks than there are
 * frames. */
#ifndef EXO_KERNEL_DISK_HANDLER_H
#define EXO_KERNEL_DISK_HANDLER_H

#include "exo/kernel/disk/disk_io.h"

/* Whether the environment has one. */
bool disk_handler_is(const struct env *e);

/* A block of a chained read is there: true: io is the request for the next one, which its
 * environment may read. */
bool disk_handler_step(struct disk_io *io);

long sys_disk_handler(uint64_t code, uint64_t bytes, uint64_t text);

#endif
