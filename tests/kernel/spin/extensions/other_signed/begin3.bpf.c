/* SPDX-License-Identifier: MIT */
#include "spin/extend.h"

/* An object has a program. */
INITIALISE long begin(void) {
    return 0;
}
