/* SPDX-License-Identifier: MIT */
/* needs_keys.bpf.c -- linked to the one instance of keys. */
#include "spin/extend.h"
#include "spin/extensions/keys/keys.h"

NEEDS("/svc/domains/keys");
INTERFACE("twice");

EXPORTED long twice(void) {
    return 2 * keys_lines();
}
