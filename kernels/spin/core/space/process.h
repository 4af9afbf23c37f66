/* SPDX-License-Identifier: MIT */
/* process.h -- a user process: a program in an address space of its own. The kernel runs one at a
 * time and waits for its end, as for a call. */
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

struct process {
    struct address_space space;
    vaddr_t entry;
    bool fault_expected; /* a test provokes a fault: its record says expected=1 */
};

/* How a process ended. */
struct process_end {
    bool killed; /* by the trap in frame; otherwise it exited with status */
    uint64_t status;
    struct trap_frame frame;
    uint64_t address; /* of a page fault, else 0 */
};

/* Loads the program of this name, which must stay, from the boot's archive. 0, -E_NOT_FOUND,
 * -E_NO_MEMORY or -E_BAD_IMAGE. */
int process_create(struct process *p, const char *program, address_space_handler *syscall);
void process_destroy(struct process *p);
/* Raised by that before anything of the process goes. */
EVENT_DECLARE(process_ends, void, (struct process * p));

/* Others may hear of that from here on. */
void process_init(void);

/* Starts the process at its entry with a and b in rdi and rsi and the address of its copy of words
 * in rdx, and gives how it ended. A process may run several times; its memory stays as it is in
 * between. Does not nest. words longer than PROCESS_WORDS_MAX - 1 are cut. */
struct process_end process_run(struct process *p, uint64_t a, uint64_t b, const char *words);

/* Both end the process that runs; they go on after its process_run(). */
_Noreturn void process_exit(uint64_t status);
/* With a `fault` record of f. */
_Noreturn void process_kill(const struct trap_frame *f, uint64_t address);

#endif
