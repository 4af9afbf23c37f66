/* SPDX-License-Identifier: MIT */
/* caller.bpf.c -- calls a kernel's function and another program's, raises an event, reads and
 * writes variables of both. */
#include "services.h"

SERVICE int weigh(long amount);
SERVICE int library_calls;

static __attribute__((noinline)) int level(long amount) {
    return service_level + (int)amount;
}

__attribute__((section("prog/caller"), used)) int caller(long amount) {
    struct item item = {30, 0, 0};
    service_raise(amount);
    service_count += 100;
    library_calls += 10;
    return level(amount) + weigh(amount) + service_add(&item, amount) + library_calls;
}

__attribute__((section("prog/plain"), used)) int plain(long amount) {
    return (int)amount + 1;
}
