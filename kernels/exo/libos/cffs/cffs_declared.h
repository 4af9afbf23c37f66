/* SPDX-License-Identifier: MIT */
/* cffs_declared.h -- C-FFS's types on a volume of the design "template". */
#ifndef EXO_LIBOS_CFFS_DECLARED_H
#define EXO_LIBOS_CFFS_DECLARED_H

#include "exo/libos/disk/store.h"

/* Imports them, where they are not yet. */
long cffs_declare(struct store *store);

#endif
