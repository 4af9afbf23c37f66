/* SPDX-License-Identifier: MIT */
/* switch_words.h -- the two words by which thread_switch.S sees what a switch away from a thread,
 * and one to it, does besides. For fpu.c and space.c alone, with interrupts off. */
#ifndef MACHINE_SWITCH_WORDS_H
#define MACHINE_SWITCH_WORDS_H

#include "machine/cpu/current.h"

#define SWITCH_X87       1u
#define SWITCH_SSE       2u
#define SWITCH_AVX       4u
#define SWITCH_REGISTERS 7u /* which registers the thread has */

/* Makes them anew: the thread has these registers, and what its other fields say. */
void switch_words_set(struct thread *t, uint32_t registers);

/* Called by thread_switch.S where the threads have not the same. */
void thread_switch_others(struct thread *from, struct thread *to);

/* Its parts. */
void fpu_switch(struct thread *from, struct thread *to);
void space_switch(const struct thread *from, const struct thread *to);

#endif
