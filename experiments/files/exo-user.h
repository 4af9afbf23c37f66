/* SPDX-License-Identifier: MIT */
/* exo-user.h -- files of exo for experiments beside this one (exo-user.c). */
#ifndef EXPERIMENTS_FILES_EXO_USER_H
#define EXPERIMENTS_FILES_EXO_USER_H

#include "exo/libos/disk/store.h"
#include "workload.h"

extern const struct files exo_files;
/* Null, as after each mount; or told of the store where a file was forgotten, and is read anew. */
extern void (*exo_files_forgotten)(struct store *store);

#endif
