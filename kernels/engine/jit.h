/* SPDX-License-Identifier: MIT */
/* jit.h -- a program as x86-64 machine code. Registers are allocated one to one, in the order of
 * the C calling convention, so that entering, leaving and calling kernel functions moves nothing:
 *
 *     r0 rax   r1 rdi   r2 rsi   r3 rdx   r4 rcx   r5 r8   r6 rbx   r7 r13   r8 r14   r9 r15   r10
 * rbp r9, r10 and r11 are scratch; r12 is the activation, where the program can end early
 *
 * The code means what interpreter.c says, fuel included. It checks nothing that a verifier proves:
 * memory accesses and the targets of indirect calls are taken as they come. */
#ifndef ENGINE_JIT_H
#define ENGINE_JIT_H

#include "engine/base/activation.h"
#include "engine/program.h"

struct jit_options {
    bool bmi2;      /* the processor has shlx, shrx and sarx */
    bool barriers;  /* no load is reached speculatively past a branch: lfence behind every one */
    uint64_t blind; /* not 0: constants of the program do not appear in the code but mixed with this
                       secret */
    bool points;    /* each call and each jump backwards begins with an instruction of its own
                       (maps.h) */
};

/* The activation's fault must be FAULT_NONE. A program that is not metered needs none, and can be
 * called as a C function of its kind's parameters: what it was not promised it does not read. */
typedef uint64_t code_entry(uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5,
                            struct activation *a);

struct code {
    code_entry *entry;
    uint32_t bytes;
    uint16_t reads;   /* the program's registers whose values at its entry matter, a bit each */
    uint32_t *offset; /* of each slot's code from memory.run; one more at the end */
    uint32_t slots;
    struct code_frame *frame; /* of each function, in the order of their code */
    uint32_t frames;
    struct code_memory memory;
};

/* Compiles the program, which code does not refer to afterwards; the imports' and variables'
 * addresses are part of the code. False, with nothing left allocated, when out of memory. */
bool jit_compile(const struct program *program, const struct hooks *hooks,
                 const struct jit_options *options, struct code *code);
void jit_release(struct code *code, const struct hooks *hooks);

#endif
