/* SPDX-License-Identifier: MIT */
/* tabs.bpf.c -- a filter: a tab that is typed is a blank to whoever handles it. */
#include "spin/extend.h"
#include "spin/services/console.h"

FILTER(console_key) int tabs(unsigned long *argument) {
    if ((unsigned int)argument[0] == '\t')
        argument[0] = ' ';
    return (int)argument[0];
}
