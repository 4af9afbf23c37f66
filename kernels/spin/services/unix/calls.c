/* SPDX-License-Identifier: MIT */
/* calls.c -- see calls.h. */
#include "spin/services/unix/calls.h"

#include "lib/error.h"
#include "spin/core/space/process.h"
#include "spin/services/files/file_calls.h"
#include "spin/services/unix/execute.h"
#include "spin/services/unix/processes.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/calls/user_copy.h"
#include "spin/services/calls/user_extension.h"
#include "spin/unix_abi.h"

/* As Unix has it. */
static uint64_t status_of(const struct process_end *end) {
    return end->killed       ? UNIX_ENDED_BY_FAULT
           : end->terminated ? UNIX_ENDED_BY_KILL
                             : (end->status & 255) * 256;
}

CALL_HANDLER(fork) {
    f->rax = (uint64_t)unix_fork(f);
}

CALL_HANDLER(exec) {
    f->rax = (uint64_t)unix_execute_named(f->rdi);
}

CALL_HANDLER(wait) {
    struct process_end end;
    f->rax = (uint64_t)unix_wait(&end);
    if ((long)f->rax > 0)
        f->rdx = status_of(&end);
}

CALL_HANDLER(kill) {
    f->rax = (uint64_t)unix_kill(f->rdi);
}

CALL_HANDLER(getpid) {
    f->rax = (uint64_t)unix_getpid();
}

CALL_HANDLER(map) {
    char name[UNIX_NAME_MAX];
    long length = copy_string_in(name, f->rdi, sizeof name);
    f->rax = (uint64_t)(length < 0 ? length : unix_map(name, f->rsi, &f->rdx));
}

CALL_HANDLER(extend) {
    f->rax = (uint64_t)user_extend(f->rdi, true);
}

/* For numbers that are no calls. */
static void calls_handler(struct trap_frame *f) {
    f->rax = (uint64_t)-E_NO_CALL;
}

#define SPIN_CALL(name) CALL_OF(calls_handler, SPIN, name)
#define UNIX_CALL(name) CALL_OF(calls_handler, UNIX, name)
static const struct call_handler calls[] = {SPIN_CALL(exit) SPIN_CALL(console_write)
                                                SPIN_CALL(extend) UNIX_CALLS(UNIX_CALL)};

struct vmspace_model unix_model = {
    .call = calls, .calls = sizeof calls / sizeof calls[0], .other = calls_handler};

int unix_run(const char *program, uint64_t a, const char *words, struct process_end *end) {
    struct vmspace *vm;
    unix_execute_init();
    file_calls_install(calls_handler, false);
    int error = vmspace_model_load(&unix_model, &vm, program, a, words);
    if (error)
        return error;
    long pid = unix_first(vm, end);
    return pid < 0 ? (int)pid : 0;
}
