/* SPDX-License-Identifier: MIT */
/* model.h -- what instructions do, said once more, plainly, and with nothing of the engine's but
 * the names of operations. Words are 64 bits wide or wider than the numbers, and every result is
 * cut to its width. It is compiled for short numbers and for 64 bits, where
 * tests/unit/engine/verify/engine_scalar_test.c holds it against the interpreter. */
#ifndef DOMAIN_MODEL_H
#define DOMAIN_MODEL_H

#include "engine/base/number.h"
#include "engine/opcode.h"

#ifndef MODEL_WORDS
typedef uint64_t word;
typedef bool truth;
#define CHOOSE(if_true, a, b) ((if_true) ? (a) : (b))
#endif

#define MODEL_BYTE (NUMBER_BITS == 64 ? 8 : 1)

static inline word model_low(word x, unsigned width) {
    return width == 64 ? x : x & (((word)1 << width) - 1);
}

/* The lowest bits with their sign. */
static inline word model_extend(word x, unsigned width) {
    word sign = (word)1 << (width - 1);
    return (model_low(x, width) ^ sign) - sign;
}

static inline word model_swap(word x, unsigned width) {
    word r = 0;
    for (unsigned at = 0; at < width; at += MODEL_BYTE)
        r = r << MODEL_BYTE | model_low(x >> at, MODEL_BYTE);
    return r;
}

/* Signed division works on magnitudes: a quotient is negative if one operand is, a remainder if the
 * dividend is. */
static inline word model_magnitude(word x) {
    return CHOOSE(x >> 63 == 1, 0 - x, x);
}

static inline word model_quotient(word a, word b) {
    return CHOOSE(b == 0, (word)0, a / CHOOSE(b == 0, (word)1, b));
}

static inline word model_signed_quotient(word a, word b) {
    word q = model_quotient(model_magnitude(a), model_magnitude(b));
    return CHOOSE((a ^ b) >> 63 == 1, 0 - q, q);
}

/* Operations of one operand take it as y if the instruction reads src, and else as x. */
static inline bool model_is_unary(unsigned operation) {
    return operation == DO_NEG || operation == DO_MOV || operation == DO_MOVS8 ||
           operation == DO_MOVS16 || operation == DO_MOVS32 || operation >= DO_ZEXT16;
}

/* bits: 64 or 32, as the instruction set calls the widths. */
static inline word model_alu(unsigned operation, unsigned bits, word x, word y) {
    unsigned width = NUMBER_WIDTH(bits);
    word a = model_low(x, width), b = model_low(y, width), count = b & (word)(width - 1), r = 0;
    switch (operation) {
    case DO_ADD:
        r = a + b;
        break;
    case DO_SUB:
        r = a - b;
        break;
    case DO_MUL:
        r = a * b;
        break;
    case DO_DIV:
        r = model_quotient(a, b);
        break;
    case DO_MOD:
        r = a - model_quotient(a, b) * b;
        break;
    case DO_SDIV:
        r = model_signed_quotient(model_extend(a, width), model_extend(b, width));
        break;
    case DO_SMOD:
        a = model_extend(a, width);
        b = model_extend(b, width);
        r = a - model_signed_quotient(a, b) * b;
        break;
    case DO_OR:
        r = a | b;
        break;
    case DO_AND:
        r = a & b;
        break;
    case DO_XOR:
        r = a ^ b;
        break;
    case DO_LSH:
        r = a << (shift_count)count;
        break;
    case DO_RSH:
        r = a >> (shift_count)count;
        break;
    case DO_ARSH: /* ones from above, if the sign is one */
        r = model_extend(a, width);
        r = r >> (shift_count)count |
            CHOOSE(r >> 63 == 1, ~(~(word)0 >> (shift_count)count), (word)0);
        break;
    case DO_NEG:
        r = 0 - a;
        break;
    case DO_MOV:
        r = b;
        break;
    case DO_MOVS8:
        r = model_extend(y, NUMBER_WIDTH(8));
        break;
    case DO_MOVS16:
        r = model_extend(y, NUMBER_WIDTH(16));
        break;
    case DO_MOVS32:
        r = model_extend(y, NUMBER_WIDTH(32));
        break;
    case DO_ZEXT16:
        r = model_low(x, NUMBER_WIDTH(16));
        break;
    case DO_ZEXT32:
        r = model_low(x, NUMBER_WIDTH(32));
        break;
    case DO_ZEXT64:
        r = x;
        break;
    case DO_SWAP16:
        r = model_swap(x, NUMBER_WIDTH(16));
        break;
    case DO_SWAP32:
        r = model_swap(x, NUMBER_WIDTH(32));
        break;
    case DO_SWAP64:
        r = model_swap(x, NUMBER_WIDTH(64));
        break;
    default: /* an operation that the model lacks: no set of the engine's holds this */
        __builtin_trap();
    }
    return model_low(r, width);
}

/* Signed numbers are ordered as unsigned ones are with the sign bit the other way round. */
static inline truth model_compare(unsigned operation, unsigned bits, word x, word y) {
    unsigned width = NUMBER_WIDTH(bits);
    word sign = (word)1 << (width - 1), a = model_low(x, width), b = model_low(y, width);
    switch (operation) {
    case DO_EQ:
        return a == b;
    case DO_NE:
        return a != b;
    case DO_SET:
        return (a & b) != 0;
    case DO_GT:
        return a > b;
    case DO_GE:
        return a >= b;
    case DO_LT:
        return a < b;
    case DO_LE:
        return a <= b;
    case DO_SGT:
        return (a ^ sign) > (b ^ sign);
    case DO_SGE:
        return (a ^ sign) >= (b ^ sign);
    case DO_SLT:
        return (a ^ sign) < (b ^ sign);
    case DO_SLE:
        return (a ^ sign) <= (b ^ sign);
    default:
        __builtin_trap();
    }
}

#endif
