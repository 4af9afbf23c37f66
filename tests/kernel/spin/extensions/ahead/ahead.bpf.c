/* SPDX-License-Identifier: MIT */
/* ahead.bpf.c -- reads ahead from the first page; from the 17th more than can be, else none; and
 * from the 41st it never answers. */
#include "spin/extend.h"
#include "spin/services/files/file_policies.h"

static volatile unsigned long turns;

EPHEMERAL(file_read_ahead)
unsigned ahead(unsigned long page, unsigned long next, unsigned long left) {
    (void)next, (void)left;
    if (page == 40)
        for (unsigned i = 0; i < 1000; i++)
            turns += page;
    return page == 0 ? 10 : page == 16 ? 4711 : 0;
}
