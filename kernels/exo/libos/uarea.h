/* SPDX-License-Identifier: MIT */
/* uarea.h -- this environment's u-area. */
#ifndef EXO_LIBOS_UAREA_H
#define EXO_LIBOS_UAREA_H

#include "exo/abi.h"

extern struct exo_uarea *uarea;

/* The stack of a trap that is not within a handler: so many bytes below its top, whole pages. */
#define UPCALL_STACK 16384
extern char *const upcall_top;

#endif
