/* SPDX-License-Identifier: MIT */
/* native.c -- the handler that answers echoes, compiled as the kernel is. */
#include "native.h"

#define ash handler_native
#include "exo/libos/ash/icmp_answer.bpf.c" /* NOLINT(bugprone-suspicious-include) */
