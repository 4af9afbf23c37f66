/* SPDX-License-Identifier: MIT */
/* web_dots.bpf.c -- the web server without a rule: one whose paths lead anywhere. */
#define WITHOUT HTTP_DOTS
#include "spin/extensions/http/server.bpf.c" /* NOLINT(bugprone-suspicious-include) */
