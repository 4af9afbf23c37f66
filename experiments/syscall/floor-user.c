/* SPDX-License-Identifier: MIT */
/* floor-user.c -- the least that a system call can cost on this machine, from ring 3 of the floor
 * (floor/syscall_entry.S has the other side).
 *
 * syscall/bare is `syscall` and `sysret`, nothing else: no stack, no gs, nothing decided.
 *
 * syscall/null is the shortest handler that any kernel could afford: number in rax, swapgs pair,
 * the kernel's stack, one bounded call of an empty function through a table, rcx and r11 kept over
 * it, a safe return.
 *
 * syscall/args:N is the same with N arguments loaded into registers at the call. */
#include "floor/user/control.h"
#include "measure/bench.h"

#define CALL(load)                                                                                 \
    __asm__ volatile(load "mov %0, %%eax\n\tsyscall"                                               \
                     :                                                                             \
                     : "i"(CALL_NULL)                                                              \
                     : "rax", "rcx", "r11", "rdi", "rsi", "rdx", "r8", "r9", "r10", "memory")

/* The arguments, one load each. */
#define ARGS_0 ""
#define ARGS_1 ARGS_0 "mov $1, %%edi\n\t"
#define ARGS_2 ARGS_1 "mov $2, %%esi\n\t"
#define ARGS_3 ARGS_2 "mov $3, %%edx\n\t"
#define ARGS_4 ARGS_3 "mov $4, %%r10d\n\t"
#define ARGS_5 ARGS_4 "mov $5, %%r8d\n\t"
#define ARGS_6 ARGS_5 "mov $6, %%r9d\n\t"

BENCH(syscall_bare, "syscall/bare") {
    control(CONTROL_SYSCALL, SYSCALL_BARE, 0);
    bench_time(b, __asm__ volatile("syscall" : : : "rcx", "r11", "memory"));
    control(CONTROL_SYSCALL, SYSCALL_NULL, 0);
}

BENCH(syscall_null, "syscall/null") {
    bench_time(b, CALL(ARGS_0));
}

BENCH(syscall_args, "syscall/args:0,1,2,3,4,5,6") {
    switch (bench_arg(b, "args")) {
    case 0:
        bench_time(b, CALL(ARGS_0));
        break;
    case 1:
        bench_time(b, CALL(ARGS_1));
        break;
    case 2:
        bench_time(b, CALL(ARGS_2));
        break;
    case 3:
        bench_time(b, CALL(ARGS_3));
        break;
    case 4:
        bench_time(b, CALL(ARGS_4));
        break;
    case 5:
        bench_time(b, CALL(ARGS_5));
        break;
    case 6:
        bench_time(b, CALL(ARGS_6));
        break;
    }
}
