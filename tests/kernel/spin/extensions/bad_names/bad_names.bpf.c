/* SPDX-License-Identifier: MIT */
/* bad_names.bpf.c -- a filter that makes a name that does not end of one that begins with 1, and
 * fails at one that begins with 2: the event that it raises is nobody's. */
#include "spin/extend.h"
#include "spin/services/console.h"
#include "spin/services/unix/execute.h"

FILTER(unix_execute) long bad_names(unsigned long *argument) {
    const char first = *(const char *)argument;
    for (int i = 0; first == '1' && i < 4; i++)
        argument[i] = -1ul;
    return first == '2' ? console_key(0) : 0;
}
