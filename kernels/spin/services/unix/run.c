/* SPDX-License-Identifier: MIT */
/* run.c -- see run.h. */
#include "spin/services/unix/run.h"

#include "spin/services/unix/calls.h"
#include "spin/services/unix/processes.h"

int unix_run(const char *program, uint64_t a, const char *words, struct process_end *end) {
    struct vmspace *vm;
    int error = unix_calls_start();
    if (!error)
        error = vmspace_load(&vm, unix_model.pager, unix_calls_handler, program, a, words);
    if (error)
        return error;
    long pid = unix_first(vm, end);
    return pid < 0 ? (int)pid : 0;
}

int unix_stop(void) {
    return vmspace_model_stop(&unix_model);
}
