/* SPDX-License-Identifier: MIT */
/* calls.c -- see calls.h. */
#include "spin/services/unix/calls.h"

#include "lib/error.h"
#include "spin/core/space/process.h"
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

CALL_HANDLER(exit) {
    process_exit(f->rdi);
}

CALL_HANDLER(console_write) {
    f->rax = (uint64_t)user_console_write(f->rdi, f->rsi);
}

CALL_HANDLER(extend) {
    f->rax = (uint64_t)user_extend_verified(f->rdi);
}

void unix_calls_handler(struct trap_frame *f) {
    f->rax = (uint64_t)-E_NO_CALL;
}

#define CALL(prefix, name) {{(uintptr_t)unix_calls_handler, prefix##_CALL_##name}, handle_##name},
#define UNIX_CALL(name)    CALL(UNIX, name)
static const struct call_handler calls[] = {CALL(SPIN, exit) CALL(SPIN, console_write)
                                                CALL(SPIN, extend) UNIX_CALLS(UNIX_CALL)};

int unix_calls_start(void) {
    unix_execute_init();
    return vmspace_model_start(&unix_model, calls, sizeof calls / sizeof calls[0]);
}
