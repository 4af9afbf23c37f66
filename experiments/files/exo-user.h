/* SPDX-License-Identifier: MIT */
/* exo-user.h -- files of exo for experiments beside this one (exo-user.c). */
#ifndef EXPERIMENTS_FILES_EXO_USER_H
#define EXPERIMENTS_FILES_EXO_USER_H

#include "exo/libos/cffs/cffs.h"
#include "workload.h"

extern const struct files exo_files;
/* The file system that they are on. */
struct cffs *exo_files_cffs(void);
/* Mounted anew: nothing is in memory. */
void exo_files_again(void);
/* Null, as after each mount; or told of the store where a file was forgotten, and is read anew. */
extern void (*exo_files_forgotten)(struct store *store);

#endif
