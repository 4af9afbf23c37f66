/* SPDX-License-Identifier: MIT */
/* running.c -- see running.h. */
#include "running.h"

#include "spin/services/calls/user_calls.h"

static void *run(void *arg) {
    struct running *r = arg;
    r->end = process_run(&r->process, r->what, r->b, r->words);
    return NULL;
}

bool running_start_with(struct running *r, address_space_handler *handler, uint64_t what,
                        uint64_t b, const char *words) {
    if (process_create(&r->process, "attacker", handler))
        return false;
    r->process.fault_expected = true;
    r->what = what;
    r->b = b;
    r->words = words;
    r->thread = kthread_fork(run, r);
    return r->thread;
}

bool running_start(struct running *r, uint64_t what, uint64_t b, const char *words) {
    return running_start_with(r, user_calls_handler, what, b, words);
}

struct process_end running_await(struct running *r) {
    void *unused;
    while (!kthread_join(r->thread, &unused))
        ;
    process_destroy(&r->process);
    return r->end;
}

bool running_exited(struct running *r, uint64_t status) {
    struct process_end end = running_await(r);
    return !end.killed && !end.terminated && end.status == status;
}

bool running_was_terminated(struct running *r) {
    struct process_end end = running_await(r);
    return !end.killed && end.terminated;
}

void running_terminate(struct running *r) {
    process_terminate(&r->process);
    kthread_kill(r->thread);
}
