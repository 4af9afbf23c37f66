/* SPDX-License-Identifier: MIT */
/* scalar_alu.c -- arithmetic on sets of numbers. Each view is computed by itself where that is
 * sound, is unlimited where it is not, and learns from the others in the end (scalar_settle).
 *
 * The lower half of a sum, difference, product or bitwise result depends on the operands' lower
 * halves alone, so 64-bit operations compute the 32-bit ranges too, and a 32-bit operation is the
 * 64-bit one on suitable operands, cut to its lower half. */
#include "engine/assert.h"
#include "engine/verify/scalar_internal.h"

static void forget64(struct scalar *s) {
    s->umin = 0;
    s->umax = UNUM_MAX;
    s->smin = SNUM_MIN;
    s->smax = SNUM_MAX;
}

static void forget32(struct scalar *s) {
    s->umin32 = 0;
    s->umax32 = UHALF_MAX;
    s->smin32 = SHALF_MIN;
    s->smax32 = SHALF_MAX;
}

/* A set known by its bits only. */
static struct scalar from_bits(struct bits bits) {
    struct scalar s = scalar_any();
    s.bits = bits;
    scalar_settle(&s);
    return s;
}

static struct bits bits_add(struct bits a, struct bits b) {
    unum value = a.value + b.value, most = value + a.unknown + b.unknown;
    unum unknown = (most ^ value) | a.unknown | b.unknown;
    return (struct bits){value & ~unknown, unknown};
}

static struct bits bits_sub(struct bits a, struct bits b) {
    unum value = a.value - b.value, most = value + a.unknown, least = value - b.unknown;
    unum unknown = (most ^ least) | a.unknown | b.unknown;
    return (struct bits){value & ~unknown, unknown};
}

/* Long multiplication: the known parts exactly, the unknown ones added up as unknown. */
static struct bits bits_mul(struct bits a, struct bits b) {
    struct bits known = {a.value * b.value, 0}, rest = {0, 0};
    unum some = b.value | b.unknown;
    /* Of anything at all, the product is unknown from the other's lowest bit on. */
    if (a.unknown == UNUM_MAX)
        return (struct bits){0, some ? UNUM_MAX << LOWEST_BIT(some) : 0};
    for (; a.value | a.unknown; a.value >>= 1, a.unknown >>= 1, b.value <<= 1, b.unknown <<= 1) {
        if (a.value & 1)
            rest = bits_add(rest, (struct bits){0, b.unknown});
        else if (a.unknown & 1)
            rest = bits_add(rest, (struct bits){0, b.value | b.unknown});
    }
    return bits_add(known, rest);
}

static struct bits bits_and(struct bits a, struct bits b) {
    unum may = (a.value | a.unknown) & (b.value | b.unknown), must = a.value & b.value;
    return (struct bits){must, may & ~must};
}

static struct bits bits_or(struct bits a, struct bits b) {
    unum must = a.value | b.value;
    return (struct bits){must, (a.unknown | b.unknown) & ~must};
}

static struct bits bits_xor(struct bits a, struct bits b) {
    unum unknown = a.unknown | b.unknown;
    return (struct bits){(a.value ^ b.value) & ~unknown, unknown};
}

/* Sums and differences of ranges. A bound that overflows makes its range unlimited. */
#define ADD_RANGE(type, low, high, least, most)                                                    \
    do {                                                                                           \
        if (ADD_OVERFLOWS(a.low, b.low, &r.low) | ADD_OVERFLOWS(a.high, b.high, &r.high)) {        \
            r.low = least;                                                                         \
            r.high = most;                                                                         \
        }                                                                                          \
    } while (0)
#define SUB_RANGE(type, low, high, least, most)                                                    \
    do {                                                                                           \
        if (SUB_OVERFLOWS(a.low, b.high, &r.low) | SUB_OVERFLOWS(a.high, b.low, &r.high)) {        \
            r.low = least;                                                                         \
            r.high = most;                                                                         \
        }                                                                                          \
    } while (0)

static struct scalar add(struct scalar a, struct scalar b) {
    struct scalar r = {.bits = bits_add(a.bits, b.bits)};
    ADD_RANGE(unum, umin, umax, 0, UNUM_MAX);
    ADD_RANGE(snum, smin, smax, SNUM_MIN, SNUM_MAX);
    ADD_RANGE(uhalf, umin32, umax32, 0, UHALF_MAX);
    ADD_RANGE(shalf, smin32, smax32, SHALF_MIN, SHALF_MAX);
    if (MUTANT(ADD_OVERFLOW)) {
        r.smin32 = (shalf)((uhalf)a.smin32 + (uhalf)b.smin32);
        r.smax32 = (shalf)((uhalf)a.smax32 + (uhalf)b.smax32);
    }
    return r;
}

static struct scalar sub(struct scalar a, struct scalar b) {
    struct scalar r = {.bits = bits_sub(a.bits, b.bits)};
    SUB_RANGE(unum, umin, umax, 0, UNUM_MAX);
    SUB_RANGE(snum, smin, smax, SNUM_MIN, SNUM_MAX);
    SUB_RANGE(uhalf, umin32, umax32, 0, UHALF_MAX);
    SUB_RANGE(shalf, smin32, smax32, SHALF_MIN, SHALF_MAX);
    if (MUTANT(SUB_BOUNDS) && a.umin >= b.umin && a.umax >= b.umax) {
        r.umin = a.umin - b.umin;
        r.umax = a.umax - b.umax;
    }
    return r;
}

static struct scalar mul(struct scalar a, struct scalar b) {
    struct scalar r = scalar_any();
    unum most;
    uhalf most32;
    snum corner[4];
    r.bits = bits_mul(a.bits, b.bits);
    if (!MUL_OVERFLOWS(a.umax, b.umax, &most) || MUTANT(MUL_OVERFLOW)) {
        r.umin = a.umin * b.umin;
        r.umax = most;
    }
    if (!MUL_OVERFLOWS(a.umax32, b.umax32, &most32)) {
        r.umin32 = a.umin32 * b.umin32;
        r.umax32 = most32;
    }
    if (!MUL_OVERFLOWS(a.smin, b.smin, &corner[0]) && !MUL_OVERFLOWS(a.smin, b.smax, &corner[1]) &&
        !MUL_OVERFLOWS(a.smax, b.smin, &corner[2]) && !MUL_OVERFLOWS(a.smax, b.smax, &corner[3])) {
        r.smin = LEAST(LEAST(corner[0], corner[1]), LEAST(corner[2], corner[3]));
        r.smax = MOST(MOST(corner[0], corner[1]), MOST(corner[2], corner[3]));
    }
    return r;
}

/* Unsigned; a divisor of 0 gives 0. */
static struct scalar divide(struct scalar a, struct scalar b) {
    if (b.umax == 0)
        return scalar_constant(0);
    unum least = b.umin == 0 && !MUTANT(DIV_NOT_ZERO) ? 0 : a.umin / b.umax;
    return scalar_range(least, a.umax / MOST(b.umin, 1));
}

/* Unsigned; a divisor of 0 gives the dividend. */
static struct scalar modulo(struct scalar a, struct scalar b) {
    if (b.umax == 0 || a.umax < b.umin)
        return a;
    unum most = b.umin == 0 && !MUTANT(DIV_NOT_ZERO) ? a.umax : LEAST(a.umax, b.umax - 1);
    return scalar_range(0, most);
}

static snum signed_quotient(snum a, snum b) {
    return b == 0 ? 0 : b == -1 ? (snum)(0 - (unum)a) : a / b;
}

static snum signed_remainder(snum a, snum b) {
    return b == 0 ? a : b == -1 ? 0 : a % b;
}

/* Is each one number? Then every view of it says so. */
static bool both_constant(const struct scalar *a, const struct scalar *b) {
    bool both = scalar_is_constant(a) && scalar_is_constant(b);
    ENGINE_ASSERT(!both || (a->smin == (snum)a->bits.value && b->smin == (snum)b->bits.value),
                  "%lld and %lld", (long long)a->smin, (long long)b->smin);
    return both;
}

/* Signed division: exact for constants, and its magnitude is bounded by the dividend's. */
static struct scalar divide_signed(struct scalar a, struct scalar b) {
    if (both_constant(&a, &b))
        return scalar_constant((unum)signed_quotient(a.smin, b.smin));
    if (a.smin == SNUM_MIN)
        return scalar_any();
    snum most = MOST(a.smin < 0 ? -a.smin : a.smin, a.smax < 0 ? -a.smax : a.smax);
    return scalar_signed_range(-most, most);
}

/* The remainder has the dividend's sign and at most its magnitude. */
static struct scalar modulo_signed(struct scalar a, struct scalar b) {
    if (both_constant(&a, &b))
        return scalar_constant((unum)signed_remainder(a.smin, b.smin));
    return scalar_signed_range(LEAST(a.smin, 0), MOST(a.smax, 0));
}

static struct scalar bitwise_and(struct scalar a, struct scalar b) {
    struct scalar r = scalar_any();
    r.bits = bits_and(a.bits, b.bits);
    r.umax = LEAST(a.umax, b.umax);
    r.umax32 = LEAST(a.umax32, b.umax32);
    return r;
}

static struct scalar bitwise_or(struct scalar a, struct scalar b) {
    struct scalar r = scalar_any();
    r.bits = bits_or(a.bits, b.bits);
    r.umin = MOST(a.umin, b.umin);
    r.umin32 = MOST(a.umin32, b.umin32);
    return r;
}

/* Shifts by least to most places, both below NUMBER_BITS. */
static struct scalar shift_left(struct scalar a, shift_count least, shift_count most) {
    struct scalar r = a;
    forget64(&r);
    if (!MUTANT(SHIFT_KEEPS_HALF))
        forget32(&r);
    r.bits = least == most ? (struct bits){a.bits.value << least, a.bits.unknown << least}
                           : (struct bits){0, UNUM_MAX};
    if (a.umax <= UNUM_MAX >> most) {
        r.umin = a.umin << least;
        r.umax = a.umax << most;
    }
    if (most < NUMBER_BITS - 1 && a.smin >= SNUM_MIN >> most && a.smax <= SNUM_MAX >> most) {
        r.smin = (snum)((unum)a.smin << (a.smin < 0 ? most : least));
        r.smax = (snum)((unum)a.smax << (a.smax < 0 ? least : most));
    }
    if (most < HALF_BITS && a.umax32 <= UHALF_MAX >> most) {
        r.umin32 = a.umin32 << least;
        r.umax32 = a.umax32 << most;
    }
    return r;
}

static struct scalar shift_right(struct scalar a, shift_count least, shift_count most) {
    struct scalar r = scalar_any();
    if (least == most)
        r.bits = (struct bits){a.bits.value >> least, a.bits.unknown >> least};
    r.umin = a.umin >> most;
    r.umax = a.umax >> least;
    return r;
}

static struct scalar shift_right_signed(struct scalar a, shift_count least, shift_count most) {
    struct scalar r = scalar_any();
    if (least == most)
        r.bits = (struct bits){(unum)((snum)a.bits.value >> least) &
                                   ~(unum)((snum)a.bits.unknown >> least),
                               (unum)((snum)a.bits.unknown >> least)};
    r.smin = a.smin >> (a.smin < 0 ? least : most);
    r.smax = a.smax >> (a.smax < 0 ? most : least);
    return r;
}

static struct scalar shift(unsigned operation, unsigned bits, struct scalar a, struct scalar b) {
    struct scalar count = bitwise_and(b, scalar_constant(NUMBER_WIDTH(bits) - 1));
    scalar_settle(&count);
    shift_count least = (shift_count)count.umin, most = (shift_count)count.umax;
    if (operation == DO_LSH)
        return shift_left(a, least, most);
    return operation == DO_RSH ? shift_right(a, least, most) : shift_right_signed(a, least, most);
}

struct scalar scalar_low32(struct scalar s) {
    if (!MUTANT(ALU32_KEEPS_TOP)) {
        s.bits.value = (uhalf)s.bits.value;
        s.bits.unknown = (uhalf)s.bits.unknown;
        forget64(&s);
        s.umin = s.umin32;
        s.umax = s.umax32;
    }
    scalar_settle(&s);
    return s;
}

/* The low `width` bits, sign-extended. */
static struct scalar sign_extend(struct scalar s, unsigned width) {
    struct scalar r = shift_left(s, NUMBER_BITS - width, NUMBER_BITS - width);
    scalar_settle(&r);
    r = shift_right_signed(r, NUMBER_BITS - width, NUMBER_BITS - width);
    if (width == HALF_BITS) {
        r.smin = MOST(r.smin, s.smin32);
        r.smax = LEAST(r.smax, s.smax32);
    }
    scalar_settle(&r);
    return r;
}

static struct scalar byte_swap(struct scalar s, unsigned width) {
    unsigned by = NUMBER_BITS - width;
    return from_bits((struct bits){SWAPPED_BYTES(s.bits.value << by >> by) >> by,
                                   SWAPPED_BYTES(s.bits.unknown << by >> by) >> by});
}

static struct scalar zero_extend(struct scalar s, unsigned width) {
    return width == HALF_BITS ? scalar_low32(s)
                              : bitwise_and(s, scalar_constant(((unum)1 << width) - 1));
}

static struct scalar alu64(unsigned operation, unsigned bits, struct scalar a, struct scalar b) {
    switch (operation) {
    case DO_ADD:
        return add(a, b);
    case DO_SUB:
        return sub(a, b);
    case DO_NEG:
        return sub(scalar_constant(0), a);
    case DO_MUL:
        return mul(a, b);
    case DO_DIV:
        return divide(a, b);
    case DO_MOD:
        return modulo(a, b);
    case DO_SDIV:
        return divide_signed(a, b);
    case DO_SMOD:
        return modulo_signed(a, b);
    case DO_AND:
        return bitwise_and(a, b);
    case DO_OR:
        return bitwise_or(a, b);
    case DO_XOR:
        return from_bits(bits_xor(a.bits, b.bits));
    case DO_LSH:
    case DO_RSH:
    case DO_ARSH:
        return shift(operation, bits, a, b);
    case DO_MOV:
        return b;
    case DO_MOVS8:
        return sign_extend(b, NUMBER_WIDTH(8));
    case DO_MOVS16:
        return sign_extend(b, NUMBER_WIDTH(16));
    case DO_MOVS32:
        return sign_extend(b, NUMBER_WIDTH(32));
    case DO_ZEXT16:
        return zero_extend(a, NUMBER_WIDTH(16));
    case DO_ZEXT32:
        return zero_extend(a, NUMBER_WIDTH(32));
    case DO_ZEXT64:
        return a;
    case DO_SWAP16:
        return byte_swap(a, NUMBER_WIDTH(16));
    case DO_SWAP32:
        return byte_swap(a, NUMBER_WIDTH(32));
    case DO_SWAP64:
        return byte_swap(a, NUMBER_WIDTH(64));
    default:
        return scalar_any();
    }
}

/* What compilers calculate addresses and counters with, of two constants; false if it is something
 * else. */
static bool alu_constants(unsigned operation, unsigned bits, unum a, unum b, unum *r) {
    shift_count count = (shift_count)b & (NUMBER_WIDTH(bits) - 1);
    switch (operation) {
    case DO_ADD:
        *r = a + b;
        break;
    case DO_SUB:
        *r = a - b;
        break;
    case DO_AND:
        *r = a & b;
        break;
    case DO_LSH:
        *r = a << count;
        break;
    case DO_RSH:
        *r = (bits == 32 ? (uhalf)a : a) >> count;
        break;
    case DO_MOV:
        *r = b;
        break;
    default:
        return false;
    }
    if (bits == 32)
        *r = (uhalf)*r;
    return true;
}

struct scalar scalar_alu(unsigned operation, unsigned bits, struct scalar a, struct scalar b) {
    unum constant;
    if (scalar_is_constant(&a) && scalar_is_constant(&b) &&
        alu_constants(operation, bits, a.bits.value, b.bits.value, &constant))
        return scalar_constant(constant);
    if (bits == 32) {
        bool is_signed = operation == DO_ARSH || operation == DO_SDIV || operation == DO_SMOD;
        if (is_signed && !(operation == DO_ARSH && MUTANT(ARSH32_SIGN))) {
            a = sign_extend(a, NUMBER_WIDTH(32));
            b = sign_extend(b, NUMBER_WIDTH(32));
        } else if (operation == DO_RSH || operation == DO_DIV || operation == DO_MOD) {
            a = scalar_low32(a);
            b = scalar_low32(b);
        }
    }
    struct scalar r = alu64(operation, bits, a, b);
    scalar_settle(&r);
    return bits == 32 ? scalar_low32(r) : r;
}
