/* SPDX-License-Identifier: MIT */
/* tells_size.bpf.c -- a size without pointers, which of zeros is more than a block. */
#include "exo/xn/type/udf.h"

XN_FUNCTION(size) unsigned long size(const unsigned char *block) {
    return 5000 - block[0];
}
