/* SPDX-License-Identifier: MIT */
/* bench.c -- what a bench or check body may call. */
#include "measure/bench.h"

#include "lib/format.h"
#include "lib/string.h"
#include "measure/runner.h"
#include "measure/sweep.h"

#include <stdarg.h>

bool bench_next(struct bench *b) {
    return b->taken < b->wanted && !b->skip;
}

void bench_skip(struct bench *b, const char *why) {
    b->skip = why;
}

void bench_slow(struct bench *b) {
    b->slow = true;
    if (b->wanted > BENCH_SLOW_SAMPLES)
        b->wanted = BENCH_SLOW_SAMPLES;
}

void bench_difference(struct bench *b, uint64_t iterations) {
    uint64_t *last = &b->samples[--b->taken];
    b->difference = true;
    last[-1] = last[0] < last[-1] ? 0 : (last[0] - last[-1]) / iterations;
}

void bench_size(struct bench *b, uint64_t bytes) {
    b->size = true;
    b->samples[0] = bytes;
    b->taken = b->wanted = 1;
}

void bench_lines(struct bench *b, uint64_t lines) {
    b->lines = true;
    bench_size(b, lines);
}

void bench_count(struct bench *b, uint64_t events) {
    b->count = true;
    bench_size(b, events);
}

void bench_inexact(struct bench *b) {
    b->inexact = true;
}

void bench_waits(struct bench *b) {
    b->waits = true;
}

static const char *value_find(const struct bench *b, const char *key, size_t *length) {
    const char *value = sweep_value(b->row, key, length);
    if (!value)
        runner_panic("%s: the bench asks for a sweep '%s' that its name does not have", b->row,
                     key);
    return value;
}

uint64_t bench_arg(const struct bench *b, const char *key) {
    size_t length;
    const char *value = value_find(b, key, &length);
    uint64_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (value[i] < '0' || value[i] > '9' || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, (uint64_t)(value[i] - '0'), &number))
            runner_panic("%s: the value of '%s' is no 64-bit number", b->row, key);
    }
    return number;
}

char *bench_word(const struct bench *b, const char *key, char *into, unsigned size) {
    size_t length;
    const char *value = value_find(b, key, &length);
    if (length >= size)
        runner_panic("%s: the value of '%s' does not fit %u bytes", b->row, key, size);
    memcpy(into, value, length);
    into[length] = '\0';
    return into;
}

static void check_say(struct check *c, const char *format, va_list args) {
    if (!c->failed && !c->skipped)
        format_text_va(c->why, sizeof c->why, format, args);
}

void check_fail_text(struct check *c, const char *format, ...) {
    va_list args;
    va_start(args, format);
    check_say(c, format, args);
    va_end(args);
    c->failed = true;
}

void check_skip(struct check *c, const char *format, ...) {
    va_list args;
    va_start(args, format);
    check_say(c, format, args);
    va_end(args);
    c->skipped = true;
}

void bench_empty(struct bench *b) {
    while (bench_next(b)) {
        bench_start(b);
        bench_stop(b);
    }
}

void bench_empty_batch(struct bench *b) {
    while (bench_next(b)) {
        bench_start(b);
        bench_batch (b) {
        }
        bench_stop(b);
    }
}
