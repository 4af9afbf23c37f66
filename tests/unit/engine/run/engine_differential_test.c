/* SPDX-License-Identifier: MIT */
/* engine_differential_test.c -- random programs by the interpreter and as machine code, with each
 * of the compiler's options: same results, same memory and, where the fuel ends, the same report.
 * The programs of generate.h have every instruction and are taken as they come; those of typed.h
 * have been verified, and use objects, packets, references and functions. Also: whatever the
 * disassembler prints assembles to the same bytes. ENGINE_PROGRAMS and ENGINE_SEED in the
 * environment make a campaign of it. */
#include "unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../soundness/generate.h"
#include "../../../soundness/typed.h"
#include "../../../soundness/world.h"
#include "assemble.h"
#include "engine/base/liveness.h"
#include "engine/run/callback.h"
#include "engine/disassemble.h"
#include "engine/x86/emit.h"
#include "engine/interpreter.h"
#include "engine/jit.h"
#include "engine/verify.h"
#include "host_hooks.h"

#define WEIGHT   60
#define FUEL     40
#define VARIANTS 5

/* One of the ways to compile. */
static struct jit_options variant_options(unsigned variant) {
    bool bmi2 = __builtin_cpu_supports("bmi2");
    return (struct jit_options[VARIANTS]){
        {.bmi2 = false},
        {.bmi2 = bmi2},
        {.blind = 0x8badf00d12345678},
        {.barriers = true},
        {.bmi2 = bmi2, .blind = 0x0123456789abcdef, .barriers = true},
    }[variant];
}

struct outcome {
    uint64_t r0;
    struct activation a;
    uint8_t memory[GENERATE_MEMORY];
};

static void fill_memory(struct outcome *o) {
    for (unsigned i = 0; i < GENERATE_MEMORY; i++)
        o->memory[i] = (uint8_t)(i * 37);
}

/* The registers that are read where it would have gone on: a jump has been decided. */
static unsigned read_later(const struct program *p, uint32_t slot) {
    uint16_t live[GENERATE_SLOTS + 1] = {0};
    const struct insn insn = p->insn[slot];
    liveness_of_registers(p, live);
    return live[insn_info(insn)->kind == KIND_JUMP ? slot + 1 + (uint32_t)insn_distance(insn)
                                                   : slot];
}

static bool agree(const struct program *p, const struct outcome *x, const struct outcome *y) {
    if (x->a.fault != y->a.fault || x->a.fuel != y->a.fuel ||
        memcmp(x->memory, y->memory, sizeof x->memory) != 0)
        return false;
    if (!x->a.fault)
        return x->r0 == y->r0;
    if (x->a.slot != y->a.slot)
        return false;
    for (unsigned r = 0; r < REGISTER_FRAME; r++)
        if (r != 6 && r != 1 && read_later(p, x->a.slot) >> r & 1 &&
            x->a.reg[r] != y->a.reg[r]) /* r6 holds an address, r1 before a call */
            return false;
    return true;
}

static void print_program(const struct program *p) {
    char text[INSN_TEXT_MAX];
    for (uint32_t i = 0; i < p->slots; i++)
        print_message("%4u: %s\n", i, insn_text(p->insn, i, text));
}

/* Compiles one variant, runs it and compares. */
static void compare_variant(const struct program *p, const struct host_hooks *host,
                            const struct jit_options *options, const struct outcome *reference,
                            uint64_t seed) {
    struct code code;
    struct outcome compiled = {.a = {.fuel = FUEL}};
    fill_memory(&compiled);
    assert_true(jit_compile(p, &host->hooks, options, &code));
    compiled.r0 = code.entry((uintptr_t)compiled.memory, 0, 0, 0, 0, &compiled.a);
    jit_release(&code, &host->hooks);
    if (!p->metered)
        compiled.a.fuel = reference->a.fuel;
    if (agree(p, reference, &compiled))
        return;
    print_program(p);
    fail_msg("seed %" PRIu64 ", %s%s%s%s: r0 %" PRIx64 " and %" PRIx64
             ", fault %u and %u, slot %u and %u",
             seed, p->metered ? "metered" : "bounded", options->bmi2 ? ", bmi2" : "",
             options->blind ? ", blind" : "", options->barriers ? ", barriers" : "", reference->r0,
             compiled.r0, reference->a.fault, compiled.a.fault, reference->a.slot, compiled.a.slot);
}

/* What ended by itself must do so without fuel, too. */
static void compare(struct program *p, const struct host_hooks *host, uint64_t seed) {
    static uint8_t stack[4 * FRAME_BYTES];
    struct outcome reference = {.a = {.fuel = FUEL, .stack = stack, .stack_bytes = sizeof stack}};
    fill_memory(&reference);
    reference.r0 = interpreter_run(p, (uint64_t[5]){(uintptr_t)reference.memory}, &reference.a);
    for (unsigned metered = reference.a.fault == FAULT_FUEL; metered < 2; metered++) {
        p->metered = metered;
        for (unsigned variant = 0; variant < VARIANTS; variant++) {
            struct jit_options options = variant_options(variant);
            compare_variant(p, host, &options, &reference, seed);
        }
    }
}

static uint64_t number_of(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static void test_machine_code_agrees_with_interpreter(void **state) {
    (void)state;
    uint64_t seed = number_of("ENGINE_SEED", 1), last = seed + number_of("ENGINE_PROGRAMS", 4000);
    struct insn insn[GENERATE_SLOTS];
    uint8_t bytes[GENERATE_SLOTS * INSN_BYTES];
    struct host_hooks host;
    host_hooks_init(&host);
    for (; seed < last; seed++) {
        struct random random;
        random_seed(&random, seed);
        uint32_t slots = generate_program(&random, WEIGHT, insn);
        assert_true(slots < GENERATE_SLOTS);
        for (uint32_t i = 0; i < slots; i++)
            insn_encode(insn[i], bytes + i * INSN_BYTES);
        struct program p = {0};
        struct report why;
        if (!program_decode(&p, &host.hooks, bytes, slots * INSN_BYTES, &why))
            fail_msg("seed %" PRIu64 ": %s at %u", seed, rule_name(why.rule), why.slot);
        compare(&p, &host, seed);
        program_release(&p, &host.hooks);
    }
    assert_int_equal(host.allocated + host.code_bytes, 0);
}

/* One run of a verified program in a world of its own. */
struct end {
    uint64_t r0, world;
    struct activation a;
    unsigned held;
};

static uint8_t typed_stack[DEPTH_MAX * FRAME_BYTES];

static bool anywhere(uint64_t address, uint32_t bytes) {
    (void)address, (void)bytes; /* what is touched is the campaign's question */
    return true;
}

static void unseen(uint64_t address, uint32_t bytes) {
    (void)address, (void)bytes;
}

static uint64_t call_directly(uint64_t function, const uint64_t r[PARAMETERS]) {
    return ((uint64_t(*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t))function)(
        r[0], r[1], r[2], r[3], r[4]);
}

static struct end run_typed(const struct program *p, const struct code *code, uint64_t seed) {
    struct end end = {.a = {.fuel = FUEL, .stack = typed_stack, .stack_bytes = sizeof typed_stack}};
    const uint64_t *r = world.argument;
    world_build(seed);
    end.r0 = code ? code->entry(r[0], r[1], r[2], r[3], r[4], &end.a)
                  : interpreter_run(p, world.argument, &end.a);
    end.world = world_sum();
    end.held = world_held();
    assert_null(world.wrong);
    return end;
}

static void compare_typed(const struct program *p, const struct host_hooks *host, uint64_t seed) {
    struct code code[VARIANTS];
    for (unsigned variant = 0; variant < VARIANTS; variant++) {
        struct jit_options options = variant_options(variant);
        assert_true(jit_compile(p, &host->hooks, &options, &code[variant]));
    }
    for (uint64_t input = 0; input < 4; input++) {
        struct end wanted = run_typed(p, NULL, seed + input);
        for (unsigned variant = 0; variant < VARIANTS; variant++) {
            struct end found = run_typed(p, &code[variant], seed + input);
            if (found.a.fault == wanted.a.fault && found.world == wanted.world &&
                found.held == wanted.held && (wanted.a.fault || found.r0 == wanted.r0))
                continue;
            print_program(p);
            fail_msg("seed %" PRIu64 ", input %" PRIu64 ", variant %u: r0 %" PRIx64 " and %" PRIx64
                     ", fault %u and %u",
                     seed, input, variant, wanted.r0, found.r0, wanted.a.fault, found.a.fault);
        }
    }
    for (unsigned variant = 0; variant < VARIANTS; variant++)
        jit_release(&code[variant], &host->hooks);
}

/* In a program's result no address counts, as the stacks of the two ways lie elsewhere: the
 * programs of typed.h are numbers between their pieces. */
static void test_verified_programs_agree(void **state) {
    (void)state;
    static struct verdict verdict;
    static struct facts facts;
    uint64_t seed = number_of("ENGINE_SEED", 1), last = seed + number_of("ENGINE_PROGRAMS", 1500);
    struct host_hooks host;
    unsigned accepted = 0;
    host_hooks_init(&host);
    world_on_stack = anywhere;
    world_reads = unseen;
    world_call_back = call_directly;
    for (; seed < last; seed++) {
        struct program p = typed_decoded(&host.hooks, seed);
        if (verify(&p, &world_kinds[0], &host.hooks, &facts, &verdict)) {
            assert_true(callbacks_create(&p, &host.hooks));
            compare_typed(&p, &host, seed);
            if (p.callbacks)
                callbacks_release(&p, &host.hooks);
            accepted++;
        }
        program_release(&p, &host.hooks);
    }
    assert_true(accepted > 0);
    assert_int_equal(host.allocated + host.code_bytes, 0);
}

/* Every instruction but packet access: encode, decode, print, assemble. */
static void test_text_and_bytes_are_inverse(void **state) {
    (void)state;
    struct random random;
    random_seed(&random, 7);
    for (unsigned round = 0; round < 20 * OPCODE_COUNT; round++) {
        unsigned op = round % OPCODE_COUNT;
        const struct opcode_info *info = &opcode_info[op];
        if (op == OP_HIGH || info->kind == KIND_PACKET)
            continue;
        struct insn insn[2] = {{.op = (uint8_t)op}, {.op = OP_HIGH}}, decoded[2] = {{0}};
        bool has_dst =
            info->kind != KIND_CALL && info->kind != KIND_EXIT && info->operation != DO_ALWAYS;
        if (has_dst || op == OP_CALL_X)
            insn[0].dst = (uint8_t)random_below(&random, 10);
        if (info->source == SOURCE_X)
            insn[0].src = (uint8_t)random_below(&random, 10);
        if (info->source == SOURCE_K || op == OP_JA32 ||
            (info->kind == KIND_CALL && op != OP_CALL_X))
            insn[0].imm = (int32_t)random_value(&random);
        if (op == OP_CALL_STATIC || op == OP_CALL_LOCAL || op == OP_JA32 || op == OP_LDDW_CODE)
            insn[0].imm &= 0xffff;
        if (info->operation == DO_IMM || info->operation == DO_MAP_VALUE ||
            info->operation == DO_INDEX_VALUE)
            insn[1].imm = (int32_t)random_next(&random);
        if (info->kind == KIND_LOAD || info->kind == KIND_STORE || info->kind == KIND_ATOMIC ||
            (info->kind == KIND_JUMP && op != OP_JA32))
            insn[0].off =
                (int16_t)(random_next(&random) & (info->kind == KIND_JUMP ? 0x7fff : 0xffff));

        uint8_t bytes[2 * INSN_BYTES], again[2 * INSN_BYTES];
        char text[INSN_TEXT_MAX], error[128];
        insn_encode(insn[0], bytes);
        insn_encode(insn[1], bytes + INSN_BYTES);
        assert_string_equal(rule_name(insn_decode(bytes, &decoded[0])), "none");
        assert_memory_equal(decoded, insn, sizeof *insn);
        insn_text(insn, 0, text);
        int len = assemble(text, again, sizeof again, error);
        if (len < 0)
            fail_msg("%s", error);
        assert_int_equal(len, info->kind == KIND_CONST ? 16 : 8);
        if (memcmp(again, bytes, (size_t)len) != 0)
            fail_msg("%s (%s) assembles to something else", text, opcode_text[op]);
    }
}

static void test_a_jump_is_short_exactly_when_it_reaches(void **state) {
    (void)state;
    struct host_hooks host;
    host_hooks_init(&host);
    for (unsigned gap = 0; gap < 300; gap++) {
        struct emitter e;
        assert_true(emit_init(&e, &host.hooks, 1024, 2));
        emit_bind(&e, 0);
        emit_jump(&e, 1);
        for (unsigned i = 0; i < gap; i++)
            emit_ret(&e);
        emit_branch(&e, X86_IF_E, 0);
        emit_bind(&e, 1);
        /* Either reaches over the other's long form and the gap, or both stay long. */
        bool reach = gap + 6 <= 127;
        assert_int_equal(emit_link(&e), reach ? 2 + gap + 2 : 5 + gap + 6);
        assert_false(e.full);
        emit_release(&e);
    }
    assert_int_equal(host.allocated, 0);
}

int main(void) {
    alarm(3600); /* wrong code may never end */
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_machine_code_agrees_with_interpreter),
        cmocka_unit_test(test_verified_programs_agree),
        cmocka_unit_test(test_text_and_bytes_are_inverse),
        cmocka_unit_test(test_a_jump_is_short_exactly_when_it_reaches),
    };
    return cmocka_run_group_tests_name("engine_differential", tests, NULL, NULL);
}
