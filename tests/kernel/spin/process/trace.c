/* SPDX-License-Identifier: MIT */
/* trace.c -- a tracer hears of the calls of the process that is traced, and of no other's, which do
 * not cost an instruction more. */
#include "../program/attacks.h"
#include "../running.h"

#include "lib/error.h"
#include "measure/bench.h"
#include "spin/abi.h"
#include "spin/core/space/process.h"
#include "spin/core/space/trap_syscall.h"
#include "spin/services/calls/cross_call.h"
#include "spin/services/calls/trace.h"
#include "spin/services/loader/loader.h"
#include "spin/services/calls/user_calls.h"

static struct extension *tracer;

/* What a function of the tracer says, once all that was put down has been handled. */
static uint64_t says(const char *function, uint64_t n) {
    static struct net_report report;
    const uint64_t argument[PARAMETERS] = {n};
    uint64_t result = 0;
    for (int i = 0; i < 4; i++)
        strand_yield();
    (void)extension_run(extension_program(tracer, function), argument, 0, &result, &report);
    return result;
}

static bool makes_call(struct process *p) {
    struct process_end end = process_run(p, ATTACK_CALL, SPIN_CALL_null, "");
    return !end.killed && end.status == 0;
}

CHECK(trace, "trace/the_calls_of_one_process_are_heard_and_others_cost_nothing_more") {
    static struct report why;
    struct process own, other;
    CHECK_THAT(c, loader_load("tracer", &tracer, &why) == 0);
    CHECK_THAT(c, process_create(&own, "attacker", user_calls_handler) == 0);
    CHECK_THAT(c, process_create(&other, "attacker", user_calls_handler) == 0);
    trap_syscall_fn *code = trap_syscall;
    CHECK_THAT(c, trace_begin(&own.space) == 0);
    CHECK_THAT(c, trace_begin(&own.space) == -E_EXISTS);
    /* What a `syscall` leads to is the same code, and so is all that it looks at of the other. */
    CHECK_THAT(c, trap_syscall == code);
    CHECK_THAT(c, other.space.system.number == (uintptr_t)user_calls_handler);
    CHECK_THAT(c, makes_call(&other) && says("tracer_calls", 0) == 0);
    CHECK_THAT(c, makes_call(&own) && says("tracer_calls", 0) == 2);
    CHECK_THAT(c, says("tracer_number", 0) == SPIN_CALL_exit);
    CHECK_THAT(c, says("tracer_number", 1) == SPIN_CALL_null);
    CHECK_THAT(c, makes_call(&own) && says("tracer_calls", 0) == 4); /* after an exit, too */
    trace_end(&own.space);
    CHECK_THAT(c, makes_call(&own) && says("tracer_calls", 0) == 4);
    process_destroy(&own);
    process_destroy(&other);
    CHECK_THAT(c, loader_unload(tracer) == 0);
}

/* The first thread waits for calls, and a second one makes some that are refused, over and over. */
CHECK(trace_threads, "trace/calls_of_one_thread_are_heard_while_another_waits_in_a_call") {
    static struct report why;
    static struct running r;
    CHECK_THAT(c, loader_load("tracer", &tracer, &why) == 0);
    CHECK_THAT(c, running_start(&r, ATTACK_SERVE, SERVES_BESIDE, "waits"));
    CHECK_THAT(c, trace_begin(&r.process.space) == 0);
    scheduler_quantum_ns = 20000;
    while (cross_connect("waits") < 0)
        strand_yield();
    uint64_t before = says("tracer_calls", 0), after = says("tracer_calls", 0);
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    running_terminate(&r);
    CHECK_THAT(c, running_was_terminated(&r));
    (void)says("tracer_calls", 0);
    CHECK_THAT(c, loader_unload(tracer) == 0 && after > before + 2);
}
