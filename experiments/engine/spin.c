/* SPDX-License-Identifier: MIT */
/* spin.c -- the sample programs in SPIN's kernel, where extensions run beside what they extend. */
#include "kernel_rows.h"
