/* SPDX-License-Identifier: MIT */
/* handlers.bpf.c -- the guards and handlers that are measured, for events of 0, 1 and 5 arguments.
 * Each guard compares its last argument, or a word of its closure; each handler counts, in its
 * closure or, where five arguments leave no room for one, in a variable of its own object. */
#include "handlers.h"

#define PROGRAM(kind) __attribute__((section(kind), used))

unsigned long counted;

PROGRAM("guard/0") _Bool guard_0(const struct counter *closure) {
    return closure->wanted == WANTED;
}

PROGRAM("handler/0") void handler_0(struct counter *closure) {
    closure->count++;
}

PROGRAM("guard/1") _Bool guard_1(long a) {
    return a == WANTED;
}

PROGRAM("guard/1") _Bool guard_equal(const struct counter *closure, long a) {
    return (unsigned long)a == closure->wanted;
}

PROGRAM("guard/1") _Bool guard_range(const struct counter *closure, long a) {
    return (unsigned long)a - closure->wanted < 4;
}

PROGRAM("handler/1") void handler_1(struct counter *closure, long a) {
    (void)a;
    closure->count++;
}

PROGRAM("handler/result") long handler_result(struct counter *closure, long a) {
    closure->count++;
    return a;
}

PROGRAM("guard/5") _Bool guard_5(long a, long b, long c, long d, long e) {
    (void)a, (void)b, (void)c, (void)d;
    return e == WANTED;
}

PROGRAM("handler/5") void handler_5(long a, long b, long c, long d, long e) {
    (void)a, (void)b, (void)c, (void)d, (void)e;
    counted++;
}
