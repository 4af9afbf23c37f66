/* SPDX-License-Identifier: MIT */
/* spin.c -- what an event costs above the procedure that it is: a call of a procedure by its name,
 * and a raise of an event that only its intrinsic handler handles, with the same arguments. */
#include "measure/bench.h"
#include "spin/core/event.h"

#define PARAMETERS_0 ()
#define PARAMETERS_1 (long a)
#define PARAMETERS_2 (long a, long b)
#define PARAMETERS_3 (long a, long b, long c)
#define PARAMETERS_4 (long a, long b, long c, long d)
#define PARAMETERS_5 (long a, long b, long c, long d, long e)
#define PARAMETERS_6 (long a, long b, long c, long d, long e, long f)

#define VALUES_0 ()
#define VALUES_1 (1)
#define VALUES_2 (1, 2)
#define VALUES_3 (1, 2, 3)
#define VALUES_4 (1, 2, 3, 4)
#define VALUES_5 (1, 2, 3, 4, 5)
#define VALUES_6 (1, 2, 3, 4, 5, 6)

/* noipa: the compiler may know nothing of the body at the call, as across two sources. */
#define PROCEDURE(n) PROCEDURE_OF(n, PARAMETERS_##n)
#define PROCEDURE_OF(n, parameters)                                                                \
    static __attribute__((noipa)) void procedure_##n EVENT_TYPES parameters {                      \
    }                                                                                              \
    EVENT_DECLARE(null_##n, void, parameters);                                                     \
    EVENT(null_##n, "Null.Arguments" #n, void, parameters) {                                       \
    }

MODULE("Null");

#pragma GCC diagnostic ignored "-Wunused-parameter" /* all of them are empty */
PROCEDURE(0)
PROCEDURE(1)
PROCEDURE(2)
PROCEDURE(3)
PROCEDURE(4)
PROCEDURE(5)
PROCEDURE(6)

#define CASE(prefix, n)                                                                            \
    case n:                                                                                        \
        bench_time(b, prefix##_##n VALUES_##n);                                                    \
        break;
#define CASES(prefix)                                                                              \
    CASE(prefix, 0)                                                                                \
    CASE(prefix, 1)                                                                                \
    CASE(prefix, 2)                                                                                \
    CASE(prefix, 3)                                                                                \
    CASE(prefix, 4)                                                                                \
    CASE(prefix, 5)                                                                                \
    CASE(prefix, 6)

BENCH(procedure_call, "dispatch/procedure_call/args:0,1,2,3,4,5,6") {
    switch (bench_arg(b, "args")) { CASES(procedure) }
}

BENCH(intrinsic, "dispatch/intrinsic/args:0,1,2,3,4,5,6") {
    switch (bench_arg(b, "args")) { CASES(null) }
}
