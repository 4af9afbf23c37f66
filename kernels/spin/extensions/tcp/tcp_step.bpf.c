/* SPDX-License-Identifier: MIT */
/* tcp_step.bpf.c -- TCP, verified, on fuel. */
#include "tcp_steps.h"

NEEDS("/svc/domains/Stream");
