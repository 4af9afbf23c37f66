/* SPDX-License-Identifier: MIT */
/* thread.h -- threads of one process, which it switches between by itself: the kernel knows of
 * none. Each has a stack and, where it wants one, a base of fs. One runs until it gives the others
 * their turn. A child by exos_fork has all of them. */
#ifndef EXO_LIBOS_EXOS_THREAD_THREAD_H
#define EXO_LIBOS_EXOS_THREAD_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread {
    uint64_t rsp, fs;
    void (*fn)(void *arg);
    void *arg;
    bool done;
    struct thread *next; /* in a ring of those that are not done */
};

/* A thread that begins with fn(arg) when its turn comes, and is done when that returns. */
void thread_begin(struct thread *t, void *stack, size_t bytes, uint64_t fs, void (*fn)(void *arg),
                  void *arg);

struct thread *thread_self(void);
/* The next one's turn. */
void thread_yield(void);
/* Until it is done. */
void thread_join(const struct thread *t);

#endif
