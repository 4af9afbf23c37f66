/* SPDX-License-Identifier: MIT */
/* uarea.c -- see uarea.h; start.S sets it. */
#include "exo/libos/uarea.h"

struct exo_uarea *uarea;
