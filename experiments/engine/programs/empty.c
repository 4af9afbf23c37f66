/* SPDX-License-Identifier: MIT */
/* empty.c -- the least there is: what remains is entering and leaving. */
#include "contexts.h"

longest empty(const void *context);
longest empty(const void *context) {
    (void)context;
    return 0;
}
