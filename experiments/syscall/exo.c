/* SPDX-License-Identifier: MIT */
/* exo.c -- the null call of the exokernel, from the first environment: from the instruction that
 * loads its number to the one after `syscall`. */
#include "exo/libos/syscall.h"
#include "measure/bench.h"

BENCH(syscall_null, "syscall/null")
{
    while (bench_next(b)) {
        bench_start(b);
        bench_batch (b)
            sys_null();
        bench_stop(b);
    }
}

/* The same call with arguments in registers, which the kernel hands to its function whether it
 * looks at them or not. That all six arrive is a check (tests/kernel/exo/syscall.c). */
#define SAMPLES(call)                                                                              \
    while (bench_next(b)) {                                                                        \
        bench_start(b);                                                                            \
        bench_batch (b)                                                                            \
            call;                                                                                  \
        bench_stop(b);                                                                             \
    }                                                                                              \
    break

BENCH(syscall_args, "syscall/args:0,1,2,3,4,5,6")
{
    switch (bench_arg(b, "args")) {
    case 0:
        SAMPLES(sys_call0(EXO_CALL_null));
    case 1:
        SAMPLES(sys_call1(EXO_CALL_null, 1));
    case 2:
        SAMPLES(sys_call2(EXO_CALL_null, 1, 2));
    case 3:
        SAMPLES(sys_call3(EXO_CALL_null, 1, 2, 3));
    case 4:
        SAMPLES(sys_call4(EXO_CALL_null, 1, 2, 3, 4));
    case 5:
        SAMPLES(sys_call5(EXO_CALL_null, 1, 2, 3, 4, 5));
    case 6:
        SAMPLES(sys_call6(EXO_CALL_null, 1, 2, 3, 4, 5, 6));
    }
}
