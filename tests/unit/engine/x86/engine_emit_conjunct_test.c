/* SPDX-License-Identifier: MIT */
/* engine_emit_conjunct_test.c -- instructions ask what the conjunct asks: random ones, at and
 * around their bounds, with arguments in registers and constant. */
#include "unit.h"

#include <string.h>

#include "../../../soundness/generate.h"
#include "engine/x86/emit_conjunct.h"
#include "host_hooks.h"

#define MEMORY 32
#define ROUNDS 20000

static struct host_hooks host;

/* The C calling convention's. */
static const uint8_t registers[PARAMETERS] = {X86_RDI, X86_RSI, X86_RDX, X86_RCX, X86_R8};

static uint32_t make(struct emitter *e, const struct conjunct *c, const struct body_argument *a,
                     const struct jit_options *options) {
    assert_true(emit_init(e, &host.hooks, 512, 1));
    emit_conjunct(e, c, a, options, 0);
    emit_mov_imm(e, X86_RAX, 1);
    emit_ret(e);
    emit_bind(e, 0);
    emit_mov_imm(e, X86_RAX, 0);
    emit_ret(e);
    assert_false(e->full);
    return emit_link(e);
}

static uint64_t ask(const struct conjunct *c, const struct body_argument *a,
                    const struct jit_options *options, const uint64_t r[PARAMETERS]) {
    struct emitter e;
    struct code_memory memory;
    assert_true(host.hooks.code_map(&host, make(&e, c, a, options), &memory));
    emit_place(&e, memory.write, memory.run);
    host.hooks.code_seal(&host, &memory);
    uintptr_t entry = (uintptr_t)memory.run;
    uint64_t result = ((code_entry *)entry)(r[0], r[1], r[2], r[3], r[4], NULL);
    host.hooks.code_unmap(&host, &memory);
    emit_release(&e);
    return result;
}

/* As guard_form_find makes them: what is taken has no bit outside of the mask. */
static struct conjunct some_conjunct(struct random *random) {
    struct conjunct c = {.source = {.kind = (uint8_t)random_below(random, 3),
                                    .bytes = (uint8_t)(1u << random_below(random, 4))}};
    struct guard_source *s = &c.source;
    if (s->kind == GUARD_LENGTH) {
        s->bytes = 8;
        s->argument = 1;
        s->offset = 2;
    } else if (s->kind == GUARD_FIELD) {
        s->offset = (int32_t)random_below(random, MEMORY - 7);
    } else {
        s->argument = (uint8_t)(1 + random_below(random, 4));
    }
    s->swapped = s->kind != GUARD_LENGTH && s->bytes > 1 && random_below(random, 3) == 0;
    const uint64_t all = UINT64_MAX >> (64 - 8 * s->bytes);
    c.mask = random_below(random, 2) ? all : (random_value(random) & all) | 1;
    c.low = random_value(random) & c.mask;
    c.high = random_below(random, 2) ? c.low : random_value(random) & c.mask;
    if (c.high + 1 == c.low)
        c.high = c.low;
    return c;
}

static void test_instructions_ask_what_the_conjunct_asks(void **state) {
    (void)state;
    struct random random;
    uint8_t memory[MEMORY];
    unsigned held = 0;
    random_seed(&random, 11);
    host_hooks_init(&host);
    for (unsigned round = 0; round < ROUNDS; round++) {
        const struct conjunct c = some_conjunct(&random);
        const struct jit_options options = {
            .barriers = random_below(&random, 4) == 0,
            .blind = random_below(&random, 3) ? 0 : random_next(&random)};
        const uint64_t near[] = {c.low, c.high, c.low - 1, c.high + 1, random_next(&random)};
        uint64_t r[PARAMETERS] = {(uintptr_t)memory}, x = near[random_below(&random, 5)];
        struct body_argument a[PARAMETERS];
        if (c.source.swapped)
            x = __builtin_bswap64(x) >> (64 - 8 * c.source.bytes);
        for (unsigned i = 0; i < MEMORY; i++)
            memory[i] = (uint8_t)random_next(&random);
        memcpy(memory + (c.source.kind == GUARD_FIELD ? c.source.offset : 0), &x, c.source.bytes);
        for (unsigned i = 1; i < PARAMETERS; i++)
            r[i] = c.source.bytes == 8 ? x : (random_next(&random) << 8 * c.source.bytes) | x;
        if (c.source.kind == GUARD_LENGTH)
            r[1] = r[2] - x;
        for (unsigned i = 0; i < PARAMETERS; i++)
            a[i] = random_below(&random, 3)
                       ? (struct body_argument){.kind = BODY_REGISTER, .reg = registers[i]}
                       : (struct body_argument){.kind = BODY_CONSTANT, .constant = r[i]};
        bool want = conjunct_takes(&c, guard_source_read(&c.source, r));
        if (ask(&c, a, &options, r) != want)
            fail_msg("round %u: kind %u, %u bytes, mask %lx, %lx to %lx: not %d", round,
                     c.source.kind, c.source.bytes, c.mask, c.low, c.high, want);
        held += want;
    }
    assert_true(held > ROUNDS / 4 && held < ROUNDS - ROUNDS / 8);
    assert_int_equal(host.allocated + host.code_bytes, 0);
}

/* cmp ...; jne: and nothing else. */
static void test_an_equality_is_a_comparison_and_a_branch(void **state) {
    (void)state;
    static const struct jit_options plain;
    const struct body_argument a[PARAMETERS] = {{.kind = BODY_REGISTER, .reg = X86_RBX}};
    const struct conjunct argument = {{GUARD_ARGUMENT, 0, 8, false, 0}, UINT64_MAX, 5, 5},
                          port = {{GUARD_FIELD, 0, 2, true, 6}, 0xffff, 80, 80};
    static const uint8_t cmp_rbx_5[] = {0x48, 0x83, 0xfb, 0x05, 0x75},
                         cmp_port[] = {0x66, 0x81, 0x7b, 0x06, 0x00, 0x50, 0x75};
    uint8_t code[64];
    struct emitter e;
    host_hooks_init(&host);
    make(&e, &argument, a, &plain);
    emit_place(&e, code, code);
    assert_memory_equal(code, cmp_rbx_5, sizeof cmp_rbx_5);
    emit_release(&e);
    make(&e, &port, a, &plain);
    emit_place(&e, code, code);
    assert_memory_equal(code, cmp_port, sizeof cmp_port);
    emit_release(&e);
}

/* mov rax, rbx; cmp rax, 5; jb. */
static void test_a_range_without_an_upper_end_is_one_comparison(void **state) {
    (void)state;
    static const struct jit_options plain;
    const struct body_argument a[PARAMETERS] = {{.kind = BODY_REGISTER, .reg = X86_RBX}};
    const struct conjunct above = {{GUARD_ARGUMENT, 0, 8, false, 0}, UINT64_MAX, 5, UINT64_MAX};
    static const uint8_t want[] = {0x48, 0x89, 0xd8, 0x48, 0x83, 0xf8, 0x05, 0x72};
    uint8_t code[64];
    struct emitter e;
    host_hooks_init(&host);
    make(&e, &above, a, &plain);
    emit_place(&e, code, code);
    assert_memory_equal(code, want, sizeof want);
    emit_release(&e);
}

/* A guard's author chooses its constants, and may not choose the code's bytes with them; nor may
 * what stands behind a guard be begun before it has held. */
static void test_constants_are_blinded_and_branches_have_barriers(void **state) {
    (void)state;
    const struct jit_options options = {.blind = 0x123456789abcdef, .barriers = true};
    const struct body_argument a[PARAMETERS] = {{.kind = BODY_REGISTER, .reg = X86_RBX}};
    const uint32_t chosen = 0x0f0b0f0b;
    static const uint8_t barrier[] = {0x0f, 0xae, 0xe8};
    const struct conjunct equal = {{GUARD_ARGUMENT, 0, 4, false, 0}, UINT32_MAX, chosen, chosen};
    const struct conjunct range = {
        {GUARD_ARGUMENT, 0, 8, false, 0}, UINT64_MAX, chosen, 2ull * chosen};
    const struct conjunct *const both[] = {&equal, &range};
    host_hooks_init(&host);
    for (unsigned i = 0; i < 2; i++) {
        uint8_t code[256];
        struct emitter e;
        uint32_t len = make(&e, both[i], a, &options);
        assert_in_range(len, 1, sizeof code);
        emit_place(&e, code, code);
        assert_null(memmem(code, len, &chosen, sizeof chosen));
        assert_non_null(memmem(code, len, barrier, sizeof barrier));
        emit_release(&e);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instructions_ask_what_the_conjunct_asks),
        cmocka_unit_test(test_an_equality_is_a_comparison_and_a_branch),
        cmocka_unit_test(test_a_range_without_an_upper_end_is_one_comparison),
        cmocka_unit_test(test_constants_are_blinded_and_branches_have_barriers),
    };
    return cmocka_run_group_tests_name("engine_emit_conjunct", tests, NULL, NULL);
}
