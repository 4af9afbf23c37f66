/* SPDX-License-Identifier: MIT */
/* env_own.h -- what the fast entries in assembly use of environments. env.c holds the compiler
 * to it. */
#ifndef EXO_KERNEL_ENV_OWN_H
#define EXO_KERNEL_ENV_OWN_H

/* Words of struct cpu's `own`. */
#define ENV_OWN_UAREA   0 /* the current environment's u-area, by the direct map */
#define ENV_OWN_ID      1 /* its id */
#define ENV_OWN_SCRATCH 2

/* Offsets into struct env, and its size. */
#define ENV_SEEN     0
#define ENV_UAREA    8
#define ENV_LOADS    24
#define ENV_READY_ID 80
#define ENV_REFLECTS 221
#define ENV_FS_BASE  248
#define ENV_SHIFT    9
#define ENV_SIZE     (1 << ENV_SHIFT)

/* Into struct env_special. */
#define SPECIAL_LATE   0
#define SPECIAL_UNTOLD 4
#define SPECIAL_USERS  6

/* Into struct exo_env. */
#define SEEN_ASLEEP 6
#define SEEN_WAITS  52

/* Errors (lib/error.h). */
#define ERROR_PERM     1
#define ERROR_TOO_LONG 8
#define ERROR_DEAD     10
#define ERROR_BUSY     12
#define ERROR_AGAIN    15

/* Into struct exo_info. */
#define INFO_SWITCHES 16
#define INFO_UNFREED  40

#ifdef __ASSEMBLER__
/* clang-format off */
/* env: the environment that has this id (32 bits) if any has; the caller compares ENV_READY_ID. */
    .macro FIND_ENV id, env32, env
    mov \id, \env32
    and $(EXO_ENVS - 1), \env32
    shl $ENV_SHIFT, \env32
    add $envs, \env
    .endm
/* clang-format on */
#endif

#endif
