/* SPDX-License-Identifier: MIT */
/* cffs_index2.bpf.c -- what an index of indexes owns. */
#define CHILD CFFS_INDEX
#include "exo/libos/cffs/udf/cffs_index.h"
