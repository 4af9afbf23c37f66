/* SPDX-License-Identifier: MIT */
/* mach.h -- the calls of tasks of the Mach-like model as functions. What each does, its errors and
 * its cost: docs/spin/processes.md; numbers: mach_abi.h. A result is a kern_return. */
#ifndef SPIN_USER_MACH_H
#define SPIN_USER_MACH_H

#include <stdbool.h>

#include "spin/mach_abi.h"
#include "spin/user/stubs.h"

struct mach_region {
    uint64_t at, size, kind; /* VM_REGION() */
};

/* With all that any call takes and gives. */
static inline long mach_call(uint64_t number, const uint64_t a[6], struct mach_region *gives) {
    register uint64_t r10 __asm__("r10") = a[3];
    register uint64_t r8 __asm__("r8") = a[4];
    register uint64_t r9 __asm__("r9") = a[5];
    uint64_t rdx = a[2];
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result), "+d"(rdx), "+r"(r10), "+r"(r8)
                     : "0"(number), "D"(a[0]), "S"(a[1]), "r"(r9)
                     : "rcx", "r11", "memory");
    *gives = (struct mach_region){rdx, r10, r8};
    return result;
}

#define MACH_CALL_GIVES(name, given, ...)                                                          \
    struct mach_region gives;                                                                      \
    long result = mach_call(MACH_CALL_##name, (const uint64_t[6]){__VA_ARGS__}, &gives);           \
    if (result == KERN_SUCCESS)                                                                    \
        *(given) = gives.at;                                                                       \
    return result

static inline long task_self(uint64_t *task) {
    MACH_CALL_GIVES(task_self, task, 0);
}

static inline long task_create(uint64_t task, bool inherit, uint64_t *child) {
    MACH_CALL_GIVES(task_create, child, task, inherit);
}

static inline long task_terminate(uint64_t task) {
    return syscall1(MACH_CALL_task_terminate, task);
}

static inline long thread_create(uint64_t task, void (*entry)(uint64_t a), void *stack,
                                 uint64_t a) {
    return syscall4(MACH_CALL_thread_create, task, (uint64_t)entry, (uint64_t)stack, a);
}

static inline long mach_deallocate(uint64_t name) {
    return syscall1(MACH_CALL_deallocate, name);
}

static inline long swtch(void) {
    return syscall0(MACH_CALL_swtch);
}

static inline long vm_allocate(uint64_t task, uint64_t *at, uint64_t size, bool anywhere) {
    MACH_CALL_GIVES(vm_allocate, at, task, *at, size, anywhere);
}

static inline long vm_deallocate(uint64_t task, uint64_t at, uint64_t size) {
    return syscall3(MACH_CALL_vm_deallocate, task, at, size);
}

static inline long vm_protect(uint64_t task, uint64_t at, uint64_t size, bool maximum,
                              uint64_t protection) {
    return syscall5(MACH_CALL_vm_protect, task, at, size, maximum, protection);
}

static inline long vm_inherit(uint64_t task, uint64_t at, uint64_t size, uint64_t inheritance) {
    return syscall4(MACH_CALL_vm_inherit, task, at, size, inheritance);
}

static inline long vm_copy(uint64_t task, uint64_t from, uint64_t size, uint64_t to) {
    return syscall4(MACH_CALL_vm_copy, task, from, size, to);
}

static inline long vm_read(uint64_t task, uint64_t from, uint64_t size, uint64_t *data) {
    MACH_CALL_GIVES(vm_read, data, task, from, size);
}

static inline long vm_write(uint64_t task, uint64_t to, uint64_t data, uint64_t size) {
    return syscall4(MACH_CALL_vm_write, task, to, data, size);
}

/* At *at, or where there is room (0). */
static inline long vm_map(uint64_t task, uint64_t *at, uint64_t size, uint64_t object,
                          uint64_t offset, bool copy) {
    MACH_CALL_GIVES(vm_map, at, task, *at, size, object, offset, copy);
}

static inline long vm_region(uint64_t task, uint64_t at, struct mach_region *region) {
    return mach_call(MACH_CALL_vm_region, (const uint64_t[6]){task, at}, region);
}

static inline long object_create(uint64_t size, uint64_t *object) {
    MACH_CALL_GIVES(object_create, object, size);
}

#endif
