/* SPDX-License-Identifier: MIT */
/* callbacks.bpf.c -- programs that hand out their functions to be called back;
 * engine_callback_test.c says what they do, or why they are refused. */
#include "services.h"

#define PROGRAM __attribute__((section("prog"), used))

long visited;

static long equals(const struct item *item, long cookie) {
    return item->weight == cookie ? 100 + item->weight : 0;
}

static __attribute__((noinline)) long power(long base, int exponent) {
    long product = 1;
    for (int i = 0; i < exponent && i < 5; i++)
        product *= base;
    return product;
}

long counts(const struct item *item, long cookie);
long counts(const struct item *item, long cookie) {
    struct item *taken = service_take(cookie);
    visited += power(10, item->weight);
    if (taken)
        service_drop(taken);
    return 0;
}

PROGRAM long finds(long weight) {
    return service_each(equals, weight);
}

PROGRAM long visits(long start) {
    visited = start;
    return service_each(counts, 0) + visited;
}

/* Which of the two is called is not known before. */
PROGRAM long either(long n) {
    visited = 0;
    return service_each(n & 1 ? equals : counts, n) + visited;
}

/* Turns three times, as the verifier knows and the compiler does not. */
static long loops(const struct item *item, long cookie) {
    long sum = 0;
    for (int i = 0; i < 3; i++) {
        __asm__ volatile("" : "+r"(i));
        sum += item->weight;
    }
    return sum == cookie ? sum : 0;
}

/* Runs on fuel, the function that it hands out does not. */
PROGRAM long turns(long n) {
    long sum = 0;
    for (unsigned long i = 0; i != (unsigned long)n; i++) {
        __asm__ volatile("" : "+r"(i)); /* so that nobody finds out how often */
        sum += service_each(loops, 6);
    }
    return sum;
}

static long refuses(const struct item *item, long cookie) {
    struct item *taken = service_take(cookie);
    long number = item->weight == 2 ? service_refuse(cookie) : 0;
    if (taken)
        service_drop(taken);
    return number;
}

PROGRAM long fails(long n) {
    return service_each(refuses, n);
}

static long outer(const struct item *item, long cookie) {
    return service_each(equals, cookie) * item->weight;
}

PROGRAM long nested(long n) {
    return service_each(outer, n);
}

/* What is refused. */

static long endless(const struct item *item, long cookie) {
    unsigned long i = (unsigned long)cookie;
    while (i != (unsigned long)item->weight)
        __asm__ volatile("" : "+r"(i));
    return 0;
}

PROGRAM long never_ends(long n) {
    return service_each(endless, n);
}

static long keeps(const struct item *item, long cookie) {
    struct item *taken = service_take(cookie + item->weight);
    return taken ? taken->weight : 0;
}

PROGRAM long leaks(long n) {
    return service_each(keeps, n);
}

static long other(const struct item *item, long cookie);

static long itself(const struct item *item, long cookie) {
    return service_each(other, cookie + item->weight);
}

static long other(const struct item *item, long cookie) {
    return service_each(itself, cookie + item->weight);
}

PROGRAM long recurs(long n) {
    return service_each(itself, n);
}

static long beyond(const struct item *item, long cookie) {
    return (&item->weight)[cookie];
}

PROGRAM long oversteps(long n) {
    return service_each(beyond, n);
}

static __attribute__((noinline)) long both_ways(const struct item *item, long cookie) {
    return power(cookie, item ? 3 : 2);
}

PROGRAM long called_twice(long n) {
    long sum = service_each(both_ways, n);
    for (unsigned long i = 0; i != (unsigned long)n; i++) {
        __asm__ volatile("" : "+r"(i));
        sum += power(n, 2);
    }
    return sum;
}

static long costly(const struct item *item, long cookie) {
    long sum = 0;
    for (int i = 0; i < 500; i++) {
        __asm__ volatile("" : "+r"(sum));
        sum += cookie;
    }
    return sum + item->weight;
}

PROGRAM long expensive(long n) {
    return service_each(costly, n);
}

PROGRAM long not_a_function(long n) {
    return service_each((long (*)(const struct item *, long))n, 0);
}
