/* SPDX-License-Identifier: MIT */
/* bracket.h -- the timed bracket itself, in instructions; bench.h includes it. */
#ifndef MEASURE_BRACKET_H
#define MEASURE_BRACKET_H

#include <stdbool.h>
#include <stdint.h>

struct bench {
    uint64_t begun;    /* the clock at bench_start */
    uint64_t batch;    /* operations in one bracket, at least 1; exactly 1 under an exact clock */
    uint64_t *samples; /* gross, in order: cold ones, then warm-up, then steady ones (agent.h) */
    uint32_t taken, wanted;
    bool batched;     /* the body used bench_batch */
    bool slow;        /* it called bench_slow */
    bool difference;  /* it called bench_difference: the brackets' own cost is gone already */
    bool size;        /* it called bench_size: its one sample is a number of bytes, or */
    bool lines;       /* bench_lines: of lines; then both are set, or */
    bool count;       /* bench_count: of events; likewise */
    bool inexact;     /* it called bench_inexact */
    bool waits;       /* it called bench_waits */
    const char *row;  /* the row's full name, sweeps filled in: "syscall/args:3" */
    const char *skip; /* why this machine cannot run it; null otherwise */
};

#if defined(__x86_64__)

/* The marks are NOPs with a displacement that a QEMU plugin recognises (exospin trace); they cost
 * their own instruction, which is part of the empty bracket. */
#define BENCH_MARK_BEGIN ".byte 0x0f,0x1f,0x84,0x00,0x01,0x00,0x5e,0xed\n\t"
#define BENCH_MARK_END   ".byte 0x0f,0x1f,0x84,0x00,0x02,0x00,0x5e,0xed\n\t"
/* The page frame that the next instruction loads from is data; none is any more. */
#define BENCH_MARK_DATA    ".byte 0x0f,0x1f,0x84,0x00,0x03,0x00,0x5e,0xed\n\t"
#define BENCH_MARK_NO_DATA ".byte 0x0f,0x1f,0x84,0x00,0x04,0x00,0x5e,0xed\n\t"

/* Opens the bracket. Nothing may move across it: lfence on both sides, memory clobbered. */
static inline __attribute__((always_inline)) void bench_start(struct bench *b) {
    uint64_t now;
    __asm__ volatile(
        "lfence\n\trdtsc\n\tshl $32, %%rdx\n\tor %%rdx, %%rax\n\tmov %%rax, %1\n\tlfence\n\t" BENCH_MARK_BEGIN
        : "=&a"(now), "=m"(b->begun)
        :
        : "rdx", "memory", "cc");
}

/* The clock where a bracket closes. For what ends on the other side of a crossing, which hands it
 * to bench_stop_at. */
static inline __attribute__((always_inline)) uint64_t bench_end(void) {
    uint64_t now;
    __asm__ volatile(BENCH_MARK_END "lfence\n\trdtsc\n\tshl $32, %%rdx\n\tor %%rdx, %%rax"
                     : "=a"(now)
                     :
                     : "rdx", "memory", "cc");
    return now;
}

static inline __attribute__((always_inline)) void bench_stop_at(struct bench *b, uint64_t end) {
    b->samples[b->taken++] = end - b->begun;
}

/* Closes it and keeps the sample. */
static inline __attribute__((always_inline)) void bench_stop(struct bench *b) {
    bench_stop_at(b, bench_end());
}

/* Names the page frame at ADDRESS as the row's data: what brackets load from it or store to it is
 * then counted in bytes (docs/method.md, data_bytes), until bench_no_data(). */
static inline __attribute__((always_inline)) void bench_data(const void *address) {
    char byte;
    __asm__ volatile(BENCH_MARK_DATA "movb (%1), %0" : "=q"(byte) : "r"(address) : "memory");
}

static inline __attribute__((always_inline)) void bench_no_data(void) {
    __asm__ volatile(BENCH_MARK_NO_DATA);
}

/* The iterations of a batch. The loop's own instructions are fixed here, and not left to the
 * compiler, so that the empty batch holds the same ones: two to begin, then a decrement and a jump
 * an iteration. The count lives in rbx, which calls preserve; in a body that clobbers rbx itself
 * the compiler must save it, and that counts as the body's. */
static inline __attribute__((always_inline)) uint64_t bench_batch_begin(struct bench *b) {
    uint64_t left;
    __asm__ volatile("movb $1, %1\n\tmov %2, %0" : "=b"(left), "=m"(b->batched) : "m"(b->batch));
    return left;
}

static inline __attribute__((always_inline)) bool bench_batch_again(uint64_t *left) {
    __asm__ goto("dec %0\n\tjnz %l[again]" : "+b"(*left) : : "cc" : again);
    return false;
again:
    return true;
}

#else

/* The unit tests run on hosts of other kinds too. There the bracket reads no clock, and each sample
 * is 0. */
static inline void bench_start(struct bench *b) {
    b->begun = 0;
}

static inline void bench_stop(struct bench *b) {
    b->samples[b->taken++] = 0;
}

static inline void bench_data(const void *address) {
    (void)address;
}

static inline void bench_no_data(void) {
}

static inline uint64_t bench_batch_begin(struct bench *b) {
    b->batched = true;
    return b->batch;
}

static inline bool bench_batch_again(uint64_t *left) {
    return --*left != 0;
}

#endif

#define bench_batch(b)                                                                             \
    for (uint64_t more_ = 1, left_ = bench_batch_begin(b); more_; more_ = bench_batch_again(&left_))

#endif
