/* SPDX-License-Identifier: MIT */
/* vfork.h -- a child that borrows its parent's environment until it ends. */
#ifndef EXO_LIBOS_EXOS_PROCESS_VFORK_H
#define EXO_LIBOS_EXOS_PROCESS_VFORK_H

#include <stdint.h>

/* Between vfork.c and vfork_entry.S. */
long vfork_from(const uint64_t *rsp);
_Noreturn void vfork_return(const uint64_t *kept, uint64_t value);

/* The child, which holds signals, is done with the environment that it borrowed: its parent goes on
 * there, with the mask and the alarm that it had. */
_Noreturn void vfork_give_back(void);

#endif
