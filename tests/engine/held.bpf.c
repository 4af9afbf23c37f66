/* SPDX-License-Identifier: MIT */
/* held.bpf.c -- functions that each hold an item, in registers or on their stacks, while others
 * that they called hold theirs and the kernel collects what nobody holds. */
#include "services.h"

static __attribute__((noinline)) long innermost(const struct item *above, long n) {
    struct item *mine = service_take(n);
    long sum = above->weight;
    if (!mine)
        return sum;
    for (int i = 0; i < 3; i++) {
        __asm__ volatile("" : "+r"(i)); /* the loop stays one */
        sum += i;
    }
    sum += service_collect(n) + mine->weight + above->weight;
    service_drop(mine);
    return sum;
}

static long visit(const struct item *item, long n) {
    struct item *mine = service_take(n);
    long sum = service_collect(item->weight);
    if (mine) {
        sum += mine->weight;
        service_drop(mine);
    }
    return sum > 100;
}

static __attribute__((noinline)) long middle(const struct item *above, long n) {
    struct item *mine = service_take(n);
    if (!mine)
        return 0;
    long sum = innermost(mine, n + 1) + service_each(visit, n + 2);
    sum += mine->weight + above->weight;
    service_drop(mine);
    return sum;
}

__attribute__((section("prog/held"), used)) long held(long n) {
    struct item *mine = service_take(n);
    if (!mine)
        return -1;
    long sum = middle(mine, n + 1) + mine->weight;
    service_drop(mine);
    return sum;
}
