/* SPDX-License-Identifier: MIT */
/* entropy.h -- numbers that nobody can guess, from the processor (RDRAND). Under QEMU's -seed they
 * are the same in every run. */
#ifndef MACHINE_ENTROPY_H
#define MACHINE_ENTROPY_H

#include <stddef.h>

/* Fills the bytes. -E_NOT_FOUND, and they are all 0: the processor has no RDRAND, or gave nothing
 * in ENTROPY_TRIES tries. */
int entropy_bytes(void *bytes, size_t n);

/* As Intel advises (Digital Random Number Generator, software implementation guide, 5.2.1). */
#define ENTROPY_TRIES 10

#endif
