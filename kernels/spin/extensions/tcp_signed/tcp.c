/* SPDX-License-Identifier: MIT */
/* tcp.c -- TCP as the protocol of connections (../tcp), for the kernel's own compiler. */
/* NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "spin/extensions/tcp/tcp_steps.h"
