/* SPDX-License-Identifier: MIT */
/* deep.bpf.c -- a function that is harmless, and needs more stack than a kernel has to spare. */
#define LEVEL(name, next)                                                                          \
    static __attribute__((noinline)) long name(long x) {                                           \
        volatile long filler[60];                                                                  \
        for (int i = 0; i < 60; i++)                                                               \
            filler[i] = x;                                                                         \
        return next(x) + filler[59];                                                               \
    }

static __attribute__((noinline)) long bottom(long x) {
    return x & 15;
}
LEVEL(ninth, bottom)
LEVEL(eighth, ninth)
LEVEL(seventh, eighth)
LEVEL(sixth, seventh)
LEVEL(fifth, sixth)
LEVEL(fourth, fifth)
LEVEL(third, fourth)
LEVEL(second, third)
LEVEL(first, second)

__attribute__((section("function/deep"), used)) long function(long x) {
    return first(x) & 0x7fffffff;
}
