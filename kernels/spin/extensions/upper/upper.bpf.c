/* SPDX-License-Identifier: MIT */
/* upper.bpf.c -- a filter: whoever handles a typed byte gets capital letters. */
#include "spin/extend.h"
#include "spin/services/console.h"

FILTER(console_key) int upper(unsigned long *argument) {
    unsigned int byte = (unsigned int)argument[0];
    if (byte - 'a' < 26)
        argument[0] = byte - 'a' + 'A';
    return (int)argument[0];
}
