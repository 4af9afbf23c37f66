/* SPDX-License-Identifier: MIT */
/* number.h -- numbers out of text that nobody vouches for: boot command lines, typed commands,
 * bench names. */
#ifndef LIB_NUMBER_H
#define LIB_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Reads decimal digits from *text, at least one, and moves *text behind them. False, with nothing
 * changed, where no digit stands or where the number does not fit 64 bits. */
bool number_parse(const char **text, uint64_t *value);

#endif
