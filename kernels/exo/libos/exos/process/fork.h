/* SPDX-License-Identifier: MIT */
/* fork.h -- between fork.c and fork_entry.S. */
#ifndef EXO_LIBOS_EXOS_PROCESS_FORK_H
#define EXO_LIBOS_EXOS_PROCESS_FORK_H

#include <stdint.h>

/* exos_fork, with the registers that it keeps at rsp. */
long fork_from(uint64_t rsp);
/* Where the child begins. */
void fork_child(void);

#endif
