/* SPDX-License-Identifier: MIT */
/* holder.bpf.c -- a program of its own that calls held.bpf.c's and holds an item, too. */
#include "services.h"

SERVICE long held(long n);

__attribute__((section("prog/holds"), used)) long holds(long n) {
    struct item *mine = service_take(n);
    if (!mine)
        return -1;
    long sum = held(n + 1) + mine->weight;
    service_drop(mine);
    return sum;
}
