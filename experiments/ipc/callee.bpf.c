/* SPDX-License-Identifier: MIT */
/* callee.bpf.c -- an extension with a procedure that does nothing, for others to call. */
#include "procedures.h"

__attribute__((section("function"), used)) void callee_null(void) {
}
