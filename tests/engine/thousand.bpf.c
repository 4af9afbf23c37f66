/* SPDX-License-Identifier: MIT */
/* thousand.bpf.c -- a program of about a thousand instructions, whose loading
 * tests/bench measures. */
#include "../../tools/vcode/kinds.h"

#define ONE(i) sum = (sum ^ block->byte[(i) % 512]) * 16777619u;
#define TEN(i)                                                                                     \
    ONE(i)                                                                                         \
    ONE(i + 1)                                                                                     \
    ONE(i + 2) ONE(i + 3) ONE(i + 4) ONE(i + 5) ONE(i + 6) ONE(i + 7) ONE(i + 8) ONE(i + 9)
#define HUNDRED(i)                                                                                 \
    TEN(i)                                                                                         \
    TEN(i + 10)                                                                                    \
    TEN(i + 20) TEN(i + 30) TEN(i + 40) TEN(i + 50) TEN(i + 60) TEN(i + 70) TEN(i + 80) TEN(i + 90)

PROGRAM(udf) unsigned int thousand(const struct block *block) {
    unsigned int sum = 2166136261u;
    HUNDRED(0)
    HUNDRED(100)
    HUNDRED(200)
    TEN(300) TEN(310) TEN(320) return sum;
}
