/* SPDX-License-Identifier: MIT */
/* fault.h -- the handler of page faults, and what it has in assembly. */
#ifndef EXO_LIBOS_EXOS_MEMORY_FAULT_H
#define EXO_LIBOS_EXOS_MEMORY_FAULT_H

#include <stddef.h>
#include <stdint.h>

#include "exo/abi.h"

/* From now on traps of this process are ExOS'. */
void fault_begin(void);

/* page_update of one's own pages by this vector, if the entry at `entry` is still `old`, but for
 * what the processor notes in it: what page_update gives; 0: it is another. A handler that
 * interrupts it between the look, fill_commit_check, and the call, has it look again. */
long fill_commit(uint64_t entry, uint64_t old, const struct exo_pages *vector, size_t count);
extern const char fill_commit_check[], fill_commit_call[];

#endif
