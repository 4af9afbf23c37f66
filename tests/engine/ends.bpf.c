/* SPDX-License-Identifier: MIT */
/* ends.bpf.c -- programs that are ended before they end. */
#include "services.h"

#define PROGRAM(name) __attribute__((section("prog/" #name), used))

SERVICE long refuse_inside(long number);

PROGRAM(turns) long turns(unsigned long from) {
    struct item *item = service_take((long)from);
    if (!item)
        return -1;
    long weight = item->weight;
    for (; from != 1; weight++) /* for ever, from 0 */
        from = from & 1 ? 3 * from + 1 : from / 2;
    service_drop(item);
    return weight;
}

PROGRAM(refused) long refused(long number) {
    struct item *item = service_take(number);
    if (!item)
        return -1;
    number = service_refuse(number);
    service_drop(item);
    return number;
}

PROGRAM(refused_inside) long refused_inside(long number) {
    struct item *item = service_take(number);
    if (!item)
        return -1;
    number = refuse_inside(number);
    service_drop(item);
    return number;
}

PROGRAM(refused_later) long refused_later(long number) {
    struct item *item = service_take(number);
    if (item)
        service_drop(item);
    return service_refuse(number);
}

PROGRAM(peek) long peek(const long *at, unsigned long i) {
    return at[i & 1] + 1;
}

/* Of three, the one in the middle is given back before it ends. */
PROGRAM(refused_between) long refused_between(long number) {
    struct item *first = service_take(1), *second = service_take(2), *third = service_take(3);
    long result = -1;
    if (second)
        service_drop(second);
    if (first && third)
        result = service_refuse(number) + first->weight + third->weight;
    if (first)
        service_drop(first);
    if (third)
        service_drop(third);
    return result;
}
