/* SPDX-License-Identifier: MIT */
/* boot_list.h -- which components a boot starts: a text of lines "NAME ARGUMENTS", in their order.
 * Empty lines and those that begin with # are left out. Total on any bytes. */
#ifndef LIB_BOOT_LIST_H
#define LIB_BOOT_LIST_H

#include <stdbool.h>
#include <stddef.h>

#define BOOT_LIST_NAME_MAX      32  /* bytes, the NUL included */
#define BOOT_LIST_ARGUMENTS_MAX 256 /* the same */

struct boot_list {
    const char *text;
    size_t len, at;
    unsigned line; /* that was read last, from 1 */
};

struct component {
    char name[BOOT_LIST_NAME_MAX];
    char arguments[BOOT_LIST_ARGUMENTS_MAX]; /* "" where there are none */
};

enum boot_list_step { BOOT_LIST_END, BOOT_LIST_COMPONENT, BOOT_LIST_TOO_LONG };

/* The next component. TOO_LONG: its name or its arguments have no room; list->line says where. */
enum boot_list_step boot_list_next(struct boot_list *list, struct component *next);

#endif
