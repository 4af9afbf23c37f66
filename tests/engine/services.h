/* SPDX-License-Identifier: MIT */
/* services.h -- what the tests' kernel offers to programs; programs and kernel compile against it.
 */
#ifndef TESTS_ENGINE_SERVICES_H
#define TESTS_ENGINE_SERVICES_H

struct item {
    int weight, height;
    const struct item *next;
};

#ifdef __BPF__
#define SERVICE extern __attribute__((section(".ksyms")))
#else
#define SERVICE extern
#endif

SERVICE int service_add(const struct item *item, long amount);
SERVICE void service_raise(long number);
/* A reference, to be given back; null when there is none. */
SERVICE struct item *service_take(long weight);
SERVICE void service_drop(struct item *item);
/* Fails for numbers above 5. */
SERVICE long service_refuse(long number);
SERVICE const int service_level;
SERVICE long service_count;

#endif
