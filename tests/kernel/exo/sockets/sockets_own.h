/* SPDX-License-Identifier: MIT */
/* sockets_own.h -- what cases of the program `sockets` share. */
#ifndef TESTS_EXO_SOCKETS_OWN_H
#define TESTS_EXO_SOCKETS_OWN_H

#include "sockets_cases.h"

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return __LINE__;                                                                       \
    } while (0)

#define SOCKETS_CASE(name) uint64_t case_##name(void);
SOCKETS_CASES(SOCKETS_CASE)
#undef SOCKETS_CASE

/* How many, of cases that say so: the upper half of what the program was told. */
extern uint64_t so_many;

/* A listener on a port of this host's. */
int listener(uint16_t port);

#endif
