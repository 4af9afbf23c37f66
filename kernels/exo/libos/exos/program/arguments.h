/* SPDX-License-Identifier: MIT */
/* arguments.h -- what a program finds at the top of its stack: the strings it is given, and
 * vectors of where they are, each with a null at its end. */
#ifndef EXO_LIBOS_EXOS_PROCESS_ARGUMENTS_H
#define EXO_LIBOS_EXOS_PROCESS_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

/* Strings, up to a null; null: none. */
typedef const char *const *arguments;

/* Bytes that the strings and vectors of both take: -E_TOO_LONG: more than `room`. */
long arguments_size(arguments first, arguments second, size_t room);

/* Writes them to `block`, which is to be read at address `at`: the first vector at its beginning,
 * the second behind that, the strings behind both. How many strings the first has. */
uint64_t arguments_write(char *block, uint64_t at, arguments first, arguments second);

#endif
