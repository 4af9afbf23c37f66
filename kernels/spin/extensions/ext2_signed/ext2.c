/* SPDX-License-Identifier: MIT */
/* ext2.c -- all of ext2 (../ext2) as one, for the kernel's own compiler, which may do with it what
 * it likes: nothing is proven of a function by itself. */
#define ALONE static

/* NOLINTBEGIN(bugprone-suspicious-include) */
#include "spin/extensions/ext2/files.bpf.c"
#include "spin/extensions/ext2/lookup.bpf.c"
#include "spin/extensions/ext2/names.bpf.c"
#include "spin/extensions/ext2/volume.bpf.c"
/* NOLINTEND(bugprone-suspicious-include) */
