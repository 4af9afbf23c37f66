/* SPDX-License-Identifier: MIT */
/* exo-user.c -- the exokernel's null call, from the first environment; what is no call in its
 * library; a call of Linux that comes back to a library that answers it. */
#include "../exo-client.h"

#include "exo/libos/linux/linux.h"
#include "lib/linux_abi.h"

#define NULL_CALL EXO_CALL_null
#include "null_calls.h"

BENCH(null_procedure, "syscall/null_procedure") {
    exos_time(b, EXOS_NULL_PROCEDURE, 0, 0);
}

BENCH(getpid, "syscall/getpid") {
    exos_time(b, EXOS_GETPID, 0, 0);
}

/* From loading Linux's number to the instruction after `syscall`. */
static __attribute__((noinline, noclone)) void time_foreign(struct bench *b) {
    bench_time(b, __asm__ volatile("mov %0, %%eax\n\tsyscall\nforeign_getpid:"
                                   :
                                   : "i"(LINUX_getpid)
                                   : "rax", "rcx", "r11", "memory"));
}
extern const char foreign_getpid[];

BENCH(getpid_reflected, "syscall/getpid/reflected") {
    linux_reflect((uint64_t)foreign_getpid, (uint64_t)foreign_getpid + 1);
    time_foreign(b);
    linux_reflect_end();
}
