/* SPDX-License-Identifier: MIT */
/* cross_call.c -- calls from one process into another: each is entered where it said and nowhere
 * else, learns three numbers, and harms nobody who calls it. */
#include "../program/attacks.h"
#include "../running.h"

#include "lib/error.h"
#include "machine/memory/frame.h"
#include "measure/bench.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/calls/cross_call.h"

static struct running server, client, other;

/* A process that serves, and waits. */
static bool serve(struct running *r, enum serves how) {
    if (!running_start(r, ATTACK_SERVE, how, "sum"))
        return false;
    while (cross_connect("sum") < 0)
        strand_yield();
    return true;
}

static bool call_gives(uint64_t result) {
    return running_start(&client, ATTACK_CROSS, 0, "sum") && running_exited(&client, result);
}

static bool end_server(void) {
    running_terminate(&server);
    return running_was_terminated(&server);
}

CHECK(cross_call, "cross_call/a_service_is_entered_at_its_entry_with_three_numbers_and_no_more") {
    size_t before = 0;
    for (int round = 0; round < 2; round++) { /* the first one's pools stay */
        before = frame_unused();
        CHECK_THAT(c, serve(&server, SERVES_SUM));
        for (int i = 0; i < 3; i++)
            CHECK_THAT(c, call_gives(CROSS_SUM));
        CHECK_THAT(c, end_server());
    }
    CHECK_THAT(c, frame_unused() == before);
}

CHECK(cross_none, "cross_call/a_number_of_no_service_or_one_that_has_gone_is_refused") {
    CHECK_THAT(c, call_gives((uint64_t)-E_NOT_FOUND));
    CHECK_THAT(c, serve(&server, SERVES_SUM));
    long gone = cross_connect("sum");
    CHECK_THAT(c, end_server() && serve(&server, SERVES_SUM));
    CHECK_THAT(c, running_start(&client, ATTACK_CROSS_NUMBER, (uint64_t)gone, ""));
    CHECK_THAT(c, running_exited(&client, (uint64_t)-E_NOT_FOUND));
    CHECK_THAT(c, call_gives(CROSS_SUM) && end_server());
}

CHECK(cross_names, "cross_call/a_name_is_one_process_and_a_process_one_name") {
    CHECK_THAT(c, serve(&server, SERVES_SUM));
    CHECK_THAT(c, running_start(&other, ATTACK_SERVE, SERVES_SUM, "sum"));
    CHECK_THAT(c, running_exited(&other, (uint64_t)-E_EXISTS));
    CHECK_THAT(c, running_start(&other, ATTACK_REPLY, 0, ""));
    CHECK_THAT(c, running_exited(&other, (uint64_t)-E_INVALID));
    CHECK_THAT(c, end_server());
}

CHECK(cross_at_once, "cross_call/two_that_begin_to_serve_at_once_are_two_services") {
    kernel_dispatcher.lock();
    bool began = running_start(&server, ATTACK_SERVE, SERVES_SUM, "sum") &&
                 running_start(&other, ATTACK_SERVE, SERVES_SUM, "also");
    for (int i = 0; i < 4; i++)
        strand_yield();
    kernel_dispatcher.unlock();
    for (int i = 0; i < 4; i++)
        strand_yield();
    CHECK_THAT(c, began && call_gives(CROSS_SUM) && cross_connect("also") >= 0 && end_server());
    running_terminate(&other);
    CHECK_THAT(c, running_was_terminated(&other));
}

CHECK(cross_self, "cross_call/a_service_cannot_call_itself") {
    CHECK_THAT(c, serve(&server, SERVES_SELF));
    CHECK_THAT(c, call_gives((uint64_t)-E_INVALID) && end_server());
}

CHECK(cross_thread, "cross_call/a_process_serves_and_replies_by_its_own_thread_alone") {
    scheduler_quantum_ns = 20000;
    bool right = serve(&server, SERVES_BESIDE);
    for (int i = 0; right && i < 3; i++)
        right = call_gives(CROSS_SUM) && cross_connect("beside") == -E_NOT_FOUND;
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    CHECK_THAT(c, end_server() && right);
}

static void *reap(void *r) {
    (void)running_await(r);
    return NULL;
}

/* As who runs the service's process does, beside the one that calls it. */
static struct kthread *reap_server(void) {
    return kthread_fork(reap, &server);
}

static bool reaped(struct kthread *reaper) {
    void *unused;
    return reaper && kthread_join(reaper, &unused);
}

CHECK(cross_fault, "cross_call/a_service_that_faults_ends_alone_and_its_caller_is_told") {
    CHECK_THAT(c, serve(&server, SERVES_FAULT));
    struct kthread *reaper = reap_server();
    CHECK_THAT(c, call_gives((uint64_t)-E_DEAD) && reaped(reaper));
    CHECK_THAT(c, server.end.killed && server.end.frame.vector == TRAP_PAGE);
}

CHECK(cross_ended, "cross_call/a_service_that_is_terminated_in_a_call_lets_all_its_callers_go") {
    CHECK_THAT(c, serve(&server, SERVES_NEVER));
    CHECK_THAT(c, running_start(&client, ATTACK_CROSS, 0, "sum"));
    CHECK_THAT(c, running_start(&other, ATTACK_CROSS, 0, "sum"));
    for (int i = 0; i < 10; i++)
        strand_yield();
    CHECK_THAT(c, end_server());
    CHECK_THAT(c, running_exited(&client, (uint64_t)-E_DEAD));
    CHECK_THAT(c, running_exited(&other, (uint64_t)-E_NOT_FOUND));
}

CHECK(cross_caller_ends, "cross_call/a_caller_that_is_terminated_leaves_the_service_to_others") {
    CHECK_THAT(c, serve(&server, SERVES_NEVER));
    CHECK_THAT(c, running_start(&client, ATTACK_CROSS, 0, "sum"));
    for (int i = 0; i < 10; i++)
        strand_yield();
    running_terminate(&client);
    CHECK_THAT(c, running_was_terminated(&client) && end_server());
}

CHECK(cross_busy, "cross_call/several_callers_are_served_one_after_the_other") {
    struct running *callers[] = {&client, &other};
    scheduler_quantum_ns = 5000; /* calls are interrupted, and the next ones wait */
    CHECK_THAT(c, serve(&server, SERVES_SUM));
    bool right = true;
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 2; i++)
            right = running_start(callers[i], ATTACK_CROSS, 0, "sum") && right;
        for (int i = 0; i < 2; i++)
            right = running_exited(callers[i], CROSS_SUM) && right;
    }
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    CHECK_THAT(c, end_server() && right);
}
