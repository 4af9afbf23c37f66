/* SPDX-License-Identifier: MIT */
/* user_move.h -- the copy in user_move.S, for user.c alone: ranges are not checked and SMAP must be
 * open. */
#ifndef MACHINE_USER_MOVE_H
#define MACHINE_USER_MOVE_H

#include <stddef.h>

/* Copies n bytes; gives how many were left when a byte could not be read or written. */
size_t user_move(void *to, const void *from, size_t n);

#endif
