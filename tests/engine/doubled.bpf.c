/* SPDX-License-Identifier: MIT */
/* doubled.bpf.c -- global functions that call the next one twice, twenty deep: following into each
 * call would take 2^20 paths. engine_load_test.c says how many steps it takes. */
#include "../../tools/vcode/kinds.h"

#ifdef __clang__
#define NEVER_NULL __attribute__((btf_decl_tag("arg:nonnull")))
#else
#define NEVER_NULL
#endif
#define APART __attribute__((noinline))

struct pair {
    unsigned int one, other;
};

static const unsigned char table[16] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};

/* Proven by what it declares. */
unsigned long sum(const struct pair *p NEVER_NULL, unsigned long by);
APART unsigned long sum(const struct pair *p NEVER_NULL, unsigned long by) {
    return (p ? p->one + p->other : 1) + by;
}

/* Where nothing can say that the address is not null, it has to be looked into. */
unsigned long weigh(const struct pair *p NEVER_NULL);
APART unsigned long weigh(const struct pair *p NEVER_NULL) {
    return p->one * 3ul + p->other;
}

/* What it declares is not enough: it has to be looked into. */
unsigned long look(unsigned long i);
APART unsigned long look(unsigned long i) {
    return table[i];
}

unsigned long f0(unsigned long a);
APART unsigned long f0(unsigned long a) {
    struct pair p = {(unsigned int)a & 7, 5};
    return sum(&p, a) + weigh(&p) + look(7) + look(a & 15);
}

#define DOUBLE(n, next)                                                                            \
    unsigned long f##n(unsigned long a);                                                           \
    APART unsigned long f##n(unsigned long a) {                                                    \
        return f##next(a) + 2 * f##next(a ^ n);                                                    \
    }
DOUBLE(1, 0)
DOUBLE(2, 1)
DOUBLE(3, 2)
DOUBLE(4, 3)
DOUBLE(5, 4)
DOUBLE(6, 5)
DOUBLE(7, 6)
DOUBLE(8, 7)
DOUBLE(9, 8)
DOUBLE(10, 9)
DOUBLE(11, 10)
DOUBLE(12, 11)
DOUBLE(13, 12)
DOUBLE(14, 13)
DOUBLE(15, 14)
DOUBLE(16, 15)
DOUBLE(17, 16)
DOUBLE(18, 17)
DOUBLE(19, 18)
DOUBLE(20, 19)

PROGRAM(handler) long doubled(struct event *event, struct process *process) {
    event->argument[1] = f3(event->argument[0]);
    if (event->argument[0] == 0)
        event->argument[1] = f20(process->id);
    return 0;
}
