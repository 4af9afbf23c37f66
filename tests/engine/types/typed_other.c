/* SPDX-License-Identifier: MIT */
/* typed_other.c -- typed.c with one member more. */
#define OTHER
#include "typed.c" /* NOLINT(bugprone-suspicious-include) */
