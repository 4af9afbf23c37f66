/* SPDX-License-Identifier: MIT */
/* emit_conjunct.c -- see emit_conjunct.h. Where the number cannot be compared where it is, it goes
 * to rax. */
#include "engine/x86/emit_conjunct.h"

#include "engine/assert.h"
#include "engine/x86/internal.h"

#define NUMBER X86_RAX

/* Where conjuncts that do not hold go. */
struct conjunct_code {
    struct jit jit; /* for its options */
    const struct body_argument *argument;
    uint32_t if_not;
};

static void leave_if(const struct conjunct_code *a, enum x86_condition condition) {
    emit_branch(a->jit.e, condition, a->if_not);
    if (a->jit.options->barriers)
        emit_barrier(a->jit.e);
}

/* Small enough for an immediate, which nobody wants to be mixed with a secret? */
static bool is_immediate(const struct conjunct_code *a, uint64_t value) {
    int64_t number = (int64_t)value;
    return number == (int32_t)number &&
           (!a->jit.options->blind || (number >= -128 && number <= 127));
}

/* rax OP value, in 64 bits. */
static void with_number(struct conjunct_code *a, enum x86_alu op, uint64_t value) {
    if (is_immediate(a, value)) {
        emit_alu_imm(a->jit.e, op, true, NUMBER, (int32_t)value);
        return;
    }
    jit_constant(&a->jit, SCRATCH, value);
    emit_alu(a->jit.e, op, true, NUMBER, SCRATCH);
}

/* The register that has the argument, perhaps from now on. */
static unsigned argument_in(struct conjunct_code *a, unsigned i, unsigned otherwise) {
    if (a->argument[i].kind == BODY_REGISTER)
        return a->argument[i].reg;
    jit_constant(&a->jit, otherwise, a->argument[i].constant);
    return otherwise;
}

static void load_number(struct conjunct_code *a, const struct guard_source *s) {
    struct emitter *e = a->jit.e;
    unsigned bits = 8u * s->bytes, from = argument_in(a, s->argument, SCRATCH_2);
    if (s->kind == GUARD_LENGTH) {
        unsigned end = argument_in(a, (unsigned)s->offset, NUMBER);
        emit_mov(e, true, NUMBER, end);
        emit_alu(e, X86_SUB, true, NUMBER, from);
        return;
    }
    if (s->kind == GUARD_FIELD)
        emit_load(e, bits, false, NUMBER, from, s->offset);
    else if (bits == 64)
        emit_mov(e, true, NUMBER, from);
    else
        emit_zero_extend(e, bits, NUMBER, from);
    if (s->swapped && bits == 16)
        emit_rol16(e, NUMBER, 8);
    else if (s->swapped)
        emit_bswap(e, bits == 64, NUMBER);
}

static void load_masked(struct conjunct_code *a, const struct guard_source *s, uint64_t mask) {
    load_number(a, s);
    if (mask != UINT64_MAX >> (64 - 8 * s->bytes))
        with_number(a, X86_AND, mask);
}

/* An equality with what fits an immediate, over a whole number that lies in a register, or in
 * memory. Its bytes in the other order are compared with the constant in the other order. */
static bool compare_in_place(struct conjunct_code *a, const struct conjunct *c) {
    const struct guard_source *s = &c->source;
    unsigned bits = 8u * s->bytes;
    if (c->low != c->high || c->mask != UINT64_MAX >> (64 - bits) || s->kind == GUARD_LENGTH)
        return false;
    uint64_t wanted = s->swapped ? __builtin_bswap64(c->low) >> (64 - bits) : c->low;
    int64_t number = (int64_t)(wanted << (64 - bits)) >> (64 - bits);
    if (!is_immediate(a, (uint64_t)number) || (s->kind == GUARD_ARGUMENT && bits < 32))
        return false;
    unsigned from = argument_in(a, s->argument, SCRATCH_2);
    if (s->kind == GUARD_FIELD)
        emit_compare_memory_imm(a->jit.e, bits, from, s->offset, (int32_t)number);
    else if (number == 0)
        emit_test(a->jit.e, bits == 64, from, from);
    else
        emit_alu_imm(a->jit.e, X86_CMP, bits == 64, from, (int32_t)number);
    leave_if(a, X86_IF_NE);
    return true;
}

void emit_conjunct(struct emitter *e, const struct conjunct *c,
                   const struct body_argument argument[PARAMETERS],
                   const struct jit_options *options, uint32_t if_not) {
    struct conjunct_code a = {
        .jit = {.e = e, .options = options}, .argument = argument, .if_not = if_not};
    ENGINE_ASSERT(c->source.argument < PARAMETERS && c->mask, "argument %u, mask %llx",
                  c->source.argument, (unsigned long long)c->mask);
    ENGINE_ASSERT(c->low <= c->mask, "from %llx on, of %llx", (unsigned long long)c->low,
                  (unsigned long long)c->mask);
    if (compare_in_place(&a, c))
        return;
    load_masked(&a, &c->source, c->mask);
    if (c->low == c->high) {
        with_number(&a, X86_CMP, c->low);
        leave_if(&a, X86_IF_NE);
    } else if (c->high >= c->mask) { /* and so low is not above it */
        with_number(&a, X86_CMP, c->low);
        leave_if(&a, X86_IF_B);
    } else { /* from low upwards to high, past the highest number to 0 where low is above it */
        if (c->low)
            with_number(&a, X86_SUB, c->low);
        with_number(&a, X86_CMP, c->high - c->low);
        leave_if(&a, X86_IF_A);
    }
}

void emit_source(struct emitter *e, const struct guard_source *source, uint64_t mask,
                 const struct body_argument argument[PARAMETERS],
                 const struct jit_options *options) {
    struct conjunct_code a = {.jit = {.e = e, .options = options}, .argument = argument};
    load_masked(&a, source, mask);
}
