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
 * A body that is no more than such a loop is one line: bench_time(b, null_call()).
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
 * What runs in a loop that only another program can make (the test run of a kernel) takes two
 * brackets, the second with some iterations more; their difference is one sample:
 *
 *     bench_start(b), iterate(1), bench_stop(b);
 *     bench_start(b), iterate(1 + 1000), bench_stop(b);
 *     bench_difference(b, 1000);
 *
 * A row can also be a size or a count, which no clock measures; then its body ends with the one
 * call of bench_size, bench_lines or bench_count.
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

#include "measure/bracket.h"

/* The experiment's folder; its build rule defines it. Checks of the kernels themselves belong to
 * none. */
#ifndef EXPERIMENT
#define EXPERIMENT "checks"
#endif

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

/* Samples of WHAT, each in its bracket, a batch at a time: all of an ordinary body. */
#define bench_time(b, ...)                                                                         \
    while (bench_next(b)) {                                                                        \
        bench_start(b);                                                                            \
        bench_batch (b) {                                                                          \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
        bench_stop(b);                                                                             \
    }

/* This machine lacks what the row measures: WHY (a constant string: "the CPU has no PCID") stands
 * in the row instead of samples, or its beginning, if it is longer than a check's. Return from the
 * body after it. */
void bench_skip(struct bench *b, const char *why);

/* For a body whose bracket takes a millisecond or more: the row has no warm-up and few steady
 * samples. Called before bench_next. */
#define BENCH_SLOW_SAMPLES 2
void bench_slow(struct bench *b);

/* The last two samples become one: what each of the TURNS took that the second bracket held and the
 * first did not, rounded down; 0 where it took less. Nothing is subtracted from such a row, since
 * both have their bracket in them. */
void bench_difference(struct bench *b, uint64_t iterations);

/* The row's figure is this number of bytes. */
void bench_size(struct bench *b, uint64_t bytes);
/* It is this number of lines of source. */
void bench_lines(struct bench *b, uint64_t lines);
/* It is how often something happened: faults, system calls. */
void bench_count(struct bench *b, uint64_t events);

/* The row's instructions are not the same from boot to boot, for a device's moment counts. */
void bench_inexact(struct bench *b);
/* The row's figure is time, not work: most of it the processor waits for a device that is modelled,
 * while the clock of icount goes on, a nanosecond where an instruction would be. */
void bench_waits(struct bench *b);

/* The value of sweep KEY in this row; a key the name does not have is a panic of the guest. */
uint64_t bench_arg(const struct bench *b, const char *key);
/* The same as a word: copies at most size - 1 bytes and a NUL. Gives back into. */
char *bench_word(const struct bench *b, const char *key, char *into, unsigned size);

/* The empty bracket and the empty batch, measured beside every row. */
void bench_empty(struct bench *b);
void bench_empty_batch(struct bench *b);

/* A check says where and why it fails, once; the first word stands. Return from the body after
 * either. FORMAT is a string literal. */
#define check_fail(c, format, ...)                                                                 \
    check_fail_text(c, "%s:%d: " format, __FILE_NAME__, __LINE__, ##__VA_ARGS__)
void check_fail_text(struct check *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void check_skip(struct check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define CHECK_THAT(c, condition)                                                                   \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            check_fail(c, "%s", #condition);                                                       \
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
