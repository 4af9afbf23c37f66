/* SPDX-License-Identifier: MIT */
/* pointers.bpf.c -- eight extents a window: the function that experiments/metadata measures. */
#define POINTERS 8
#include "../../../../../experiments/metadata/pointers.h"
