/* SPDX-License-Identifier: MIT */
/* preempt.h -- the timer takes the processor from whoever runs, in user mode and in the kernel.
 * Nothing of it happens unless somebody arms the timer (device/timer.h), once for each time.
 *
 * The hook of the kernel above decides which thread goes on. It runs on the stack of the thread
 * that was interrupted, interrupts off, the interrupt ended; it may return (the thread goes on) or
 * thread_switch() (and return when the thread is switched to again). A trap in it is a panic: the
 * interrupted thread's catch is not there for it.
 *
 * A thread keeps the processor while its interrupts are off, or between preempt_disable() and
 * preempt_enable(), which nest. What was due meanwhile happens at the end: of the outermost region,
 * or of the stretch without interrupts that it lies in. Frames, page tables, heap, code pages
 * and the device window have no lock of their own: under preemption they are touched in such a
 * region. The pool of threads takes it itself. */
#ifndef MACHINE_PREEMPT_H
#define MACHINE_PREEMPT_H

#include "machine/cpu/region.h"

typedef void preempt_fn(void);

/* Whom the timer asks from now on; null: nobody, and its interrupt is nobody's. Gives whom it asked
 * before, for a hook that takes its place for a while. */
preempt_fn *preempt_init(preempt_fn *hook);

#endif
