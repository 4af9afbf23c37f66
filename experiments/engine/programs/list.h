/* SPDX-License-Identifier: MIT */
/* list.h -- the names of the sample programs, in their order: NAME.c defines the function NAME. For
 * C and for assembly. */
#ifndef ENGINE_PROGRAMS_LIST_H
#define ENGINE_PROGRAMS_LIST_H

/* clang-format off */
#define SAMPLE_PROGRAMS(X) \
    X(empty) \
    X(guard_one) \
    X(guard_ten) \
    X(tcp_filter) \
    X(checksum_64) \
    X(checksum_1500) \
    X(fnv) \
    X(binary_search) \
    X(insertion_sort) \
    X(wakeup) \
    X(block_map) \
    X(lpm) \
    X(string_compare) \
    X(object_walk)
/* clang-format on */

#endif
