/* SPDX-License-Identifier: MIT */
/* user_extension.h -- extensions of the kernel that a process asks for, for system calls of its
 * own, say, or its faults (SPIN's usyscall). An extension that the image carries is one line:
 *
 *     USER_EXTENSION(vm_workload, "vm-workload", begin, end, .alone = true);
 *
 * It is native code, as trusted as the rest of the image. One of the boot's archive (loader.h) is
 * verified code, of which each process that asks has an instance of its own. What either installs
 * on Trap.Syscall gets a guard that holds in the asking process's address space only
 * (trap_syscall.c). */
#ifndef SPIN_SERVICES_USER_EXTENSION_H
#define SPIN_SERVICES_USER_EXTENSION_H

#include "spin/core/space/address_space.h"

#define USER_EXTENSION_NAME_MAX 32 /* bytes, the NUL included */

struct user_extension {
    const char *name;
    /* 0, and what `end` is given; or why it cannot serve this one. */
    int (*begin)(struct address_space *of, void **instance);
    void (*end)(void *instance);
    bool alone; /* it serves one process at a time */
};

#define USER_EXTENSION(id, name_, begin_, end_, ...)                                               \
    static const struct user_extension extension_##id                                              \
        __attribute__((section("user_extensions"), used, aligned(8))) = {                          \
            .name = name_, .begin = begin_, .end = end_, __VA_ARGS__}

/* The extension whose name lies at this address, of the image, unless it is to be verified code, or
 * else of the archive, serves the current process until that is destroyed. 0; -E_NOT_FOUND;
 * -E_EXISTS: the image's serves it already, or another one alone; -E_TOO_LONG, -E_FAULT;
 * -E_NO_MEMORY; or why it cannot begin or be loaded. */
long user_extend(vaddr_t name, bool verified);

#endif
