/* SPDX-License-Identifier: MIT */
/* sample.c -- a native object with one of everything that a loader has to get right: code and
 * constants, variables with and without initial values, an extern function that is called and one
 * whose address is stored, an extern variable. With -DMISTAKE the service is declared with another
 * type than it is exported with. */
typedef unsigned long u64;
typedef unsigned char u8;

#ifdef MISTAKE
extern int sample_service(const char *text);
#define ASK(x) sample_service((const char *)(x))
#else
extern int sample_service(long amount);
#define ASK(x) sample_service(x)
#endif
extern int sample_level;

static const u8 weight[16] = {1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47};
static int calls = 100;
u64 sample_seen[4];

/* Weighs n bytes, the table's addresses by 32-bit constants of the code. */
static __attribute__((noinline)) u64 weigh(const u8 *bytes, u64 n) {
    u64 sum = 0;
    for (u64 i = 0; i < n; i++)
        sum = sum * 31 + (u64)bytes[i] * weight[bytes[i] & 15];
    return sum;
}

u64 sample_entry(const u8 *bytes, u64 n);
u64 sample_entry(const u8 *bytes, u64 n) {
    sample_seen[n & 3]++;
    return weigh(bytes, n) + (u64)ASK((long)n) + (u64)sample_level + sample_seen[n & 3] +
           (u64)++calls;
}

/* A table of the compiler's own, or jumps. */
int sample_choice(int which);
int sample_choice(int which) {
    switch (which) {
    case 1:
        return 45;
    case 2:
        return 67;
    case 3:
        return 998;
    case 4:
        return 12;
    case 5:
        return 0x1234;
    case 6:
        return ASK(6);
    default:
        return 0;
    }
}

#ifndef MISTAKE
static int (*const through[2])(long) = {sample_service, sample_service};

int sample_indirect(long which);
int sample_indirect(long which) {
    return through[which & 1](which);
}
#endif
