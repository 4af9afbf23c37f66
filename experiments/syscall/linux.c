/* SPDX-License-Identifier: MIT */
/* linux.c -- system calls of stock Linux, by the `syscall` instruction itself: no wrapper of the C
 * library, no errno.
 *
 * syscall/null is getppid, the usual null call (getpid's result is cached by some libraries,
 * getppid's by none). It has a body of its own, which walks the process's names under a lock.
 *
 * syscall/umask sets the mask that is set: an exchange of one word, the least that a call of Linux
 * does which does what it is for. syscall/bad_number is a call that there is not (ENOSYS): in and
 * out, with nothing called.
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

/* A constant, loaded by one instruction where it stands: the compiler would put it into another
 * register first, in the bracket too. */
#define LOAD(value)                                                                                \
    ({                                                                                             \
        long loaded_;                                                                              \
        __asm__ volatile("mov %1, %0" : "=r"(loaded_) : "i"((long)(value)));                       \
        loaded_;                                                                                   \
    })

/* The arguments, by the register that carries them. */
#define RDI(value) "D"(LOAD(value))
#define RSI(value) "S"(LOAD(value))
#define RDX(value) "d"(LOAD(value))
#define R10(value) r10 = LOAD(value)
#define R8(value)  r8 = LOAD(value)
#define R9(value)  r9 = LOAD(value)

#define SYSCALL(number, ...)                                                                       \
    do {                                                                                           \
        long result_ = (number);                                                                   \
        __asm__ volatile("syscall" : "+a"(result_) : __VA_ARGS__ : "rcx", "r11", "memory");        \
    } while (0)

BENCH(syscall_null, "syscall/null") {
    bench_time(b, SYSCALL(SYS_getppid));
}

BENCH(syscall_getpid, "syscall/getpid") {
    bench_time(b, SYSCALL(SYS_getpid));
}

BENCH(syscall_bad_number, "syscall/bad_number") {
    enum { NO_CALL = 1000 }; /* far beyond the table */
    bench_time(b, SYSCALL(NO_CALL));
}

BENCH(syscall_umask, "syscall/umask") {
    bench_time(b, SYSCALL(SYS_umask, RDI(022)));
}

BENCH(syscall_args, "syscall/args:0,1,2,3,4,5,6") {
    enum { FUTEX_FD = 2 };
    register long r10 __asm__("r10");
    register long r8 __asm__("r8");
    register long r9 __asm__("r9");
    switch (bench_arg(b, "args")) {
    case 0:
        bench_time(b, SYSCALL(SYS_getppid));
        break;
    case 1:
        bench_time(b, SYSCALL(SYS_umask, RDI(022)));
        break;
    case 2:
        bench_time(b, SYSCALL(SYS_getpriority, RDI(-1), RSI(0)));
        break;
    case 3:
        bench_time(b, SYSCALL(SYS_lseek, RDI(-1), RSI(0), RDX(0)));
        break;
    case 4:
        bench_time(b, R10(-1); SYSCALL(SYS_rt_sigaction, RDI(0), RSI(0), RDX(0), "r"(r10)));
        break;
    case 5:
        bench_time(b, R10(-1); R8(0);
                   SYSCALL(SYS_mremap, RDI(0), RSI(0), RDX(0), "r"(r10), "r"(r8)));
        break;
    case 6:
        bench_time(b, R10(-1); R8(0); R9(0);
                   SYSCALL(SYS_futex, RDI(0), RSI(FUTEX_FD), RDX(0), "r"(r10), "r"(r8), "r"(r9)));
        break;
    }
}

BENCH(clock_vdso, "clock/vdso") {
    struct timespec now;
    bench_time(b, clock_gettime(CLOCK_MONOTONIC, &now));
}
