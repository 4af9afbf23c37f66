/* SPDX-License-Identifier: MIT */
/* cffs_index.bpf.c -- what an index of data owns. */
#define CHILD XN_BYTES
#include "exo/libos/cffs/udf/cffs_index.h"
