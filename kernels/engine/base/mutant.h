/* SPDX-License-Identifier: MIT */
/* mutant.h -- known mistakes of such verifiers, switchable, so that the soundness campaign
 * (tests/soundness) can prove that it would find them. MUTANT(X) is false, and costs nothing, but
 * in the campaign's own build, where one at a time is planted or none. */
#ifndef ENGINE_MUTANT_H
#define ENGINE_MUTANT_H

/* X(id, what is done wrong) */
#define MUTANTS(X)                                                                                 \
    X(NONE, "nothing")                                                                             \
    X(SHIFT_KEEPS_HALF, "32-bit bounds survive a 64-bit shift to the left")                        \
    X(SUB_BOUNDS, "subtraction pairs minimum with minimum")                                        \
    X(MUL_OVERFLOW, "multiplication forgets that it can overflow")                                 \
    X(ADD_OVERFLOW, "32-bit signed addition forgets that it can overflow")                         \
    X(ALU32_KEEPS_TOP, "32-bit arithmetic keeps the upper half's bounds")                          \
    X(ARSH32_SIGN, "a 32-bit arithmetic shift takes the sign from bit 63")                         \
    X(IMM_UNSIGNED, "an immediate is not sign-extended")                                           \
    X(DIV_NOT_ZERO, "division by zero is forgotten")                                               \
    X(JUMP_OFF_BY_ONE, "the branch not taken of > learns <")                                       \
    X(EQ32_LEARNS_64, "a 32-bit equality is taken for one of 64 bits")                             \
    X(SIGNED_IS_UNSIGNED, "a signed comparison refines unsigned bounds")                           \
    X(LOAD_SIGN, "a sign-extending load gives an unsigned range")                                  \
    X(NULL_OFFSET, "arithmetic on a pointer that may be null is let through")                      \
    X(NULL_OTHER, "a null check of one pointer clears another")                                    \
    X(ACCESS_WIDTH, "an access is checked for its first byte only")                                \
    X(ACCESS_NEGATIVE, "a negative variable offset is forgotten")                                  \
    X(PLACE_FAR, "pointers move, and join, without bound")                                         \
    X(PLACE_STORED, "a pointer is stored by the constant part of the place alone")                 \
    X(PLACE_ARGUMENT, "a call reads the stack by the constant part of the place alone")            \
    X(PLACE_WRITTEN, "a call writes the stack by the constant part of the place alone")            \
    X(STACK_PART, "a partial store leaves a spilled register standing")                            \
    X(FETCH_KEEPS, "an atomic fetch leaves its register's bounds")                                 \
    X(PRUNE_STACK, "pruning forgets the stack")                                                    \
    X(PRUNE_RANGE, "pruning compares minima only")                                                 \
    X(PRUNE_NULL, "pruning forgets which pointers are null together")                              \
    X(JOIN_FIRST, "where paths join, the first one's bounds stand")                                \
    X(JOIN_LINKS, "where paths join, numbers stay linked that one of them did not link")           \
    X(JOIN_PACKET, "where paths join, the packet is as long as one of them knows")                 \
    X(JOIN_STACK, "where paths join, the stack is the first one's")                                \
    X(CALL_WRITES_MOST, "a call is taken to have written as much as it might")                     \
    X(CALL_KEEPS, "a call leaves the bounds of r1 to r5")                                          \
    X(LEAK, "a program may end with a reference")                                                  \
    X(RELEASE_KEEPS, "what lived under a released reference stays readable")                       \
    X(RELEASE_TWICE, "a reference may be released twice")                                          \
    X(RELEASE_MOVED, "a reference may be released by another address than its own")                \
    X(FIELD_RANGE, "a field with limits takes any number")                                         \
    X(PACKET_OTHER, "a packet is as long as another one")                                          \
    X(CALLBACK_ONCE, "what is called back several times is paid once")                             \
    X(CALLBACK_FACTS, "what is called back may do what it likes")                                  \
    X(CALLBACK_DEPTH, "what is called back needs no stack")                                        \
    X(CALLBACK_RESULT, "what is called back may give any number")                                  \
    X(FRAME_STAYS, "a pointer to a stack frame that is gone leads to the caller's")                \
    X(DEPTH, "calls inside of calls need no stack")                                                \
    X(READ_WIDTH, "the read set has the first byte of each access only")                           \
    X(WRITE_IS_FUNCTIONAL, "a write is no effect")                                                 \
    X(MAP_FIRST, "where states differ, the first one's map stands")                                \
    X(MAP_STACK, "maps leave the stack out")                                                       \
    X(JOIN_COST, "where paths join, the first one's cost stands")                                  \
    X(LIVE_COMPARED, "what a register is compared with is taken for dead")

enum mutant {
#define X(id, text) MUTANT_##id,
    MUTANTS(X)
#undef X
        MUTANT_COUNT
};

#ifdef ENGINE_MUTANTS
extern enum mutant mutant_chosen;
#define MUTANT(id)        (mutant_chosen == MUTANT_##id)
#define MUTANT_IS_PLANTED (mutant_chosen != MUTANT_NONE)
#else
#define MUTANT(id)        0
#define MUTANT_IS_PLANTED 0
#endif

#endif
