/* SPDX-License-Identifier: MIT */
/* web_readers.bpf.c -- the web server without a rule: one that slow readers have for themselves. */
#define WITHOUT HTTP_READERS
#include "spin/extensions/http/server.bpf.c" /* NOLINT(bugprone-suspicious-include) */
