/* SPDX-License-Identifier: MIT */
/* bytes.h -- the few functions of C's library that protocols need, where there is one and where
 * there is none: of a fixed length the compiler makes loads and stores of them. */
#ifndef PROTOCOL_BYTES_H
#define PROTOCOL_BYTES_H

#include <stddef.h>

#if __STDC_HOSTED__
#include <string.h>
#else
#define memcpy __builtin_memcpy
#define memcmp __builtin_memcmp
#define memset __builtin_memset
#endif

#endif
