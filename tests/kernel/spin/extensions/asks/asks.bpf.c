/* SPDX-License-Identifier: MIT */
/* asks.bpf.c -- linked to a name of SpinPublic, and to nothing else. */
#include "spin/extend.h"
#include "spin/services/verified_raise.h"

INTERFACE("asks");

EXPORTED long asks(void) {
    return raise_caught();
}
