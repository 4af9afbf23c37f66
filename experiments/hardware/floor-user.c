/* SPDX-License-Identifier: MIT */
/* floor-user.c -- trap/int: `int` from ring 3 to a handler that is one `iretq`
 * (floor/syscall_entry.S), and back. */
#include "floor/abi.h"
#include "measure/bench.h"

BENCH(trap_int, "trap/int") {
    bench_time(b, __asm__ volatile("int %0" : : "i"(BARE_VECTOR) : "memory"));
}
