/* SPDX-License-Identifier: MIT */
/* vfork.h -- a child that borrows its parent's environment until it ends. */
#ifndef EXO_LIBOS_EXOS_PROCESS_VFORK_H
#define EXO_LIBOS_EXOS_PROCESS_VFORK_H

#include <stdint.h>

/* Between vfork.c and vfork_entry.S. */
long vfork_from(const uint64_t *rsp);
_Noreturn void vfork_return(const uint64_t *kept, uint64_t value);

/* The end of a process that borrows its environment; returns where it does not. */
void vfork_exit(uint64_t status);

#endif
