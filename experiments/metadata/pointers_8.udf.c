/* SPDX-License-Identifier: MIT */
/* pointers_8.udf.c -- see pointers.h. */
#define POINTERS 8
#include "pointers.h"
