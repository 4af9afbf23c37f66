/* SPDX-License-Identifier: MIT */
/* services.h -- what the tests' kernel offers to programs; programs and kernel compile
 * against it. */
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
/* Calls visit for each of three items, of weights 1, 2 and 3, until it gives something other than
 * 0, and gives that. */
SERVICE long service_each(long (*visit)(const struct item *item, long cookie), long cookie);
/* Gives the number, when what nobody holds has been collected. */
SERVICE long service_collect(long number);
SERVICE const int service_level;
SERVICE long service_count;

#endif
