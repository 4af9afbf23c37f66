/* SPDX-License-Identifier: MIT */
/* handlers.h -- the types of the guards and handlers that are measured: for the compilers of the
 * programs, and for the kernel that loads them. */
#ifndef DISPATCH_HANDLERS_H
#define DISPATCH_HANDLERS_H

#define WANTED 7 /* guards compare with this */

/* The closure of a pair. */
struct counter {
    unsigned long wanted, count;
};

typedef _Bool guard_0_fn(const struct counter *closure);
typedef void handler_0_fn(struct counter *closure);
typedef _Bool guard_1_fn(long a);
typedef _Bool guard_equal_fn(const struct counter *closure, long a);
typedef void handler_1_fn(struct counter *closure, long a);
typedef long handler_result_fn(struct counter *closure, long a);
typedef _Bool guard_5_fn(long a, long b, long c, long d, long e);
typedef void handler_5_fn(long a, long b, long c, long d, long e);

#endif
