/* SPDX-License-Identifier: MIT */
/* abi.h -- how the floor's user program talks to what started it. Not by `syscall`: that
 * instruction is what the floor measures, and leads wherever CONTROL_SYSCALL last pointed it.
 * Control calls are `int $CONTROL_VECTOR`: number in rax, arguments in rdi and rsi, rax comes back
 * with 0 or -E_SOMETHING. Both sides of the trap include this. */
#ifndef FLOOR_ABI_H
#define FLOOR_ABI_H

/* Numbers of the calls that the SYSCALL_NULL entry knows; any other gets -CALL_UNKNOWN (E_NO_CALL,
 * for assembly). */
#define CALL_NULL    0
#define CALL_COUNT   1
#define CALL_UNKNOWN 2

#define CONTROL_VECTOR 0x80
#define BARE_VECTOR    0x81 /* its handler is a single iretq: what `int` costs */

#ifndef __ASSEMBLER__

#define CONTROL_CALLS(X)                                                                           \
    X(RECORD)  /* a record's body: address, length */                                              \
    X(TEXT)    /* text for a person: address, length */                                            \
    X(SYSCALL) /* where `syscall` leads from now on: one of enum syscall_entries */                \
    X(FAULTS)  /* whether the program's page faults lead to fault_bare: 0 or 1 */                  \
    X(RETURN)  /* this phase is over */

enum control_call {
#define CONTROL_ENUM(name) CONTROL_##name,
    CONTROL_CALLS(CONTROL_ENUM)
#undef CONTROL_ENUM
};

/* SYSCALL_CROSS: to another address space with the same program and back, in turn; the second
 * argument is where the other one begins. */
enum syscall_entries { SYSCALL_BARE, SYSCALL_NULL, SYSCALL_CROSS };

#endif
#endif
