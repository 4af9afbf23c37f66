/* SPDX-License-Identifier: MIT */
/* bench.h -- how an experiment is written: BENCH() for what is timed, CHECK() for what must hold.
 * The same on every guest system, in its kernel or in its user code.
 *
 *     BENCH(syscall_null, "syscall/null") {
 *         while (bench_next(b)) {
 *             bench_start(b);
 *             null_call();
 *             bench_stop(b);
 *         }
 *     }
 *
 * A name is family(/case)...; a part "key:v1,v2,..." is a sweep, and the bench runs once for each
 * combination, its first sweep turning slowest: "syscall/args:0,1,2" makes the rows syscall/args:0,
 * syscall/args:1 and syscall/args:2. Values are decimal numbers (bench_arg) or words (bench_word).
 *
 * What can be too short for the clock goes into a batch, bracketed once and divided by its length:
 *
 *     bench_start(b);
 *     bench_batch(b) direct_call();
 *     bench_stop(b);
 *
 * A body is called more than once (for the cold samples, then for the others) and leaves things as
 * it found them.
 *
 * The empty bracket (and the empty batch) is measured in the same image and subtracted by the
 * harness. */
#ifndef MEASURE_BENCH_H
#define MEASURE_BENCH_H

#include <stdbool.h>
#include <stdint.h>

/* The experiment's folder; its build rule defines it. Checks of the kernels themselves belong to
 * none. */
#ifndef EXPERIMENT
#define EXPERIMENT "checks"
#endif

struct bench {
    uint64_t begun;    /* the clock at bench_start */
    uint64_t batch;    /* operations in one bracket, at least 1; exactly 1 under an exact clock */
    uint64_t *samples; /* gross, in order: cold ones, then warm-up, then steady ones (agent.h) */
    uint32_t taken, wanted;
    bool batched;     /* the body used bench_batch */
    const char *row;  /* the row's full name, sweeps filled in: "syscall/args:3" */
    const char *skip; /* why this machine cannot run it; null otherwise */
};

struct check {
    const char *row;
    bool failed, skipped;
    char why[160];
};

/* One entry a BENCH or CHECK; the linker gathers them. rows is the text the harness reads out of
 * the image: "EXPERIMENT\tbench|check\tSPEC". */
struct bench_entry {
    const char *rows;
    void (*bench)(struct bench *b); /* one of the two is null */
    void (*check)(struct check *c);
};

/* True while another sample is wanted. Lies outside the bracket, so its cost does not count. */
bool bench_next(struct bench *b);

/* This machine lacks what the row measures: WHY (a constant string: "the CPU has no PCID") stands
 * in the row instead of samples. Return from the body after it. */
void bench_skip(struct bench *b, const char *why);

/* The value of sweep KEY in this row; a key the name does not have is a panic of the guest. */
uint64_t bench_arg(const struct bench *b, const char *key);
/* The same as a word: copies at most size - 1 bytes and a NUL. Gives back into. */
char *bench_word(const struct bench *b, const char *key, char *into, unsigned size);

/* The marks are NOPs with a displacement that a QEMU plugin recognises (exospin trace); they cost
 * their own instruction, which is part of the empty bracket. */
#define BENCH_MARK_BEGIN ".byte 0x0f,0x1f,0x84,0x00,0x01,0x00,0x5e,0xed\n\t"
#define BENCH_MARK_END   ".byte 0x0f,0x1f,0x84,0x00,0x02,0x00,0x5e,0xed\n\t"

/* Opens the bracket. Nothing may move across it: lfence on both sides, memory clobbered. */
static inline __attribute__((always_inline)) void bench_start(struct bench *b) {
    uint64_t now;
    __asm__ volatile(
        "lfence\n\trdtsc\n\tshl $32, %%rdx\n\tor %%rdx, %%rax\n\tmov %%rax, %1\n\tlfence\n\t" BENCH_MARK_BEGIN
        : "=&a"(now), "=m"(b->begun)
        :
        : "rdx", "memory", "cc");
}

/* Closes it and keeps the sample. */
static inline __attribute__((always_inline)) void bench_stop(struct bench *b) {
    uint64_t now;
    __asm__ volatile(BENCH_MARK_END "lfence\n\trdtsc\n\tshl $32, %%rdx\n\tor %%rdx, %%rax"
                     : "=a"(now)
                     :
                     : "rdx", "memory", "cc");
    b->samples[b->taken++] = now - b->begun;
}

/* The turns of a batch. The loop's own instructions are fixed here, and not left to the compiler,
 * so that the empty batch holds the same ones: two to begin, then a decrement and a jump a turn.
 * The count lives in rbx, which calls preserve; in a body that clobbers rbx itself the compiler
 * must save it, and that counts as the body's. */
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

#define bench_batch(b)                                                                             \
    for (uint64_t more_ = 1, left_ = bench_batch_begin(b); more_; more_ = bench_batch_again(&left_))

/* The empty bracket and the empty batch, measured beside every row. */
void bench_empty(struct bench *b);
void bench_empty_batch(struct bench *b);

/* A check says why it fails, once; the first failure stands. Both return from the check's body. */
void check_fail(struct check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
void check_skip(struct check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define CHECK_THAT(c, condition)                                                                   \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            check_fail(c, "%s:%d: %s", __FILE_NAME__, __LINE__, #condition);                       \
            return;                                                                                \
        }                                                                                          \
    } while (0)

/* Rows come in the order of the file; gcc would turn it round. (clang keeps it, and does not know
 * the word.) */
#if defined(__clang__)
#define BENCH_IN_ORDER used
#else
#define BENCH_IN_ORDER used, no_reorder
#endif

#define BENCH_ENTRY(id, kind, spec, bench_fn, check_fn)                                            \
    static const char rows_##id[] __attribute__((section(".rows"), BENCH_IN_ORDER)) =              \
        EXPERIMENT "\t" kind "\t" spec;                                                            \
    static const struct bench_entry entry_##id __attribute__((                                     \
        section("bench_entries"), BENCH_IN_ORDER, aligned(8))) = {rows_##id, bench_fn, check_fn};

#define BENCH(id, spec)                                                                            \
    static void bench_##id(struct bench *b);                                                       \
    BENCH_ENTRY(id, "bench", spec, bench_##id, 0)                                                  \
    static void bench_##id(struct bench *b)

#define CHECK(id, spec)                                                                            \
    static void check_##id(struct check *c);                                                       \
    BENCH_ENTRY(id, "check", spec, 0, check_##id)                                                  \
    static void check_##id(struct check *c)

#endif
