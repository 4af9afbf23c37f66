/* SPDX-License-Identifier: MIT */
/* counted.bpf.c -- pointers that the bytes do not hold but tell: a first block and, at the window's
 * end, how many there are. A length of 255 is a lie that only bytes other than zeros tell. */
#include "exo/xn/type/udf.h"

struct run {
    unsigned int first;
    unsigned char unread[52];
    unsigned char many, lies;
};

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    const struct run *run = (const void *)window;
    (void)index;
    if (run->lies == 1)
        return 9; /* more than there is room for */
    if (run->lies == 2)
        return 1; /* what was here before */
    if (run->lies == 3)
        out[0].type = XN_BYTES, out[0].block = 2, out[0].count = 1;
    if (run->lies == 3)
        return 1; /* another's */
    unsigned long n = 0;
    for (; n < run->many && n < 8; n++) {
        out[n].block = run->first + n;
        out[n].count = 1;
        out[n].type = XN_BYTES;
        out[n].zero = 0;
    }
    return n;
}
