/* SPDX-License-Identifier: MIT */
/* running.h -- processes beside each other: each runs the program `attacker` on a thread of its
 * own. */
#ifndef TESTS_SPIN_RUNNING_H
#define TESTS_SPIN_RUNNING_H

#include "spin/core/space/process.h"
#include "spin/services/thread/kthread.h"

struct running {
    struct process process;
    struct kthread *thread;
    uint64_t what, b;
    const char *words;
    struct process_end end;
};

/* Starts what attacks.h says; false: there is no memory. */
bool running_start(struct running *r, uint64_t what, uint64_t b, const char *words);
/* The same with other system calls. */
bool running_start_with(struct running *r, address_space_handler *handler, uint64_t what,
                        uint64_t b, const char *words);

/* Waits for its end; the process is no more. */
struct process_end running_await(struct running *r);
/* The same: it has exited with this status; it was terminated. */
bool running_exited(struct running *r, uint64_t status);
bool running_was_terminated(struct running *r);

/* Ends it, wherever it is. */
void running_terminate(struct running *r);

#endif
