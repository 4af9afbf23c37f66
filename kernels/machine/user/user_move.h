/* SPDX-License-Identifier: MIT */
/* user_move.h -- the copies in user_move.S, for user.c alone: ranges are not checked and SMAP must
 * be open. */
#ifndef MACHINE_USER_MOVE_H
#define MACHINE_USER_MOVE_H

#include <stddef.h>

/* Copy n bytes from or to the user; give how many were left when one of the user's could not be
 * read or written. A fault on the kernel's side is a trap like any other. */
size_t user_move_in(void *to, const void *from, size_t n);
size_t user_move_out(void *to, const void *from, size_t n);

#endif
