/* SPDX-License-Identifier: MIT */
/* pointers_64.udf.c -- see pointers.h. */
#define POINTERS 64
#include "pointers.h"
