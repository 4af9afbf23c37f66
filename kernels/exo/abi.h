/* SPDX-License-Identifier: MIT */
/* abi.h -- what the exokernel and its environments agree on: the system calls' numbers, the address
 * space, the information page, the frame of an upcall. Numbers and structures only; both sides of
 * the trap include it, assembly too. docs/exo.md has the manual of each call. */
#ifndef EXO_ABI_H
#define EXO_ABI_H

/* The call's number goes in rax, its arguments in rdi rsi rdx r10 r8 r9; rax comes back with a
 * result or -E_SOMETHING (lib/error.h). rbx, rbp, rsp and r12 to r15 are kept; the others are lost.
 *
 * Quick calls come straight back to their caller. */
#define EXO_QUICK_CALLS(X)                                                                         \
    X(null)                                                                                        \
    X(arguments)                                                                                   \
    X(env_self)                                                                                    \
    X(env_create)                                                                                  \
    X(upcall_set)                                                                                  \
    X(console_write)                                                                               \
    X(console_read)                                                                                \
    X(console_record)                                                                              \
    X(function_run)                                                                                \
    X(session)

/* Frame calls may come back to somebody else: the kernel saves every register of the caller. */
#define EXO_FRAME_CALLS(X)                                                                         \
    X(env_yield)                                                                                   \
    X(env_exit)

#define EXO_COUNT(name) +1
#define EXO_QUICK_COUNT (0 EXO_QUICK_CALLS(EXO_COUNT))
#define EXO_CALL_COUNT  (EXO_QUICK_COUNT EXO_FRAME_CALLS(EXO_COUNT))

/* The address space of an environment, drawn once (USER_TOP is machine/types.h's):
 *
 *   USER_TOP          end; what is above faults
 *   EXO_STACK_TOP     the stack's end; EXO_STACK_PAGES below it, then nothing
 *   EXO_INFO          the information page, read-only
 *   0x400000          the program                                                            */
#define EXO_STACK_TOP   0x7fffffff0000
#define EXO_STACK_PAGES 16
#define EXO_INFO        0x7ffe00000000

#define EXO_ENVS     16 /* at one time; an id is generation * EXO_ENVS + slot */
#define EXO_CAPS     8  /* slots of an environment's capability list */
#define EXO_NO_GRANT 0xffff
#define EXO_NAME_MAX 16 /* a program's name, its NUL included */

/* Bytes below rsp that a leaf function may use (System V ABI, 3.2.2): an upcall on the stack that
 * is in use leaves them alone. */
#define EXO_RED_ZONE 128

/* Flags of env_create. */
#define EXO_FAULT_EXPECTED 1 /* a test provokes its fault: its record says expected=1 */

/* For function_run: bytes of an object, at most; bytes of the text that says why it was refused or
 * ended; how it is run: as machine code, else interpreted, and with how much fuel, a unit for
 * each backward jump and local call. With none it must be proven to end. */
#define EXO_FUNCTION_BYTES    65536
#define EXO_FUNCTION_TEXT     4096
#define EXO_FUNCTION_COMPILED 1
#define EXO_FUNCTION_FUEL(n)  ((uint64_t)(n) << 1)
#define EXO_FUNCTION_FUEL_MAX 4096

#ifndef __ASSEMBLER__

#include <stdint.h>

enum exo_call {
#define EXO_CALL_ENUM(name) EXO_CALL_##name,
    EXO_QUICK_CALLS(EXO_CALL_ENUM) EXO_FRAME_CALLS(EXO_CALL_ENUM)
#undef EXO_CALL_ENUM
};

enum exo_env_state { EXO_ENV_NEVER, EXO_ENV_READY, EXO_ENV_EXITED, EXO_ENV_KILLED };

/* What everybody may know of an environment. An ended one stays to be read until its slot is used
 * again, with another id. */
struct exo_env {
    uint32_t id;
    uint32_t state;
    uint64_t ended; /* EXITED: its status; KILLED: the trap's vector */
    char name[EXO_NAME_MAX];
};

/* The information page. The kernel writes it between two instructions of the reader, never during
 * one, so each 8-byte word is whole; nothing in it is secret, and no address of the kernel is in
 * it. */
struct exo_info {
    uint64_t tsc_hz;       /* ticks of the TSC in a second */
    uint64_t env_switches; /* how often the CPU went to another environment */
    uint64_t frames_total; /* page frames the kernel governs */
    uint64_t frames_free;  /* as of the last environment created or ended */
    uint32_t calls;        /* system calls there are: the first number that is not one */
    uint32_t build_length; /* bytes of build */
    uint8_t build[20];     /* the image's build id */
    struct exo_env env[EXO_ENVS];
    char command_line[2048]; /* what the machine was booted with */
} __attribute__((aligned(4096)));
_Static_assert(sizeof(struct exo_info) == 4096, "the information page is one page");

/* What lies at rsp, which is 16-aligned, when an upcall entry begins. All other registers are as
 * the trap found them, the flags but for TF, DF and AC too: the environment saves what it uses, and
 * resumes itself. */
struct exo_upcall {
    uint64_t address; /* of a page fault; 0 otherwise */
    uint64_t vector, error;
    uint64_t rip, rflags, rsp;
};

#endif
#endif
