/* SPDX-License-Identifier: MIT */
/* books_call.c -- see ../../books_call.h: the linker puts this in front of two functions of the
 * kernel
 * (--wrap), in images of tests and in no other. */
#include "../../books_call.h"
#include "agree.h"

#include "common/fault.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"

static bool under_way;
static uint64_t kernel_most;

long __wrap_sys_env_self(uint64_t magic, uint64_t what);
long __real_sys_env_self(void);
void __wrap_fault_report(const struct trap_frame *f, uint64_t address, const char *who,
                         bool expected);
void __real_fault_report(const struct trap_frame *f, uint64_t address, const char *who,
                         bool expected);

static void compare(void) {
    static const struct cap prison = BOOKS_PRISON;
    const char *why = books_disagree();
    if (!why)
        why = books_leak(prison, BOOKS_SECRET);
    if (why)
        panic("books: %s", why);
    if (books_kernel_most() != kernel_most)
        panic("books: %lu frames may be used for environments, and before %lu", books_kernel_most(),
              kernel_most);
}

long __wrap_sys_env_self(uint64_t magic, uint64_t what) {
    if (magic != BOOKS_MAGIC)
        return __real_sys_env_self();
    if (what == BOOKS_BEGIN)
        kernel_most = books_kernel_most();
    else
        compare();
    under_way = what != BOOKS_END;
    return (long)heap_used();
}

/* Hostile environments die by the thousand. */
void __wrap_fault_report(const struct trap_frame *f, uint64_t address, const char *who,
                         bool expected) {
    if (!under_way)
        __real_fault_report(f, address, who, expected);
}
