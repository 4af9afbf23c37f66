/* SPDX-License-Identifier: MIT */
/* mach_attacks.h -- what the program `attacker` does as a task of the Mach-like model, by its first
 * argument. Who finds everything as it should be exits with MACH_RIGHT. */
#ifndef TESTS_SPIN_MACH_ATTACKS_H
#define TESTS_SPIN_MACH_ATTACKS_H

#include <stdint.h>

#define MACH_RIGHT 43

enum mach_attack {
    MACH_FIRST = 2000,
    MACH_BASIC = MACH_FIRST, /* allocates, fills, protects and deallocates, and looks at regions */
    MACH_FAULTS,             /* children that write what is protected, or touch what is gone */
    MACH_INHERIT,            /* a child that shares, has a copy, and has nothing */
    MACH_COPY,               /* copies within a task and between two, again and again */
    MACH_MAP,                /* maps a memory object in two places, and a copy of it */
    MACH_NAMES,              /* tries integers that it was not given, and those of another type */
    MACH_TERMINATE,          /* ends children that loop, call, or have not begun, and itself */
    MACH_HOSTILE,            /* arguments that are no addresses, sizes or rights */
    MACH_RACE,               /* deallocates what a child touches meanwhile */
    MACH_MODEL,              /* random operations against a model */
    MACH_HOARD,              /* touches all memory that it can get, with a child */
    MACH_TASKS,              /* creates tasks as long as it can */
    MACH_FOREIGN,            /* calls of the Unix model */
    MACH_RANDOM,             /* random system calls */
    MACH_LAST
};

/* One of these. */
uint64_t mach_attack(uint64_t what);

#endif
