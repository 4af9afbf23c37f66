/* SPDX-License-Identifier: MIT */
/* spin.c -- the sample programs in SPIN's kernel, each by interpreter, as machine code and as
 * signed native code; and what verifying and compiling them costs. */
#include "measure/bench.h"
#include "common/engine.h"

#include "lib/string.h"
#include "machine/panic.h"
#include "ways.h"

/* Opened when first asked for; then it stays. */
static struct sample *sample_at(unsigned i) {
    static struct sample samples[SAMPLE_PROGRAM_COUNT];
    struct sample *s = &samples[i];
    if (!s->of) {
        const char *wrong = sample_open(s, i, &engine_hooks);
        if (wrong)
            panic("engine/%s: %s", sample_program[i].name, wrong);
    }
    return s;
}

#define TIME(what)                                                                                 \
    while (bench_next(b)) {                                                                        \
        bench_start(b);                                                                            \
        bench_batch (b)                                                                            \
            what;                                                                                  \
        bench_stop(b);                                                                             \
    }

static void bench_ways(struct bench *b, unsigned i) {
    struct sample *s = sample_at(i);
    struct activation a = {.fault = FAULT_NONE};
    char way[8];
    bench_word(b, "way", way, sizeof way);
    if (strcmp(way, "interp") == 0) {
        TIME(sample_interpret(s));
    } else if (strcmp(way, "jit") == 0) {
        TIME(sample_run(s, &a));
    } else {
        TIME(sample_call(s));
    }
}

/* What is compiled is given back outside of the bracket. */
static void bench_compile(struct bench *b, struct sample *s) {
    const struct jit_options options = {0};
    struct code code;
    while (bench_next(b)) {
        bench_start(b);
        bool good = jit_compile(&s->program, s->hooks, &options, &code);
        bench_stop(b);
        if (!good)
            panic("engine/%s: no memory for machine code", s->of->name);
        jit_release(&code, s->hooks);
    }
}

static void bench_verify(struct bench *b, struct sample *s) {
    static struct facts facts;
    static struct verdict verdict;
    while (bench_next(b)) {
        bench_start(b);
        verify(&s->program, &s->of->kind, s->hooks, &facts, &verdict);
        bench_stop(b);
    }
}

/* Programs whose verification takes millions of instructions are verified once, when they are
 * opened, and not for every sample. */
#define QUICK_TO_VERIFY(X)                                                                         \
    X(empty)                                                                                       \
    X(guard_one)                                                                                   \
    X(guard_ten)                                                                                   \
    X(tcp_filter)                                                                                  \
    X(checksum_64)                                                                                 \
    X(fnv)                                                                                         \
    X(wakeup)                                                                                      \
    X(lpm)                                                                                         \
    X(string_compare)                                                                              \
    X(object_walk)

#define X(name)                                                                                    \
    BENCH(ways_##name, "engine/" #name "/way:interp,jit,native") {                                 \
        bench_ways(b, SAMPLE_##name);                                                              \
    }                                                                                              \
    BENCH(compile_##name, "engine/" #name "/step:compile") {                                       \
        bench_compile(b, sample_at(SAMPLE_##name));                                                \
    }
SAMPLE_PROGRAMS(X)
#undef X

#define X(name)                                                                                    \
    BENCH(verify_##name, "engine/" #name "/step:verify") {                                         \
        bench_verify(b, sample_at(SAMPLE_##name));                                                 \
    }
QUICK_TO_VERIFY(X)
