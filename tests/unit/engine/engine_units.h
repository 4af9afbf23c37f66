/* SPDX-License-Identifier: MIT */
/* engine_units.h -- a program verified whole, and again in units: facts, verdict and what the
 * program is marked with are the same whatever the numbers of units. */
#ifndef TESTS_ENGINE_UNITS_H
#define TESTS_ENGINE_UNITS_H

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "engine/verify.h"

/* What a proof leaves. */
struct proof {
    enum verify_progress end;
    struct facts facts;
    struct verdict verdict;
    struct function *function; /* of the program, as it is then; and the marks of its slots */
    uint8_t *mark;
};

static inline void proof_note(struct proof *proof, const struct program *p) {
    size_t functions = p->function_count * sizeof *p->function;
    proof->function = malloc(functions);
    proof->mark = malloc(p->slots);
    assert_true(proof->function && proof->mark);
    memcpy(proof->function, p->function, functions);
    memcpy(proof->mark, p->mark, p->slots);
}

static inline void proof_release(struct proof *proof) {
    free(proof->function);
    free(proof->mark);
    free(proof);
}

/* As the decoder left it. */
static inline void proof_undo(struct program *p) {
    for (uint32_t i = 0; i < p->slots; i++)
        p->mark[i] &= (uint8_t) ~(MARK_TAKEN | MARK_PASSED);
    for (uint32_t f = 0; f < p->function_count; f++) {
        p->function[f].frame_bytes = FRAME_BYTES;
        p->function[f].called_back = false;
    }
    p->frame_bytes = FRAME_BYTES;
    p->metered = true;
}

static inline struct proof *proof_in_units(struct program *p, const struct kind *kind,
                                           const struct hooks *hooks, uint32_t units) {
    struct proof *proof = calloc(1, sizeof *proof);
    assert_non_null(proof);
    proof_undo(p);
    struct verifier *v = verify_start(p, kind, hooks, &proof->facts, &proof->verdict, NULL);
    proof->end = v ? VERIFY_GOES_ON : VERIFY_REFUSED;
    while (proof->end == VERIFY_GOES_ON)
        proof->end = verify_go(v, units);
    if (v)
        verify_end(v);
    proof_note(proof, p);
    return proof;
}

static inline void assert_same_proof(const struct program *p, const struct proof *a,
                                     const struct proof *b) {
    assert_int_equal(a->end, b->end);
    assert_int_equal(a->facts.steps, b->facts.steps);
    assert_memory_equal(a->mark, b->mark, p->slots);
    assert_memory_equal(a->function, b->function, p->function_count * sizeof *p->function);
    if (a->end == VERIFY_PROVEN) {
        assert_memory_equal(&a->facts, &b->facts, sizeof a->facts);
        return;
    }
    assert_int_equal(a->verdict.rule, b->verdict.rule);
    assert_int_equal(a->verdict.slot, b->verdict.slot);
    assert_int_equal(a->verdict.forks, b->verdict.forks);
    assert_string_equal(a->verdict.text, b->verdict.text);
}

/* Verifies the program whole, and then by each of the numbers. Gives what verify() does. */
static inline bool verify_by_all_units(struct program *p, const struct kind *kind,
                                       const struct hooks *hooks, struct facts *facts,
                                       struct verdict *verdict) {
    static const uint32_t units[] = {1, 2, 3, 7, 1000};
    struct proof *whole = proof_in_units(p, kind, hooks, UINT32_MAX);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct proof *parts = proof_in_units(p, kind, hooks, units[i]);
        assert_same_proof(p, whole, parts);
        proof_release(parts);
    }
    bool proven = whole->end == VERIFY_PROVEN;
    proof_release(whole);
    proof_undo(p);
    assert_int_equal(verify(p, kind, hooks, facts, verdict), proven);
    return proven;
}

#endif
