/* SPDX-License-Identifier: MIT */
/* spin-user.c -- the null call of the SPIN-style kernel, from its user process: from the
 * instruction that loads its number to the one after `syscall`. The way in is the event
 * Trap.Syscall. */
#include "spin/user/syscall.h"
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

/* The same call with arguments in registers, which the handler finds in the frame whether it looks
 * at them or not. That all six arrive is a check (tests/kernel/spin/user/syscall.c). */
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
        SAMPLES(sys_call0(SPIN_CALL_null));
    case 1:
        SAMPLES(sys_call1(SPIN_CALL_null, 1));
    case 2:
        SAMPLES(sys_call2(SPIN_CALL_null, 1, 2));
    case 3:
        SAMPLES(sys_call3(SPIN_CALL_null, 1, 2, 3));
    case 4:
        SAMPLES(sys_call4(SPIN_CALL_null, 1, 2, 3, 4));
    case 5:
        SAMPLES(sys_call5(SPIN_CALL_null, 1, 2, 3, 4, 5));
    case 6:
        SAMPLES(sys_call6(SPIN_CALL_null, 1, 2, 3, 4, 5, 6));
    }
}
