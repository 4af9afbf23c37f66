/* SPDX-License-Identifier: MIT */
/* call_system.h -- whose calls an address space's program raises: what guards and handlers of
 * Trap.Syscall, which may be verified programs, see of an address space. */
#ifndef SPIN_CORE_CALL_SYSTEM_H
#define SPIN_CORE_CALL_SYSTEM_H

struct call_system {
    unsigned long number; /* the address of its handler, which is one for each system */
};

#endif
