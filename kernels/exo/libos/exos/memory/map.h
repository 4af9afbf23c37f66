/* SPDX-License-Identifier: MIT */
/* map.h -- changes of one's own pages, as many calls as they take. */
#ifndef EXO_LIBOS_EXOS_MEMORY_MAP_H
#define EXO_LIBOS_EXOS_MEMORY_MAP_H

#include "exo/abi.h"

/* 0, or the kernel's error, where some may be done. */
long memory_map(struct exo_pages p);
long memory_protect(struct exo_protect p);

#endif
