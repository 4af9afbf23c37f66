/* SPDX-License-Identifier: MIT */
/* fork.h -- between fork.c and fork_entry.S. */
#ifndef EXO_LIBOS_EXOS_PROCESS_FORK_H
#define EXO_LIBOS_EXOS_PROCESS_FORK_H

#include <stdbool.h>
#include <stdint.h>

/* exos_fork, with the registers that it keeps at rsp. */
long fork_from(uint64_t rsp);
/* Where the child begins. */
void fork_child(void);

/* Null, or maps this process's page, which shows a block of a file, in the child's environment,
 * too. False: the child gets a copy. */
extern bool (*fork_show)(uint64_t env, uint64_t at);

#endif
