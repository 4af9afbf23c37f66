/* SPDX-License-Identifier: MIT */
/* user_calls.c -- see user_calls.h. Each call unpacks its own arguments from the frame; below that
 * line nobody sees rdi. Pointers are user addresses until copy_in() has looked at them. */
#include "spin/services/calls/user_calls.h"

#include "lib/error.h"
#include "machine/report/panic.h"
#include "spin/abi.h"
#include "spin/core/space/process.h"
#include "measure/body.h"
#include "spin/services/calls/call_guard.h"
#include "spin/services/console.h"
#include "spin/services/calls/cross_call.h"
#include "spin/services/calls/user_extension.h"
#include "spin/services/calls/user_copy.h"

MODULE("UserCalls");

/* --- Handlers of Trap.Syscall, each for its number --- */

/* Nothing, for those who measure how much that is: 0. */
CALL_HANDLER(null) {
    f->rax = 0;
}

/* Each argument times its place, summed: for those who check that all six arrive. */
CALL_HANDLER(arguments) {
    f->rax = f->rdi + 2 * f->rsi + 3 * f->rdx + 4 * f->r10 + 5 * f->r8 + 6 * f->r9;
}

/* Raises Console.Write. The number of bytes, or -E_TOO_LONG, -E_FAULT. */
static long write_text(vaddr_t text, uint64_t length) {
    char bytes[USER_TEXT_MAX];
    if (length > sizeof bytes)
        return -E_TOO_LONG;
    int error = copy_in(bytes, text, length);
    if (error)
        return error;
    console_write(bytes, length);
    return (long)length;
}

/* Raises Console.UserRecord. 0, or -E_TOO_LONG, -E_FAULT, -E_INVALID: it is no well-formed record,
 * or one that only the kernel sends. */
static long send_record(vaddr_t body, uint64_t length) {
    char bytes[BODY_MAX];
    if (length > sizeof bytes)
        return -E_TOO_LONG;
    int error = copy_in(bytes, body, length);
    if (error)
        return error;
    return console_user_record(bytes, length) ? 0 : -E_INVALID;
}

CALL_HANDLER_OF_ALL(console_write) {
    f->rax = (uint64_t)write_text(f->rdi, f->rsi);
}

CALL_HANDLER(console_record) {
    f->rax = (uint64_t)send_record(f->rdi, f->rsi);
}

CALL_HANDLER_OF_ALL(exit) {
    process_exit(f->rdi);
}

/* -E_TOO_LONG, -E_FAULT, or cross_serve()'s and cross_connect()'s. */
static long serve(vaddr_t at, vaddr_t entry) {
    char name[CROSS_NAME_MAX];
    long length = copy_string_in(name, at, sizeof name);
    return length < 0 ? length : cross_serve(name, entry);
}

static long connect(vaddr_t at) {
    char name[CROSS_NAME_MAX];
    long length = copy_string_in(name, at, sizeof name);
    return length < 0 ? length : cross_connect(name);
}

static long call(const struct trap_frame *f) {
    const uint64_t argument[3] = {f->rsi, f->rdx, f->r10};
    return cross_call(f->rdi, argument);
}

/* What no handler below has its number. */
void user_calls_handler(struct trap_frame *f) {
    long result = -E_NO_CALL;
    switch (f->rax) {
    case SPIN_CALL_extend:
        result = user_extend(f->rdi, false);
        break;
    case SPIN_CALL_serve:
        result = serve(f->rdi, f->rsi);
        break;
    case SPIN_CALL_connect:
        result = connect(f->rdi);
        break;
    case SPIN_CALL_call:
        result = call(f);
        break;
    case SPIN_CALL_reply:
        result = cross_reply(f->rdi);
        break;
    }
    f->rax = (uint64_t)result;
}

void user_calls_init(void) {
    static const struct call_handler calls[] = {
#define CALL(name) CALL_OF(user_calls_handler, SPIN, name)
        SPIN_CALLS(CALL)
#undef CALL
    };
    struct change c;
    module_add(THIS_MODULE);
    change_open(&c, event_trap_syscall.module, NULL); /* which trusts the kernel's own system */
    trap_syscall_ask_space_last(&c);
    calls_handle(&c, calls, sizeof calls / sizeof calls[0]);
    if (change_commit(&c))
        panic("user_calls_init: the calls cannot be installed");
}
