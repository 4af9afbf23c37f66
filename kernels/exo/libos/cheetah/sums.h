/* SPDX-License-Identifier: MIT */
/* sums.h -- checksums of a file's blocks, stored with the file. */
#ifndef EXO_LIBOS_CHEETAH_SUMS_H
#define EXO_LIBOS_CHEETAH_SUMS_H

#include "exo/libos/cheetah/cheetah_own.h"

/* Those of a block of this version; false: they are not known. */
bool sums_read(struct cheetah *c, const struct version *of, uint64_t block, uint16_t sum[GRAINS]);
/* They are known from now on, if there is room on the disk. */
void sums_write(struct cheetah *c, const struct version *of, uint64_t block,
                const uint16_t sum[GRAINS]);

#endif
