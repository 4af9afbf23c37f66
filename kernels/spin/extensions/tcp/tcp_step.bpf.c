/* SPDX-License-Identifier: MIT */
/* tcp_step.bpf.c -- TCP, verified, on fuel. */
#include "tcp_steps.c" /* NOLINT(bugprone-suspicious-include) */

NEEDS("/svc/domains/Stream");
