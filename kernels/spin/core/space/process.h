/* SPDX-License-Identifier: MIT */
/* process.h -- a user process: a program in an address space of its own. A strand of the kernel
 * runs it and waits for its end, as for a call; so there are as many at once as strands that run
 * one, and who waits in a system call, or has used up its quantum, lets the others go on. */
#ifndef SPIN_CORE_PROCESS_H
#define SPIN_CORE_PROCESS_H

#include "machine/user/user.h"
#include "spin/core/event.h"
#include "spin/core/space/address_space.h"

/* The address space of a process, drawn once (USER_TOP is machine/types.h's):
 *
 *   USER_TOP            end; what is above faults
 *   PROCESS_STACK_TOP   the stack's end; its highest page holds the words the process is told
 *   0x400000            the program                                                              */
#define PROCESS_STACK_TOP   0x7fffffff0000
#define PROCESS_STACK_PAGES 16
#define PROCESS_WORDS_MAX   4096 /* bytes, the NUL included */

/* How a process ended. */
struct process_end {
    bool killed;     /* by the trap in frame */
    bool terminated; /* by process_terminate; otherwise it exited with status */
    uint64_t status;
    struct trap_frame frame;
    uint64_t address; /* of a page fault, else 0 */
};

struct process {
    struct address_space space;
    vaddr_t entry;
    struct thread
        *thread; /* that runs it: null unless it is in user mode, or has come from there */
    struct process_end end;
    void *files;         /* that it has open; services/files' */
    bool fault_expected; /* a test provokes a fault: its record says expected=1 */
};

/* Loads the program of this name, which must stay, from the boot's archive. 0, -E_NOT_FOUND,
 * -E_NO_MEMORY or -E_BAD_IMAGE. */
int process_create(struct process *p, const char *program, address_space_handler *syscall);
/* It must not run. */
void process_destroy(struct process *p);
/* Raised by that before anything of the process goes; interrupts are off. */
EVENT_DECLARE(process_ends, void, (struct process * p));
/* It has left user mode, or was terminated and will; interrupts are off. */
EVENT_DECLARE(process_stops, void, (struct process * p));

/* Others may hear of that from here on. */
void process_init(void);

/* Starts the process on the current strand, at its entry with a and b in rdi and rsi and the
 * address of its copy of words in rdx, and gives how it ended. A process may run several times; its
 * memory stays as it is in between. Does not nest. Words stop at PROCESS_WORDS_MAX - 1. */
struct process_end process_run(struct process *p, uint64_t a, uint64_t b, const char *words);
/* The same from these registers on. */
struct process_end process_run_from(struct process *p, struct trap_frame *start);

/* The one that the current strand runs, or null. */
static inline struct process *process_current(void) {
    return address_space_current ? container_of(address_space_current, struct process, space)
                                 : NULL;
}

/* Both end the process that the current strand runs; they go on after its process_run(). */
_Noreturn void process_exit(uint64_t status);
/* With a `fault` record of f. */
_Noreturn void process_kill(const struct trap_frame *f, uint64_t address);

/* Ends a process from outside: it never runs another instruction, now or later. A system call or
 * fault of it that is under way goes on to its end, and may set no register but rax; who made it
 * wait there ends the wait. */
void process_terminate(struct process *p);

#endif
