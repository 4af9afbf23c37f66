/* SPDX-License-Identifier: MIT */
/* spin-user.c -- a call of another process, and back. */
#include "server.h"

#include "measure/bench.h"
#include "spin/user/stubs.h"

static long call(long service) {
    long result = spin_call(service, 1, 0, 0);
    if (result != 2)
        __builtin_trap();
    return result;
}

BENCH(cross_address_space_call, "ipc/cross_address_space_call") {
    long service = spin_connect(SERVER);
    if (service < 0) { /* it begins with the first row */
        if (spin_extend(SERVER))
            __builtin_trap();
        service = spin_connect(SERVER);
    }
    bench_time(b, call(service));
}
