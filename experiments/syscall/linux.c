/* SPDX-License-Identifier: MIT */
/* linux.c -- system calls of stock Linux, by the `syscall` instruction itself: no wrapper of the C
 * library, no errno.
 *
 * syscall/null is getppid, the usual null call (getpid's result is cached by some libraries,
 * getppid's by none).
 *
 * syscall/args:N is a real call of N arguments that looks at the first of them, does nothing and
 * comes back. Each has its own small work, so the row tells what a call of N arguments costs here
 * and not what one more argument adds: Linux's entry saves every register whatever their number. Of
 * the calls with N arguments these turn back soonest:
 *
 * - 0 getppid: answers
 * - 1 umask: sets the mask that is set
 * - 2 getpriority, EINVAL: there is no such kind
 * - 3 lseek, EBADF: file -1
 * - 4 rt_sigaction, EINVAL: no signal set has that size
 * - 5 mremap, EINVAL: flags that do not exist
 * - 6 futex, ENOSYS: an operation that Linux gave up
 *
 * clock/vdso is clock_gettime as a program calls it: no crossing at all, for comparison. */
#include "measure/bench.h"

#include <sys/syscall.h>
#include <time.h>

/* The arguments, by the register that carries them. */
#define RDI(value) "D"((long)(value))
#define RSI(value) "S"((long)(value))
#define RDX(value) "d"((long)(value))
#define R10        "r"(r10)
#define R8         "r"(r8)
#define R9         "r"(r9)

#define SYSCALL(number, ...)                                                                       \
    do {                                                                                           \
        long result_ = (number);                                                                   \
        __asm__ volatile("syscall" : "+a"(result_) : __VA_ARGS__ : "rcx", "r11", "memory");        \
    } while (0)

#define TIME(what)                                                                                 \
    while (bench_next(b)) {                                                                        \
        bench_start(b);                                                                            \
        what;                                                                                      \
        bench_stop(b);                                                                             \
    }

BENCH(syscall_null, "syscall/null") {
    TIME(SYSCALL(SYS_getppid));
}

BENCH(syscall_args, "syscall/args:0,1,2,3,4,5,6") {
    enum { FUTEX_FD = 2 };
    register long r10 __asm__("r10") = -1;
    register long r8 __asm__("r8") = 0;
    register long r9 __asm__("r9") = 0;
    switch (bench_arg(b, "args")) {
    case 0:
        TIME(SYSCALL(SYS_getppid));
        break;
    case 1:
        TIME(SYSCALL(SYS_umask, RDI(022)));
        break;
    case 2:
        TIME(SYSCALL(SYS_getpriority, RDI(-1), RSI(0)));
        break;
    case 3:
        TIME(SYSCALL(SYS_lseek, RDI(-1), RSI(0), RDX(0)));
        break;
    case 4:
        TIME(SYSCALL(SYS_rt_sigaction, RDI(0), RSI(0), RDX(0), R10));
        break;
    case 5:
        TIME(SYSCALL(SYS_mremap, RDI(0), RSI(0), RDX(0), R10, R8));
        break;
    case 6:
        TIME(SYSCALL(SYS_futex, RDI(0), RSI(FUTEX_FD), RDX(0), R10, R8, R9));
        break;
    }
}

BENCH(clock_vdso, "clock/vdso") {
    struct timespec now;
    TIME(clock_gettime(CLOCK_MONOTONIC, &now));
}
