/* SPDX-License-Identifier: MIT */
/* format_udf.h -- what the functions of the formats share. */
#ifndef FORMAT_UDF_H
#define FORMAT_UDF_H

#include "exo/xn/type/udf.h"

#define MOST 16

static inline unsigned word(const unsigned char *at) {
    return *(const unsigned *)at;
}

/* One block more. */
static inline unsigned long emit(struct xn_extent *out, unsigned long n, unsigned block,
                                 unsigned type) {
    if (!block || n >= MOST)
        return n;
    out[n].block = block;
    out[n].count = 1;
    out[n].type = (unsigned char)type;
    out[n].zero = 0;
    return n + 1;
}

#endif
