/* SPDX-License-Identifier: MIT */
/* number.c -- see number.h. */
#include "lib/number.h"

bool number_parse(const char **text, uint64_t *value) {
    const char *p = *text;
    uint64_t sum = 0;
    if (*p < '0' || *p > '9')
        return false;
    for (; *p >= '0' && *p <= '9'; p++)
        if (__builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(*p - '0'), &sum))
            return false;
    *text = p;
    *value = sum;
    return true;
}
