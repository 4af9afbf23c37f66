/* SPDX-License-Identifier: MIT */
/* web_digits.bpf.c -- the web server without a rule: one that reads numbers of any length. */
#define WITHOUT HTTP_DIGITS
#include "spin/extensions/http/server.bpf.c" /* NOLINT(bugprone-suspicious-include) */
