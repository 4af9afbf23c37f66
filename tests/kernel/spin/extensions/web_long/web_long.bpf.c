/* SPDX-License-Identifier: MIT */
/* web_long.bpf.c -- the web server without a rule: one that waits for an end that does not come. */
#define WITHOUT HTTP_LONG
#include "spin/extensions/http/server.bpf.c" /* NOLINT(bugprone-suspicious-include) */
