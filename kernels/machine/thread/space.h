/* SPDX-License-Identifier: MIT */
/* space.h -- the address space that a thread works in goes with it: a switch between threads of two
 * loads the next one's. What a space is, and how it is loaded, says the kernel above. Threads
 * without one pay nothing for it. */
#ifndef MACHINE_THREAD_SPACE_H
#define MACHINE_THREAD_SPACE_H

#include "machine/cpu/current.h"

/* Loads one, null being the kernel's own; interrupts are off. Before the first thread_set_space. */
typedef void thread_space_fn(void *space);
void thread_spaces_init(thread_space_fn *load);

/* From now on the thread works in this space, or in the kernel's own (null). Loaded at once where
 * it is the current thread's. It must stay until the thread has another. */
void thread_set_space(struct thread *t, void *space);

#endif
