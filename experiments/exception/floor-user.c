/* SPDX-License-Identifier: MIT */
/* floor-user.c -- a page fault alone: from the access to the first instruction behind the
 * processor's own work. */
#include "traps.h"

#include "floor/user/control.h"
#include "measure/bench.h"

BENCH(page_fault_dispatch, "exception/page_fault/dispatch") {
    control(CONTROL_FAULTS, 1, 0);
    while (bench_next(b)) {
        bench_start(b);
        uint64_t end = trap_page_fault(8); /* the first page is nobody's */
        bench_stop_at(b, end);
    }
    control(CONTROL_FAULTS, 0, 0);
}
