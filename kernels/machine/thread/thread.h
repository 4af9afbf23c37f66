/* SPDX-License-Identifier: MIT */
/* thread.h -- threads of the kernel: a stack each, and switches between them. No policy: a switch
 * names both ends, and who runs next is the business of the kernel above.
 *
 *     struct thread *t = thread_create(fn, arg);
 *     thread_switch(thread_current(), t);   runs fn(arg), until somebody switches back here
 *
 * What hangs on a thread is in cpu/current.h. A stack has STACK_SIZE bytes above a page that is not
 * mapped: what runs over it is a double fault, a panic that says so. */
#ifndef MACHINE_THREAD_H
#define MACHINE_THREAD_H

#include "machine/cpu/current.h"
#include "machine/memory/page.h"

/* A thread that will begin with fn(arg), interrupts off, when it is first switched to; fn does not
 * return, but may end by thread_exit. Null: no memory for its stack. */
struct thread *thread_create(void (*fn)(void *arg), void *arg);

/* Goes on with `to`, where it was left; returns when somebody switches to `from`, the current
 * thread. Interrupts are off, here and there. Saved are the registers that a C call keeps: all
 * others were the caller's to save. */
void thread_switch(struct thread *from, struct thread *to);
/* The same, after this address space was loaded; between threads of two users selectors_clear()
 * (cpu/selectors.h) comes before, which page_table_load() does by itself. */
void thread_switch_space(struct thread *from, struct thread *to, const struct page_table *space);

/* Ends the current thread and goes on with `to`: the same switch, but nobody switches back, and
 * once the processor stands on to's stack the thread is freed. As for thread_free nothing may be
 * under way on it. The loaded address space stays; fs and the FPU's registers of the thread go. */
_Noreturn void thread_exit(struct thread *to);

/* Sees to it that the next thread_create() finds a stack in the pool, as far as there is memory,
 * page by page. In no region. */
void thread_reserve(void);

/* Takes back the stack of a thread that does not run, now or ever again. Nothing may be under way
 * on it: no trap_catch, no user_run, no program's run, no region of preempt.h. */
void thread_free(struct thread *t);

/* Shows each thread's stack, as far as it is used: from where the thread was left, of the current
 * one from this call on, to its upper end. Every return address of code under way lies there, and
 * of what was interrupted the instruction. Others may run meanwhile; not whose stack is shown. */
void thread_stacks_each(void (*see)(const uint64_t *from, const uint64_t *end, void *with),
                        void *with);

/* Whether the address lies in the page below the stack of the current thread. */
bool thread_overran(vaddr_t at);

#endif
