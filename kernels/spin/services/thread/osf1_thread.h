/* SPDX-License-Identifier: MIT */
/* osf1_thread.h -- threads of the kernel as OSF/1 has them, for which drivers of vendors are
 * written (Bershad et al., SOSP '95, 4.2): a package over strands. A thread waits for an *event*,
 * any address, in two steps, so that what it looks at in between cannot make it miss the wake-up:
 *
 *     assert_wait(&buffer, false);
 *     if (buffer.is_full)
 *         clear_wait(osf1_thread_current(), THREAD_AWAKENED, false);
 *     thread_block();
 *
 * Only threads of this package wait; whoever likes wakes them. */
#ifndef SPIN_SERVICES_OSF1_THREAD_H
#define SPIN_SERVICES_OSF1_THREAD_H

#include "spin/core/strand.h"

enum wait_result {
    THREAD_WAITING,
    THREAD_AWAKENED,        /* by its event */
    THREAD_INTERRUPTED,     /* by clear_wait */
    THREAD_SHOULD_TERMINATE /* and shall return from where it is */
};

struct osf1_thread {
    struct strand strand;
    struct list waiting; /* of those whose events share a queue; alone: it waits for nothing */
    const void *event;
    enum wait_result result; /* of its last wait */
    bool interruptible, terminated;
    void (*start)(void *arg);
    void *arg;
};

/* Before all else here; there are strands. */
void osf1_threads_init(void);

/* Begins with start(arg), and ends when that returns. Its memory is another thread's after that.
 * Null: there is no memory, or no stack. */
struct osf1_thread *kernel_thread(void (*start)(void *arg), void *arg);
struct osf1_thread *osf1_thread_current(void);

/* From here on thread_wakeup() of the event ends the caller's wait; it waits for nothing yet.
 * Interruptible: so does thread_terminate(), which has come already or comes later. */
void assert_wait(const void *event, bool interruptible);
/* Waits until the wait that was asserted has ended, if it has not yet, and gives how. Without one
 * others of the caller's priority go first. */
enum wait_result thread_block(void);

/* Ends the wait of all for this event; of who has waited longest. From anywhere, devices' handlers
 * too. */
void thread_wakeup(const void *event);
void thread_wakeup_one(const void *event);
/* Ends the thread's wait with this result, if it waits; interrupt_only: and interruptibly. From
 * anywhere. */
void clear_wait(struct osf1_thread *t, enum wait_result result, bool interrupt_only);

/* The thread shall end, which it does by its own returns: its interruptible waits end with
 * THREAD_SHOULD_TERMINATE from now on. The caller's own ends at once, and does not return; nothing
 * may be under way on its stack. */
void thread_terminate(struct osf1_thread *t);

#endif
