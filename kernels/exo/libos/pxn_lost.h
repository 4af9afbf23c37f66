/* SPDX-License-Identifier: MIT */
/* pxn_lost.h -- which blocks of a proxy node are out of reach, since they were taken from what it
 * was made of: for whoever is told so by revoke_handle() (EXO_LOST_BLOCKS and the node's id). */
#ifndef EXO_LIBOS_PXN_LOST_H
#define EXO_LIBOS_PXN_LOST_H

#include "exo/abi.h"

/* Writes up to `most` extents; how many there are. -E_DEAD: the node is gone, or one of those that
 * it was made of: all of it is lost. */
long pxn_lost(uint64_t pxn, struct exo_extent *lost, unsigned most);

#endif
