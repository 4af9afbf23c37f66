/* SPDX-License-Identifier: MIT */
/* null_calls.h -- the null call of our own kernels: from the instruction that loads its number to
 * the one behind `syscall`. exo-user.c and spin-user.c say which kernel's, and its NULL_CALL. */
#include "measure/bench.h"

BENCH(syscall_null, "syscall/null") {
    bench_time(b, syscall0(NULL_CALL));
}

/* The same call with arguments in registers, which the kernel passes on whether anybody looks at
 * them or not. Each is loaded between the marks by one instruction, from a place where the compiler
 * may expect anything: constants it would put into other registers first, where it likes, in the
 * bracket too. That null and N make args:N is a check, below; that all six arrive is one elsewhere
 * (tests/kernel/exo/syscall.c, tests/kernel/spin/user/syscall.c). */
static const volatile uint64_t argument[6] = {1, 2, 3, 4, 5, 6};
#define A(n) argument[(n)-1]

BENCH(syscall_args, "syscall/args:0,1,2,3,4,5,6") {
    switch (bench_arg(b, "args")) {
    case 0:
        bench_time(b, syscall0(NULL_CALL));
        break;
    case 1:
        bench_time(b, syscall1(NULL_CALL, A(1)));
        break;
    case 2:
        bench_time(b, syscall2(NULL_CALL, A(1), A(2)));
        break;
    case 3:
        bench_time(b, syscall3(NULL_CALL, A(1), A(2), A(3)));
        break;
    case 4:
        bench_time(b, syscall4(NULL_CALL, A(1), A(2), A(3), A(4)));
        break;
    case 5:
        bench_time(b, syscall5(NULL_CALL, A(1), A(2), A(3), A(4), A(5)));
        break;
    case 6:
        bench_time(b, syscall6(NULL_CALL, A(1), A(2), A(3), A(4), A(5), A(6)));
        break;
    }
}
