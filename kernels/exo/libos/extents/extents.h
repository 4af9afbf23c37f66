/* SPDX-License-Identifier: MIT */
/* extents.h -- a disk whose owner hands out runs of its blocks ("micro-partitions"): each is a
 * proxy node, which opens for one capability. So a library has a disk of its own without a right to
 * the disk, and the kernel checks each request of it. The owner is an environment (extents_serve,
 * the program `extents`); it believes nobody: who uses blocks, and who gives them back, is checked
 * by the kernel against the node's access list. */
#ifndef EXO_LIBOS_EXTENTS_H
#define EXO_LIBOS_EXTENTS_H

#include <stdbool.h>

#include "exo/abi.h"

#define EXTENTS_NEW 0x100u /* in the owner's argument, which is the disk: with an empty table */

/* From now on this environment, whose slot 0 opens that disk and dominates the names of those who
 * ask, hands out its blocks; the table of who has which is in block 0. Returns only with an error:
 * -E_DAMAGED: the disk failed, or block 0 is no such table; -E_NOT_FOUND: no such disk; of pxn_make
 * or pxn_change. */
long extents_serve(unsigned disk, bool is_new);

/* The proxy node for whoever holds `who`: the one that there is, or one for so many blocks; *at:
 * which these are. The owner may not be ready to serve yet: it gets the processor first. Below 0:
 * -E_FULL: not so many are free side by side, or there are EXTENTS_MOST; -E_PERM: `who` is no
 * capability; -E_DAMAGED: the owner's disk; of transfer_call. */
long extents_ask(uint64_t owner, struct cap who, uint32_t blocks, struct exo_extent *at);
/* They are free for others, by the capability in `slot`, which the node opens for. 0, or as
 * pxn_change. */
long extents_return(unsigned slot, uint64_t node, struct exo_extent at);

#endif
