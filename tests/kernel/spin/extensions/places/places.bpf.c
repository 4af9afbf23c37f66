/* SPDX-License-Identifier: MIT */
/* places.bpf.c -- files begin at three quarters of their volume; where the others are to go it says
 * what there is not. */
#include "spin/extend.h"
#include "spin/services/files/file_policies.h"

EPHEMERAL(file_place)
unsigned long places(unsigned long file, unsigned long number, unsigned long blocks) {
    (void)file;
    return number ? blocks + number : blocks / 4 * 3;
}
