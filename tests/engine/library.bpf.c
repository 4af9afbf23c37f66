/* SPDX-License-Identifier: MIT */
/* library.bpf.c -- a program that others call: linked to the services, exporting
 * to caller.bpf.c. */
#include "services.h"

int library_calls = 5;

__attribute__((section("prog/library"), used)) int weigh(long amount) {
    struct item item = {7, 0, 0};
    library_calls++;
    return service_add(&item, amount);
}

__attribute__((section("prog/library"), used)) int count_down(unsigned long from) {
    int turns = 0;
    while (from > 1) {
        from = from & 1 ? 3 * from + 1 : from / 2;
        turns++;
    }
    return turns;
}
