/* SPDX-License-Identifier: MIT */
/* slow.bpf.c -- a scheduler that takes longer than interrupts may be off. */
#include "spin/extend.h"
#include "spin/services/thread/strand_group.h"

static unsigned long spent;

INSTEAD(group_select)
unsigned slow_select(const struct group_view *group, unsigned runner, _Bool over) {
    (void)group;
    (void)over;
    for (unsigned i = 0; i < 1000; i++)
        spent += i ^ spent;
    return runner;
}
