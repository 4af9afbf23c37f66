/* SPDX-License-Identifier: MIT */
/* beyond.bpf.c -- writes behind its region, which is of one page. */
#include "exo/ash.h"

unsigned long ash(uint8_t *frame, uint64_t bytes, uint8_t *region, uint64_t from) {
    region[4096] = frame[20];
    return bytes + from != 0;
}
