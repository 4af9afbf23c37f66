/* SPDX-License-Identifier: MIT */
/* books.h -- what modules are charged for, summed up, and what those who give it out have given. */
#ifndef TESTS_SPIN_BOOKS_H
#define TESTS_SPIN_BOOKS_H

#include "spin/core/event.h"

/* The shares of all modules. */
uint64_t books_shares(enum resource resource);
/* Handlers and guards of all events. */
uint64_t books_bindings(void);
/* Strands that have a stack. */
uint64_t books_strands(void);

#endif
