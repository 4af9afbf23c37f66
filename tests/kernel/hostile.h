/* SPDX-License-Identifier: MIT */
/* hostile.h -- what user code must not be able to do, and exactly which trap each try ends in: the
 * same cases for every kernel of ours. exo's first environment takes them as upcalls; spin's kernel
 * runs each in a process and looks at how it died. */
#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

#include <stdint.h>

#include "machine/trap/trap.h"
#include "machine/types.h"

#define HOSTILE_KERNEL   (KERNEL_BASE + 0x200000)    /* the first page of the image */
#define HOSTILE_TEXT     (HOSTILE_KERNEL + 0x1000)   /* code of the kernel */
#define HOSTILE_PHYSICAL (DIRECT_BASE + 0x200000)    /* the same page, in the direct map */
#define HOSTILE_ODD      0x0000800000000000          /* non-canonical: just above the lower half */
#define HOSTILE_OWN_TEXT 0x400000                    /* where boot/user.ld puts a program's code */
#define HOSTILE_HIGHEST  ((uint64_t)hostile_highest) /* and its code for the highest page */

#define HOSTILE_READ  (TRAP_PAGE_USER)
#define HOSTILE_WRITE (TRAP_PAGE_USER | TRAP_PAGE_WRITE)
#define HOSTILE_FETCH (TRAP_PAGE_USER | TRAP_PAGE_FETCH)
#define HOSTILE_THERE (TRAP_PAGE_PRESENT) /* mapped, but not for this */

/* X(name, vector, error code, address of a page fault) */
#define HOSTILE(X)                                                                                 \
    X(invalid_instruction, TRAP_INVALID, 0, 0)                                                     \
    X(divide_by_zero, TRAP_DIVIDE, 0, 0)                                                           \
    X(null_write, TRAP_PAGE, HOSTILE_WRITE, 0)                                                     \
    X(kernel_read, TRAP_PAGE, HOSTILE_READ | HOSTILE_THERE, HOSTILE_KERNEL)                        \
    X(kernel_write, TRAP_PAGE, HOSTILE_WRITE | HOSTILE_THERE, HOSTILE_KERNEL)                      \
    X(kernel_jump, TRAP_PAGE, HOSTILE_FETCH | HOSTILE_THERE, HOSTILE_TEXT)                         \
    X(direct_map_read, TRAP_PAGE, HOSTILE_READ | HOSTILE_THERE, HOSTILE_PHYSICAL)                  \
    X(own_text_write, TRAP_PAGE, HOSTILE_WRITE | HOSTILE_THERE, HOSTILE_OWN_TEXT)                  \
    X(own_data_jump, TRAP_PAGE, HOSTILE_FETCH | HOSTILE_THERE, (uint64_t)hostile_data)             \
    X(floating_point, TRAP_NO_FPU, 0, 0) /* its registers would pass from program to program */    \
    X(halt, TRAP_PROTECTION, 0, 0)                                                                 \
    X(clear_interrupts, TRAP_PROTECTION, 0, 0)                                                     \
    X(port_write, TRAP_PROTECTION, 0, 0)                                                           \
    X(model_register_write, TRAP_PROTECTION, 0, 0)                                                 \
    X(page_table_load, TRAP_PROTECTION, 0, 0)                                                      \
    X(swap_gs, TRAP_PROTECTION, 0, 0)                                                              \
    X(gs_base_write, TRAP_INVALID, 0, 0)             /* CR4.FSGSBASE is off */                     \
    X(descriptor_table_store, TRAP_PROTECTION, 0, 0) /* UMIP */                                    \
    X(kernel_vector, TRAP_PROTECTION, 2, 0)                                                        \
    X(kernel_selector_jump, TRAP_PROTECTION, 0x8, 0)                                               \
    X(non_canonical_jump, TRAP_PROTECTION, 0, 0)                                                   \
    X(non_canonical_read, TRAP_PROTECTION, 0, 0)                                                   \
    X(kernel_push, TRAP_PAGE, HOSTILE_WRITE | HOSTILE_THERE, HOSTILE_KERNEL + 0xff8)               \
    X(kernel_stack_syscall, TRAP_INVALID, 0, 0) /* the call itself comes back */                   \
    X(single_step_syscall, TRAP_DEBUG, 0, 0)                                                       \
    X(highest_page_syscall, TRAP_PAGE, HOSTILE_FETCH, HOSTILE_HIGHEST + PAGE_SIZE)

enum hostile {
#define HOSTILE_ENUM(name, vector, error, address) HOSTILE_##name,
    HOSTILE(HOSTILE_ENUM)
#undef HOSTILE_ENUM
        HOSTILE_COUNT
};
/* The one that only a CPU with UMIP refuses: a check of its own, which is skipped without. */
#define HOSTILE_BY_UMIP HOSTILE_descriptor_table_store

struct hostile_case {
    const char *name;
    void (*attempt)(void *unused); /* user code */
    uint64_t vector, error, address;
};

/* System call numbers that no kernel of ours has. */
#define HOSTILE_NUMBERS 6
extern const uint64_t hostile_numbers[HOSTILE_NUMBERS];

/* Buffers that are not the caller's: outside user space, wrapping, unmapped. */
#define HOSTILE_BUFFERS 9
extern const struct hostile_buffer { uint64_t at, length; } hostile_buffers[HOSTILE_BUFFERS];

/* Lengths that no call takes. */
#define HOSTILE_LENGTHS 5
extern const uint64_t hostile_lengths[HOSTILE_LENGTHS];

extern char hostile_data[16];
extern const char hostile_highest[];
extern const struct hostile_case hostile_cases[HOSTILE_COUNT]; /* linked into user code only */

#endif
