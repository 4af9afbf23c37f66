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

/* Proven by itself where it is verified, so that its loops are not looked at once for each way
 * that leads to them. */
#if defined(__clang__) && defined(__BPF__)
#define APART      __attribute__((noinline))
#define NEVER_NULL __attribute__((btf_decl_tag("arg:nonnull")))
#else
#define APART
#define NEVER_NULL
#endif
/* GCC does not write that down, so that it is looked at. */
#if defined(__BPF__) && !defined(__clang__)
#define UNLESS_THERE(arguments, result)                                                            \
    if (!(arguments))                                                                              \
    return result
#else
#define UNLESS_THERE(arguments, result)
#endif

#endif
