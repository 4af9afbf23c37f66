/* SPDX-License-Identifier: MIT */
/* uarea.h -- this environment's u-area. */
#ifndef EXO_LIBOS_UAREA_H
#define EXO_LIBOS_UAREA_H

#include "exo/abi.h"

extern struct exo_uarea *uarea;

#endif
