/* SPDX-License-Identifier: MIT */
/* term.h -- words and truths that are terms of z3, with C's operators: Word<64, false> is to a
 * uint64_t what a formula is to a number. Where a program branches on a Truth it takes one way at a
 * time, and explore() runs it once for each path. */
#ifndef DOMAIN_TERM_H
#define DOMAIN_TERM_H

#include <cstdint>
#include <functional>
#include <z3++.h>

z3::context &solver_context();
/* One of the two words that a view of a number is described by. */
z3::expr solver_variable(const std::string &view, const std::string &end, unsigned bits);

class Truth {
  public:
    z3::expr term;
    explicit Truth(z3::expr of) : term(of) {
    }
    Truth(bool value) : term(solver_context().bool_val(value)) {
    }
    operator bool() const; /* the path decides */
    Truth operator!() const {
        return Truth(!term);
    }
    friend Truth operator|(Truth a, Truth b) {
        return Truth(a.term || b.term);
    }
    friend Truth operator==(Truth a, Truth b) {
        return Truth(a.term == b.term);
    }
    /* Nothing that is asked has an effect, so both sides may be evaluated: fewer paths. With a bool
     * on one side C++ would rather decide the other. */
#define JOINING(op)                                                                                \
    friend Truth operator op(Truth a, Truth b) {                                                   \
        return Truth(a.term op b.term);                                                            \
    }                                                                                              \
    friend Truth operator op(bool a, Truth b) {                                                    \
        return Truth(a) op b;                                                                      \
    }                                                                                              \
    friend Truth operator op(Truth a, bool b) {                                                    \
        return a op Truth(b);                                                                      \
    }
    JOINING(&&)
    JOINING(||)
#undef JOINING
};

template <unsigned BITS, bool SIGNED> class Word {
    static z3::expr fitted(z3::expr from, bool is_signed) {
        unsigned bits = from.get_sort().bv_size();
        if (bits == BITS)
            return from;
        if (bits > BITS)
            return from.extract(BITS - 1, 0);
        return is_signed ? z3::sext(from, BITS - bits) : z3::zext(from, BITS - bits);
    }

  public:
    z3::expr term;
    explicit Word(z3::expr of) : term(of) {
    }
    Word(int value = 0) : term(solver_context().bv_val(value, BITS)) {
    }
    Word(unsigned value) : term(solver_context().bv_val(value, BITS)) {
    }
    Word(bool value) : Word((int)value) {
    }
    Word(Truth t) : term(z3::ite(t.term, Word(1).term, Word(0).term)) {
    }
    /* As in C, but that what is wider becomes narrower, and a signed number an unsigned one of its
     * width, only when told to. */
    template <unsigned B, bool S>
    explicit(B > BITS || (B == BITS && S != SIGNED)) Word(Word<B, S> w) : term(fitted(w.term, S)) {
    }
    static Word constant(uint64_t value) {
        return Word(solver_context().bv_val(value, BITS));
    }
    static Word variable(const std::string &view, const std::string &end) {
        return Word(solver_variable(view, end, BITS));
    }
    explicit operator bool() const {
        return *this != Word(0);
    }

    Word operator~() const {
        return Word(~term);
    }
    Word operator-() const {
        return Word(-term);
    }
#define ARITHMETIC(op, result)                                                                     \
    friend Word operator op(Word a, Word b) {                                                      \
        return Word(result);                                                                       \
    }                                                                                              \
    Word &operator op##=(Word b) {                                                                 \
        return *this = *this op b;                                                                 \
    }
    ARITHMETIC(+, a.term + b.term)
    ARITHMETIC(-, ~(~a.term + b.term)) /* z3 multiplies by -1 to subtract, and is slow at that */
    ARITHMETIC(*, a.term *b.term)
    ARITHMETIC(/, SIGNED ? a.term / b.term : z3::udiv(a.term, b.term))
    ARITHMETIC(%, SIGNED ? z3::srem(a.term, b.term) : z3::urem(a.term, b.term))
    ARITHMETIC(&, a.term &b.term)
    ARITHMETIC(|, a.term | b.term)
    ARITHMETIC(^, a.term ^ b.term)
#undef ARITHMETIC
#define COMPARISON(op, if_signed, if_not)                                                          \
    friend Truth operator op(Word a, Word b) {                                                     \
        return Truth(SIGNED ? if_signed(a.term, b.term) : if_not(a.term, b.term));                 \
    }
    COMPARISON(<, z3::slt, z3::ult)
    COMPARISON(<=, z3::sle, z3::ule)
    COMPARISON(>, z3::sgt, z3::ugt)
    COMPARISON(>=, z3::sge, z3::uge)
#undef COMPARISON
    friend Truth operator==(Word a, Word b) {
        return Truth(a.term == b.term);
    }
    friend Truth operator!=(Word a, Word b) {
        return Truth(a.term != b.term);
    }
#define SHIFT(op, result)                                                                          \
    friend Word operator op(Word a, Word<32, false> count) {                                       \
        z3::expr by = Word(count).term;                                                            \
        return Word(result);                                                                       \
    }                                                                                              \
    Word &operator op##=(int by) {                                                                 \
        return *this = *this op by;                                                                \
    }
    SHIFT(<<, z3::shl(a.term, by))
    SHIFT(>>, SIGNED ? z3::ashr(a.term, by) : z3::lshr(a.term, by))
#undef SHIFT

    friend Word choose(Truth t, Word a, Word b) {
        return Word(z3::ite(t.term, a.term, b.term));
    }
    friend Truth add_overflows(Word a, Word b, Word *r) {
        *r = a + b;
        return SIGNED ? ((a ^ *r) & (b ^ *r)) < Word(0) : *r < a;
    }
    friend Truth sub_overflows(Word a, Word b, Word *r) {
        *r = a - b;
        return SIGNED ? ((a ^ b) & (a ^ *r)) < Word(0) : a < b;
    }
    friend Truth mul_overflows(Word a, Word b, Word *r) {
        typedef Word<2 * BITS, SIGNED> Twice;
        *r = a * b;
        return Twice(a) * Twice(b) != Twice(*r);
    }
};

/* As number.h has them. */
Word<32, false> highest_bit(Word<64, false> v);
Word<32, false> lowest_bit(Word<64, false> v);
Word<64, false> swapped_bytes(Word<64, false> v);

/* Runs `program` once for each of its paths; gives their number. What is assumed holds to the end
 * of the present one. */
unsigned explore(const std::function<void()> &program);
void assume(Truth t);

/* Can t be false for all that was assumed and decided on the path? unsat is the proof that it
 * cannot. Facts that speak of no other views than t's are tried first: fewer different questions,
 * and much quicker ones. z3 gives up (unknown) after so many steps of its own, not by a clock: the
 * answer is the same on any machine. */
#define SOLVER_STEPS 20000000
z3::check_result counterexample(Truth t);

#endif
