/* SPDX-License-Identifier: MIT */
/* fault.h -- the handler of page faults. */
#ifndef EXO_LIBOS_EXOS_MEMORY_FAULT_H
#define EXO_LIBOS_EXOS_MEMORY_FAULT_H

/* From now on traps of this process are ExOS'. */
void fault_begin(void);

#endif
