/* SPDX-License-Identifier: MIT */
/* crash_volume.h -- the volume of XN's that the programs for exo work on: all of the first disk. */
#ifndef TESTS_CRASH_VOLUME_H
#define TESTS_CRASH_VOLUME_H

#include "exo/libos/disk/xn_store.h"
#include "measure/bench.h"

extern struct xn_store xn;

/* XN mounts it, and recovers it where it needs that. False, where there is none: the check says
 * so. */
bool volume_open(struct check *c);
/* It is left clean, and opened as if the library knew nothing of before. */
long volume_again(void);
/* An operation of exo_xn_volume's, tried again where that is due. */
long volume_act(unsigned operation, uint64_t a, uint64_t b, uint64_t c);
/* How many flushes of something its disk did. */
uint64_t volume_flushes(void);

#endif
