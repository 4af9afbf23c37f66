/* SPDX-License-Identifier: MIT */
/* feature.h -- what accepted programs did while they ran, so that a campaign can say what it has
 * tested. */
#ifndef SOUNDNESS_FEATURE_H
#define SOUNDNESS_FEATURE_H

#include "engine/program.h"

/* X(id, "what the program did") */
#define FEATURES(X)                                                                                \
    X(ALU32, "arithmetic of 32 bits")                                                              \
    X(DIVISION, "division or remainder")                                                           \
    X(SIGNED_DIVISION, "signed division or remainder")                                             \
    X(SWAP, "a byte swap")                                                                         \
    X(SIGN_MOVE, "a sign-extending move")                                                          \
    X(SIGN_LOAD, "a sign-extending load")                                                          \
    X(COMPARE_BOTH, "comparisons of 32 and of 64 bits")                                            \
    X(COMPARE_SIGNED, "a signed comparison")                                                       \
    X(COMPARE_SET, "a comparison of bits")                                                         \
    X(COMPARE_REGISTERS, "a comparison of two registers")                                          \
    X(ATOMIC, "an atomic change")                                                                  \
    X(FETCH, "an atomic fetch")                                                                    \
    X(CMPXCHG, "a compare-and-exchange")                                                           \
    X(FILL, "a register filled from the stack")                                                    \
    X(STACK_PART, "a store of a part of a stack slot")                                             \
    X(MEMORY, "plain memory of an argument")                                                       \
    X(PACKET, "a packet's bytes")                                                                  \
    X(OBJECT_READ, "a field read")                                                                 \
    X(OBJECT_WRITE, "a field written")                                                             \
    X(REACHED, "memory or an object behind a field")                                               \
    X(VARIABLE, "a global variable")                                                               \
    X(IMPORT, "a call out")                                                                        \
    X(LENGTH, "memory and its length as arguments")                                                \
    X(CALL_WRITES, "memory written by a call")                                                     \
    X(REFERENCE, "a reference acquired and released")                                              \
    X(NO_REFERENCE, "a reference asked for and not given")                                         \
    X(REFERENCES, "two references held at once")                                                   \
    X(REFERENCE_MEMORY, "a reference to plain memory")                                             \
    X(STORED, "a reference stored in a field")                                                     \
    X(TAKEN_OUT, "a reference taken out of a field")                                               \
    X(CALL_LOCAL, "a call of an own function")                                                     \
    X(CALL_NESTED, "a call inside a call")                                                         \
    X(CALL_POINTER, "a call through a pointer")                                                    \
    X(BY_CONTRACT, "a function taken at its word")                                                 \
    X(CALLED_BACK, "a function that is called back")                                               \
    X(CALLERS_STACK, "the stack of a function that waits")                                         \
    X(BACKWARD, "an iteration of a loop")                                                          \
    X(EARLY, "an exit before the last one")                                                        \
    X(FUEL, "the end of the fuel")                                                                 \
    X(METERED, "being metered")                                                                    \
    X(FUNCTIONAL, "being functional")                                                              \
    X(DETERMINISTIC, "being deterministic")                                                        \
    X(READ_SET, "leaving argument bytes unread by proof")

enum feature {
#define X(id, text) FEATURE_##id,
    FEATURES(X)
#undef X
        FEATURE_COUNT
};

#define FEATURE(id) (1ULL << FEATURE_##id)

/* What the instruction at a slot is, in a function that is called inside of depth - 1 others; what
 * it touches is not looked at. */
uint64_t feature_of(const struct program *p, uint32_t slot, uint32_t depth);

/* The text of a feature; never null. */
const char *feature_text(unsigned feature);

#endif
