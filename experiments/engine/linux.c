/* SPDX-License-Identifier: MIT */
/* linux.c -- the sample programs in Linux's own engine: its verifier, its interpreter and its
 * machine code, on the same instructions (linux_bpf.h).
 *
 * way:... is one iteration of the loop in which Linux's test run calls a program, the loop's own
 * instructions included: engine/empty says how many these are. step:verify is BPF_PROG_LOAD without
 * machine code; step:compile is what the same call takes longer with it, which is more than its
 * noise where verification is cheap: for straight code.
 *
 * Two programs have no row. object_walk's argument points at objects that point at others,
 * and Linux gives such pointers to its own objects only; block_map it refuses, as too
 * complex (E2BIG). */
#include "linux_bpf.h"

#include "linux/init.h"
#include "measure/bench.h"
#include "programs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One bracket of a way holds one iteration, the other as many more. */
enum { TURNS = 100 };

static struct linux_program sample_at(unsigned i) {
    static uint8_t context[SAMPLE_CONTEXT_MAX] __attribute__((aligned(16)));
    const size_t bytes = sample_program[i].build(context, 0);
    struct linux_program p;
    if (i == SAMPLE_tcp_filter)
        linux_program_on_packet(&p, sample_text[i].bytes, sample_text[i].len, context, bytes);
    else if (!linux_program_on_context(&p, sample_text[i].bytes, sample_text[i].len, context,
                                       bytes))
        child_panic("Linux gives no map for a context");
    return p;
}

static void compile(bool compiled) {
    if (!linux_bpf_compile(compiled))
        child_panic("net.core.bpf_jit_enable cannot be set");
}

static int load(const struct linux_program *p) {
    int program = linux_bpf_load(p);
    if (program < 0)
        child_panic("Linux refuses the program");
    return program;
}

/* Sample i, loaded when it is first asked for in this child. */
static int loaded_at(unsigned i, struct linux_program *p, bool compiled) {
    static struct linux_program loaded;
    static int program = -1;
    if (program < 0) {
        loaded = sample_at(i);
        compile(compiled);
        program = load(&loaded);
    }
    *p = loaded;
    return program;
}

static void run(int program, const struct linux_program *p, uint32_t iterations,
                uint64_t expected) {
    uint32_t result;
    if (!linux_bpf_run(program, p, iterations, &result) || result != (uint32_t)expected)
        child_panic("a test run gives another result than is known");
}

static void bench_ways(struct bench *b, unsigned i) {
    const uint64_t expected = sample_program[i].result;
    struct linux_program p;
    char way[8];
    bench_word(b, "way", way, sizeof way);
    int program = loaded_at(i, &p, strcmp(way, "jit") == 0);
    bench_slow(b);
    run(program, &p, 1, expected);
    while (bench_next(b)) {
        bench_start(b);
        run(program, &p, 1, expected);
        bench_stop(b);
        bench_start(b);
        run(program, &p, 1 + TURNS, expected);
        bench_stop(b);
        bench_difference(b, TURNS);
    }
}

/* Lets Linux do what it has put off, as the freeing of the program before. */
static void settle(void) {
    usleep(20000);
}

/* One bracketed load, given back outside of it. */
static void bench_load(struct bench *b, const struct linux_program *p, bool compiled) {
    compile(compiled);
    settle();
    bench_start(b);
    int program = load(p);
    bench_stop(b);
    close(program);
}

static void bench_verify(struct bench *b, const struct linux_program *p) {
    bench_slow(b);
    while (bench_next(b))
        bench_load(b, p, false);
}

static void bench_compile(struct bench *b, const struct linux_program *p) {
    bench_slow(b);
    while (bench_next(b)) {
        bench_load(b, p, false);
        bench_load(b, p, true);
        bench_difference(b, 1);
    }
}

static void bench_code(struct bench *b, unsigned i) {
    struct linux_program p;
    bench_size(b, linux_bpf_code_bytes(loaded_at(i, &p, true)));
}

#define X(name)                                                                                    \
    BENCH(ways_##name, "engine/" #name "/way:interp,jit") {                                        \
        bench_ways(b, SAMPLE_##name);                                                              \
    }                                                                                              \
    BENCH(verify_##name, "engine/" #name "/step:verify") {                                         \
        const struct linux_program p = sample_at(SAMPLE_##name);                                   \
        bench_verify(b, &p);                                                                       \
    }                                                                                              \
    BENCH(code_##name, "engine/" #name "/size:jit") {                                              \
        bench_code(b, SAMPLE_##name);                                                              \
    }
#define SAMPLES_THAT_FIT(X)                                                                        \
    X(empty)                                                                                       \
    X(guard_one)                                                                                   \
    X(guard_ten)                                                                                   \
    X(tcp_filter)                                                                                  \
    X(checksum_64)                                                                                 \
    X(checksum_1500)                                                                               \
    X(fnv)                                                                                         \
    X(binary_search)                                                                               \
    X(insertion_sort)                                                                              \
    X(wakeup)                                                                                      \
    X(lpm)                                                                                         \
    X(string_compare)
SAMPLES_THAT_FIT(X)

/* The row's length in this shape; it stays until the child ends. */
static struct linux_program length_of(const struct bench *b, enum length_shape shape) {
    static const uint8_t context[LENGTH_CONTEXT];
    const uint32_t length = (uint32_t)bench_arg(b, "length");
    struct linux_program p;
    struct slot *body = calloc(length, sizeof *body);
    if (!body)
        child_panic("there is no memory for the program");
    length_program(body, length, shape);
    if (!linux_program_on_context(&p, body, length * sizeof *body, context, sizeof context))
        child_panic("Linux gives no map for a context");
    free(body);
    return p;
}

BENCH(length_verify, LENGTH_VERIFY_ROWS) {
    const struct linux_program p = length_of(b, length_shape(b));
    bench_verify(b, &p);
}

BENCH(length_compile, LENGTH_COMPILE_ROWS) {
    const struct linux_program p = length_of(b, LENGTH_STRAIGHT);
    bench_compile(b, &p);
}
