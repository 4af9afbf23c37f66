/* SPDX-License-Identifier: MIT */
/* env.h -- environments: the unit of ownership and protection. An environment has an address space,
 * a capability list and an upcall entry; one runs at a time, the others' registers wait in their
 * structures. What is public of it (id, state, name) lies in the information page only. */
#ifndef EXO_KERNEL_ENV_H
#define EXO_KERNEL_ENV_H

#include "exo/abi.h"
#include "exo/kernel/cap.h"
#include "machine/memory/page.h"
#include "machine/trap/trap.h"

/* Where a trap of the environment goes: to entry, on this stack. No entry: it is killed. */
struct upcall {
    vaddr_t entry;
    vaddr_t stack; /* lowest address */
    uint64_t stack_len;
};

/* c: fixed when created   k: the kernel, as it runs   o: its owner, by system call */
struct env {
    struct exo_env *seen;     /* c  its entry in the information page */
    uint32_t creator;         /* c  id of its creator; 0: the kernel */
    bool fault_expected;      /* c */
    struct page_table space;  /* k */
    struct trap_frame frame;  /* k  its registers while it does not run */
    struct cap cap[EXO_CAPS]; /* c  an invalid one is an empty slot */
    struct upcall upcall;     /* o */
};

extern struct env *env_current;

/* Makes an environment of each component that the boot lists (common/archive.h), with a capability
 * for everything in slot 0, its arguments as words, and leaves for the first. */
_Noreturn void env_start(void);

#define ENV_WORDS_MAX                                                                              \
    256 /* bytes, the NUL included; a multiple of 16: the stack begins below them */

/* A new environment that is ready to run the program of this name with this argument and these
 * words (user/program.h), in *made. 0, or -E_NOT_FOUND, -E_TOO_LONG, -E_NO_MEMORY, -E_BAD_IMAGE,
 * and then nothing has changed. */
int env_create(const char *program, uint64_t argument, const char *words, struct env **made);

/* Frees all that an environment has, which is not loaded; it stays to be read as ended. */
void env_destroy(struct env *e, enum exo_env_state state, uint64_t ended);

/* The environment in f ended (state EXO_ENV_EXITED or EXO_ENV_KILLED, `ended` as in struct
 * exo_env): frees all it has and puts into f the one that goes on: its creator, else any other.
 * When nobody is left the machine ends, with the first environment's status. */
void env_end(struct trap_frame *f, enum exo_env_state state, uint64_t ended);

/* 0, or -E_PERM where the current environment has no capability in this slot that dominates what is
 * needed. slot comes from the caller and may be anything. */
int env_may(uint64_t slot, struct cap needed);

long sys_env_self(void);
long sys_env_create(uint64_t slot, uint64_t name, uint64_t argument, uint64_t grant,
                    uint64_t flags);
void sys_env_yield(struct trap_frame *f);
void sys_env_exit(struct trap_frame *f);

#endif
