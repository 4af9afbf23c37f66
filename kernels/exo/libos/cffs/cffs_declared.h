/* SPDX-License-Identifier: MIT */
/* cffs_declared.h -- C-FFS's types on a volume of XN's. */
#ifndef EXO_LIBOS_CFFS_DECLARED_H
#define EXO_LIBOS_CFFS_DECLARED_H

#include "exo/libos/disk/store.h"

/* The object file of a type's functions, for a volume of the design "udf": those of
 * udf/cffs_index.bpf.c, cffs_index2 and cffs_directory. */
#define CFFS_TYPES 3

/* Those of a guest's program (udf/cffs_functions.S). */
extern const struct store_function cffs_functions[CFFS_TYPES];

/* Imports the types, where they are not yet. Functions may be null where the design is another one;
 * memory for XN_BODY_BYTES_MAX bytes may be null where it is "template". As store's `type`. */
long cffs_declare(struct store *store, const struct store_function functions[CFFS_TYPES],
                  void *memory);

#endif
