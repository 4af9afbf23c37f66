/* SPDX-License-Identifier: MIT */
/* abi.h -- the system calls of spin's own user processes, as services/calls/user_calls.c handles
 * them: numbers only; both sides of the trap include it. docs/spin/processes.md has the manual of
 * each call. Other address spaces may have other handlers, and so other calls.
 *
 * The number goes in rax, arguments in rdi rsi rdx r10 r8 r9; rax comes back with a result or
 * -E_SOMETHING (lib/error.h). rcx and r11 are lost, all other registers are kept. */
#ifndef SPIN_ABI_H
#define SPIN_ABI_H

#define SPIN_CALLS(X)                                                                              \
    X(null)                                                                                        \
    X(arguments)                                                                                   \
    X(console_write)                                                                               \
    X(console_record)                                                                              \
    X(exit)

enum spin_call {
#define SPIN_CALL_ENUM(name) SPIN_CALL_##name,
    SPIN_CALLS(SPIN_CALL_ENUM)
#undef SPIN_CALL_ENUM
    /* Handled after all others, in no tree of theirs: these shall not make them slower. */
    SPIN_CALL_extend,
    SPIN_CALL_serve,
    SPIN_CALL_connect,
    SPIN_CALL_call,
    SPIN_CALL_reply,
    SPIN_CALL_COUNT
};

#endif
