/* SPDX-License-Identifier: MIT */
/* twice.bpf.c -- two functions for one question. */
#include "exo/xn/type/udf.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    (void)window, (void)index, (void)out;
    return 0;
}
XN_FUNCTION(owns)
unsigned long owns_too(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    (void)window, (void)index, (void)out;
    return 0;
}
