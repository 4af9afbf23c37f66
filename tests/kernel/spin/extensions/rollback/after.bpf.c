/* SPDX-License-Identifier: MIT */
/* after.bpf.c -- comes before begins.bpf.c by its name, and behind it by what it calls: refuses to
 * begin, unless somebody has typed a tilde. */
#include "spin/extend.h"
#include "spin/services/console.h"

IMPORTED long begun(void);

INITIALISE long refuse(void) {
    return console_key('~') == '~' ? 40 + begun() : 0;
}
