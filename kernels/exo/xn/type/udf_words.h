/* SPDX-License-Identifier: MIT */
/* udf_words.h -- for the functions of a template (udf.h) whose windows begin with words that name a
 * block each; a word of 0 names none. The number of words is a constant. */
#ifndef EXO_XN_UDF_WORDS_H
#define EXO_XN_UDF_WORDS_H

#include "exo/xn/type/udf.h"

#define XN_WORDS_FUNCTION static inline __attribute__((always_inline))

/* `owns`, of words that all name blocks of that type. */
XN_WORDS_FUNCTION unsigned long xn_words_own(const unsigned char *window, int words,
                                             unsigned long type, struct xn_extent *out) {
    const unsigned int *pointer = (const void *)window;
    unsigned long bytes = 0;
    XN_UNROLL
    for (int i = 0; i < words; i++) {
        unsigned long block = pointer[i];
        if (!block)
            continue;
        *(unsigned long *)((char *)out + bytes) = block | 1ul << 32 | type << 48;
        bytes += sizeof *out;
    }
    return bytes / sizeof *out;
}

/* `drop`: the first word that names the child gets 0. */
XN_WORDS_FUNCTION unsigned long xn_words_drop(const unsigned char *window, int words,
                                              const struct xn_extent *child,
                                              struct xn_changes *out) {
    const unsigned int *pointer = (const void *)window;
    for (int i = 0; i < words; i++) {
        if (pointer[i] != child->block)
            continue;
        out->count = 1;
        out->change[0].at = (unsigned short)(i * 4);
        out->change[0].bytes = 4;
        for (int k = 0; k < 4; k++)
            out->bytes[k] = 0;
        return 1;
    }
    return 0;
}

#endif
