/* SPDX-License-Identifier: MIT */
/* web_changed.bpf.c -- the web server without a rule: one that sends half of one file and half of
 * another. */
#define WITHOUT HTTP_CHANGED
#include "spin/extensions/http/server.bpf.c" /* NOLINT(bugprone-suspicious-include) */
