/* SPDX-License-Identifier: MIT */
/* fpu.h -- registers that the kernel itself never uses, for user code that does: x87, SSE and AVX,
 * and the base of fs. Whose they are they stay: a switch saves those of the thread that it leaves
 * and loads those of the next (eagerly, so that nothing waits in a register for somebody to read).
 * A thread that was given none takes TRAP_NO_FPU at the first use. */
#ifndef MACHINE_FPU_H
#define MACHINE_FPU_H

#include "machine/cpu/current.h"

/* For kernels whose programs compute with more than general registers. x87 and SSE, which every
 * processor in long mode has; AVX where CPUID shows it. Without XSAVE they are kept by FXSAVE. */
void fpu_init(void);

/* Gives the thread registers in their first state: zeros, FCW 0x37f, MXCSR 0x1f80. After fpu_init.
 * Every switch from and to it costs some more from then on. */
void fpu_give(struct thread *t);
/* Takes them away again, with what they hold. */
void fpu_take(struct thread *t);

/* Where fs begins in the thread's user code, which cannot change that by itself: CR4.FSGSBASE is
 * off. 0, or -E_INVALID: the address lies outside user space. */
int fpu_set_fs(struct thread *t, vaddr_t base);

/* The current registers, of a thread that was given some: for kernels that keep several owners'
 * on one thread. */
void fpu_save(struct fpu *into);
void fpu_load(const struct fpu *from);
/* Makes the area hold their first state. */
void fpu_clear(struct fpu *area);

#endif
