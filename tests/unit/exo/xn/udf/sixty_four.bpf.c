/* SPDX-License-Identifier: MIT */
/* sixty_four.bpf.c -- 64 extents a window: the function that experiments/metadata measures. */
#define POINTERS 64
#include "../../../../../experiments/metadata/pointers.h"
