/* SPDX-License-Identifier: MIT */
/* own_keys.bpf.c -- linked to an instance of keys that nobody else has. */
#include "spin/extend.h"
#include "spin/extensions/keys/keys.h"

OWN("keys");
INTERFACE("thrice");

EXPORTED long thrice(void) {
    return 3 * keys_lines();
}
