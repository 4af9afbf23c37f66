/* SPDX-License-Identifier: MIT */
/* mach_abi.h -- the calls of tasks of the Mach-like model: numbers only. Registers are those of
 * abi.h, whose `exit` and `console_write` they have under the same numbers. A call comes back with
 * a kern_return in rax; what else it gives is in rdx, and of vm_region in r10 and r8, too. Tasks
 * and memory objects have names, which the caller's table alone translates. A size is rounded up,
 * and the address down, to pages. */
#ifndef SPIN_MACH_ABI_H
#define SPIN_MACH_ABI_H

#include "spin/unix_abi.h"

#define MACH_CALLS(X)                                                                              \
    X(task_create)    /* task, whether the child inherits: the child's name */                     \
    X(task_terminate) /* task */                                                                   \
    X(thread_create)  /* task, entry, stack pointer, rdi: its one thread runs */                   \
    X(vm_allocate)    /* task, address, size, whether anywhere: the address */                     \
    X(vm_deallocate)  /* task, address, size */                                                    \
    X(vm_protect)     /* task, address, size, whether the maximum, protection */                   \
    X(vm_inherit)     /* task, address, size, inheritance */                                       \
    X(vm_copy)        /* task, from, size, to */                                                   \
    X(vm_read)        /* task, from, size: the address of a copy in the caller */                  \
    X(vm_write)       /* task, to, data of the caller, size */                                     \
    X(vm_map)         /* task, address or 0: anywhere, size, object, offset, whether a copy: the   \
                         address */                                                                \
    X(vm_region)      /* task, address: that of the first region that ends above it; in r10 its    \
                         size, in r8 VM_REGION's */                                                \
    X(task_self)      /* the caller's own name, in rdx; no argument */                             \
    X(object_create)  /* size: the name of a memory object of the default pager */                 \
    X(deallocate)     /* name: the table has it no more */                                         \
    X(swtch)          /* others have the processor first */

enum mach_call {
    MACH_CALL_FIRST = UNIX_CALL_COUNT - 1,
#define MACH_CALL_ENUM(name) MACH_CALL_##name,
    MACH_CALLS(MACH_CALL_ENUM)
#undef MACH_CALL_ENUM
        MACH_CALL_COUNT
};

enum kern_return {
    KERN_SUCCESS,
    KERN_INVALID_ADDRESS,
    KERN_PROTECTION_FAILURE,
    KERN_NO_SPACE,
    KERN_INVALID_ARGUMENT,
    KERN_FAILURE,
    KERN_RESOURCE_SHORTAGE
};

#define VM_PROT_NONE    0
#define VM_PROT_READ    1
#define VM_PROT_WRITE   2
#define VM_PROT_EXECUTE 4
#define VM_PROT_DEFAULT (VM_PROT_READ | VM_PROT_WRITE)
#define VM_PROT_ALL     7

#define VM_INHERIT_SHARE 0
#define VM_INHERIT_COPY  1
#define VM_INHERIT_NONE  2

/* What vm_region says in r8. */
#define VM_REGION(protection, maximum, inheritance)                                                \
    ((protection) | (maximum) << 8 | (inheritance) << 16)

#endif
