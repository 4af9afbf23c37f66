/* SPDX-License-Identifier: MIT */
/* fault.h -- what goes wrong, as `fault` records: our own panics, and traps of the user program
 * that nobody handles, which end its phase. */
#ifndef FLOOR_FAULT_H
#define FLOOR_FAULT_H

void fault_init(void);

#endif
