/* SPDX-License-Identifier: MIT */
/* engine_programs_test.c -- the sample programs of experiment `engine`: both compilers' objects are
 * verified, and interpreter, machine code with each of its compiler's options, signed native code
 * and the host's own compiler agree on results and memory, for the fixed input and for random
 * ones. ENGINE_INPUTS in the environment says how many, over all programs. */
#include "unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "engine/interpreter.h"
#include "engine/jit.h"
#include "engine/native.h"
#include "engine/object.h"
#include "engine/verify.h"
#include "engine_made.h"
#include "host_hooks.h"
#include "../../../../experiments/engine/programs.h"

enum { INPUTS = 1000, STACK_BYTES = 16 * FRAME_BYTES, VARIANTS = 4 };

/* The programs as the host's compiler makes them. */
#define X(name) uint64_t name(void *start, void *end);
SAMPLE_PROGRAMS(X)
#undef X
static uint64_t (*const on_host[SAMPLE_PROGRAM_COUNT])(void *, void *) = {
#define X(name) name,
    SAMPLE_PROGRAMS(X)
#undef X
};

static struct host_hooks host;

static uint8_t *read_built(const char *name, const char *suffix, size_t *len) {
    char path[128];
    snprintf(path, sizeof path, "build/guest/engine/%s.%s", name, suffix);
    return read_whole(path, len);
}

/* An object of the one or the other BPF compiler, verified and compiled. */
struct verified {
    uint8_t *file;
    struct object object;
    struct program program;
    struct facts facts;
    struct code code[VARIANTS];
};

static void verified_open(struct verified *v, const struct sample_program *p, const char *suffix) {
    static struct verdict verdict;
    struct report unreadable;
    struct report undecodable;
    const struct jit_options options[VARIANTS] = {
        {.bmi2 = false},
        {.bmi2 = __builtin_cpu_supports("bmi2")},
        {.blind = 0x8badf00d12345678},
        {.blind = 0x0123456789abcdef, .barriers = true},
    };
    size_t len;
    memset(v, 0, sizeof *v);
    v->file = read_built(p->name, suffix, &len);
    assert_true(object_open(&v->object, &host.hooks, v->file, len, &unreadable));
    /* One function and nothing undefined: its code is the program. */
    assert_int_equal(v->object.function_count, 1);
    assert_int_equal(v->object.import_count + v->object.extern_variable_count, 0);
    assert_true(program_decode(&v->program, &host.hooks, v->object.code,
                               (size_t)v->object.slots * INSN_BYTES, &undecodable));
    if (!verify(&v->program, &p->kind, &host.hooks, &v->facts, &verdict))
        fail_msg("%s.%s: %s", p->name, suffix, verdict.text);
    for (unsigned i = 0; i < VARIANTS; i++)
        assert_true(jit_compile(&v->program, &host.hooks, &options[i], &v->code[i]));
}

static void verified_close(struct verified *v) {
    for (unsigned i = 0; i < VARIANTS; i++)
        jit_release(&v->code[i], &host.hooks);
    program_release(&v->program, &host.hooks);
    object_close(&v->object);
    free(v->file);
}

/* One run's answer: the result, and what became of the context. */
struct answer {
    uint64_t result;
    size_t len;
    _Alignas(8) uint8_t context[SAMPLE_CONTEXT_MAX];
};

/* Contexts hold addresses into themselves, so that all are built at one place. */
static _Alignas(8) uint8_t context[SAMPLE_CONTEXT_MAX];

static void *rebuild(const struct sample_program *p, uint64_t seed, struct answer *a) {
    static _Alignas(8) uint8_t built[SAMPLE_CONTEXT_MAX];
    static const struct sample_program *of;
    static uint64_t number;
    static size_t len;
    if (!of || of != p || number != seed) { /* all ways have the same input one after the other */
        len = p->build(context, seed);
        assert_true(len <= sizeof context);
        memcpy(built, context, len);
        of = p;
        number = seed;
    }
    memcpy(context, built, len);
    a->len = len;
    return context + len;
}

static void keep(struct answer *a, uint64_t result) {
    a->result = result;
    memcpy(a->context, context, a->len);
}

static void run_host(unsigned i, uint64_t seed, struct answer *a) {
    void *end = rebuild(&sample_program[i], seed, a);
    keep(a, on_host[i](context, end));
}

static void run_interpreter(const struct verified *v, unsigned i, uint64_t seed, struct answer *a) {
    static uint8_t stack[STACK_BYTES];
    struct activation run = {.fuel = 1u << 20, .stack = stack, .stack_bytes = sizeof stack};
    void *end = rebuild(&sample_program[i], seed, a);
    const uint64_t argument[5] = {(uintptr_t)context, (uintptr_t)end};
    keep(a, interpreter_run(&v->program, argument, &run));
    assert_int_equal(run.fault, FAULT_NONE);
}

static void run_code(const struct code *code, unsigned i, uint64_t seed, struct answer *a) {
    struct activation run = {.fuel = 0}; /* proven to end: none is used */
    void *end = rebuild(&sample_program[i], seed, a);
    keep(a, code->entry((uintptr_t)context, (uintptr_t)end, 0, 0, 0, &run));
    assert_int_equal(run.fault, FAULT_NONE);
}

static void run_native(uintptr_t address, unsigned i, uint64_t seed, struct answer *a) {
    void *end = rebuild(&sample_program[i], seed, a);
    keep(a, ((uint64_t(*)(void *, void *))address)(context, end));
}

static void expect_same(const char *name, const char *way, uint64_t seed, const struct answer *a,
                        const struct answer *b) {
    if (a->result != b->result || memcmp(a->context, b->context, a->len) != 0)
        fail_msg("%s by %s, seed %llu: %#llx, and not %#llx", name, way, (unsigned long long)seed,
                 (unsigned long long)b->result, (unsigned long long)a->result);
}

static void open_native(struct native *n, const char *name, uint8_t **file) {
    struct report why;
    uint8_t key[SIGNATURE_KEY_BYTES];
    size_t len, key_len = sizeof key;
    FILE *f = fopen("tools/sign/keys/development.pem", "r");
    assert_non_null(f);
    EVP_PKEY *pair = PEM_read_PrivateKey(f, NULL, NULL, NULL);
    fclose(f);
    assert_int_equal(EVP_PKEY_get_raw_public_key(pair, key, &key_len), 1);
    EVP_PKEY_free(pair);
    const struct native_load with = {&host.hooks, key, SAMPLE_KIND, NULL, 0};
    *file = read_built(name, "signed", &len);
    if (!native_open(n, &with, *file, len, &why))
        fail_msg("%s: %s", name, why.text);
}

static void every_way_gives_the_known_result(void **state) {
    (void)state;
    static struct answer a;
    for (unsigned i = 0; i < SAMPLE_PROGRAM_COUNT; i++) {
        run_host(i, 0, &a);
        assert_int_equal(a.result, sample_program[i].result);
    }
}

static void every_way_agrees(void **state) {
    (void)state;
    static const char *const suffix[] = {"bpf.o", "bpf-gcc.o"};
    static struct answer wanted, found;
    static struct verified v[2];
    const char *text = getenv("ENGINE_INPUTS");
    uint64_t inputs = text ? strtoull(text, NULL, 0) / SAMPLE_PROGRAM_COUNT + 1 : INPUTS;
    for (unsigned i = 0; i < SAMPLE_PROGRAM_COUNT; i++) {
        const char *name = sample_program[i].name;
        struct native native;
        uint8_t *file;
        open_native(&native, name, &file);
        const struct native_function *f = native_function_named(&native, name);
        assert_non_null(f);
        for (unsigned c = 0; c < 2; c++)
            verified_open(&v[c], &sample_program[i], suffix[c]);
        for (uint64_t seed = 0; seed < inputs; seed++) {
            run_host(i, seed, &wanted);
            run_native(f->address, i, seed, &found);
            expect_same(name, "native", seed, &wanted, &found);
            for (unsigned c = 0; c < 2; c++) {
                run_interpreter(&v[c], i, seed, &found);
                expect_same(name, "interpreter", seed, &wanted, &found);
                for (unsigned k = 0; k < VARIANTS; k++) {
                    run_code(&v[c].code[k], i, seed, &found);
                    expect_same(name, "machine code", seed, &wanted, &found);
                }
            }
        }
        for (unsigned c = 0; c < 2; c++)
            verified_close(&v[c]);
        native_close(&native);
        free(file);
        if (text)
            print_message("%s: %" PRIu64 " inputs\n", name, inputs);
    }
}

/* Random inputs that always get one answer would not tell ways apart. */
static void inputs_make_a_difference(void **state) {
    (void)state;
    static struct answer a, b;
    for (unsigned i = 0; i < SAMPLE_PROGRAM_COUNT; i++) {
        unsigned others = 0;
        if (i == SAMPLE_empty)
            continue;
        run_host(i, 1, &a);
        for (uint64_t seed = 2; seed < 200; seed++) {
            run_host(i, seed, &b);
            others += a.result != b.result;
        }
        if (others < 5)
            fail_msg("%s: nearly always %#llx", sample_program[i].name,
                     (unsigned long long)a.result);
    }
}

static int set_up(void **state) {
    (void)state;
    host_hooks_init(&host);
    return 0;
}

static int nothing_is_left(void **state) {
    (void)state;
    return host.allocated + host.code_bytes + host.data_bytes != 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_gives_the_known_result),
        cmocka_unit_test(every_way_agrees),
        cmocka_unit_test(inputs_make_a_difference),
    };
    return cmocka_run_group_tests_name("engine_programs", tests, set_up, nothing_is_left);
}
