/* SPDX-License-Identifier: MIT */
/* exo.c -- the sample programs in the exokernel, which runs what environments hand it
 * (wakeup predicates, functions, packet handlers) at places of its own choosing: what is timed is
 * what it pays there. */
#include "kernel_rows.h"
