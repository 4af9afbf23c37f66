/* SPDX-License-Identifier: MIT */
/* worker.h -- workers: environments that share this one's address space (env_clone), each with a
 * stack of its own. At the lowest address of the stack is where the worker's u-area lies: the stack
 * is aligned to its size, so that code in it finds that word from rsp. */
#ifndef EXO_LIBOS_WORKER_H
#define EXO_LIBOS_WORKER_H

#define WORKER_STACK 16384

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

struct worker {
    uint64_t env;
    char *stack; /* WORKER_STACK bytes, so aligned */
};

/* Makes one that runs fn(arg), which does not return, when it is given the processor; by the
 * capability in `slot`, which everything of it belongs to. 0, or the kernel's error. */
long worker_make(struct worker *w, unsigned slot, void (*fn)(uint64_t arg), uint64_t arg);
void worker_end(const struct worker *w, unsigned slot);

#endif
#endif
