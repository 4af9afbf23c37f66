/* SPDX-License-Identifier: MIT */
/* code_region.c -- regions of a process's code at whose every instruction its threads lose the
 * processor to each other. An instruction is a nanosecond under icount. */
#include "../../exact.h"
#include "../program/attacks.h"
#include "../running.h"

#include "lib/error.h"
#include "machine/user/user.h"
#include "measure/bench.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/thread/code_region.h"

/* The instructions of the sequence that begin behind its first: offsets of 3, 6, 10 and 13 bytes
 * (program/regions.c). */
#define WITHIN 0x2448u

static struct running r;
static uint64_t sequence;
static uint32_t
    lost_at; /* a bit for each offset of the sequence where a thread lost the processor */

static uint64_t run(uint64_t quantum_ns, enum regions how) {
    scheduler_quantum_ns = quantum_ns;
    bool started = running_start(&r, ATTACK_REGIONS, how, "");
    struct process_end end = {.killed = true};
    if (started)
        end = running_await(&r);
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    return end.killed ? 0 : end.status;
}

/* Before anybody moves it. */
static void look(struct strand *s) {
    if (!s->thread->run)
        return;
    uint64_t offset = thread_frame(s->thread)->rip - sequence;
    if (offset < 32)
        lost_at |= 1u << offset;
}

CHECK(region_restart, "code_region/a_sequence_preempted_at_each_of_its_instructions_is_atomic") {
    const struct handler_request request = {.handler = EVENT_HANDLER(strand_checkpoint, look),
                                            .order.place = ORDER_FIRST};
    struct event_binding *looks;
    struct change change;
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    sequence = run(SCHEDULER_QUANTUM_NS, REGIONS_WHERE);
    change_open(&change, event_strand_checkpoint.module, NULL);
    change_install(&change, &event_strand_checkpoint, &request, &looks);
    CHECK_THAT(c, change_commit(&change) == 0);
    uint64_t sum = 2 * REGIONS_ROUNDS, bare = sum;
    lost_at = 0;
    for (uint64_t ns = 2000; ns < 2600 && sum == 2 * REGIONS_ROUNDS; ns += 29)
        sum = run(ns, REGIONS_RESTART);
    uint32_t lost_within = lost_at & WITHIN;
    for (uint64_t ns = 2000; ns < 2600 && bare == 2 * REGIONS_ROUNDS; ns += 29)
        bare = run(ns, REGIONS_SEQUENCE);
    change_open(&change, event_strand_checkpoint.module, NULL);
    change_uninstall(&change, looks);
    CHECK_THAT(c, change_commit(&change) == 0);
    if (sum != 2 * REGIONS_ROUNDS || bare >= 2 * REGIONS_ROUNDS || lost_within != WITHIN)
        check_fail(c, "%lu, without the region %lu; interrupted at %#x", sum, bare, lost_at);
}

/* One process has a region that keeps the processor, and the other one a sequence. */
CHECK(region_beside, "code_region/two_processes_have_regions_at_once_and_each_its_own") {
    static struct running other;
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    for (uint64_t ns = 2000; ns < 2600; ns += 29) {
        scheduler_quantum_ns = ns;
        bool right = running_start(&r, ATTACK_REGIONS, REGIONS_KEEP, "") &&
                     running_start(&other, ATTACK_REGIONS, REGIONS_RESTART, "") &&
                     running_exited(&r, 0) && running_exited(&other, 2 * REGIONS_ROUNDS);
        scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
        CHECK_THAT(c, right);
    }
}

CHECK(region_keep, "code_region/who_is_in_a_region_that_keeps_the_processor_is_not_seen_there") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    uint64_t seen = run(3001, REGIONS_FLAG), kept = run(3001, REGIONS_KEEP);
    if (!seen || kept)
        check_fail(c, "seen %lu times, in the region %lu times", seen, kept);
}

CHECK(region_forever,
      "code_region/who_never_leaves_such_a_region_loses_the_processor_nevertheless") {
    CHECK_THAT(c, run(20000, REGIONS_FOREVER) == 1);
    CHECK_THAT(c, event_is_intrinsic(&event_strand_interrupted));
}

/* --- The last goes while the next comes --- */

static struct process process;
static struct code_regions regions[2];

static long set(struct code_regions *of) {
    address_space_enter(&process.space);
    long error = code_regions_set(of, 0, 0);
    address_space_enter(NULL);
    return error;
}

static void *clears(void *of) {
    code_regions_clear(of);
    return NULL;
}

static void *sets_and_clears(void *of) {
    bool right = set(of) == 0;
    code_regions_clear(of);
    return (void *)(uintptr_t)right;
}

CHECK(region_ends, "code_region/the_last_goes_and_the_next_comes_while_another_one_changes") {
    void *unused, *right;
    CHECK_THAT(c, process_create(&process, "attacker", user_calls_handler) == 0);
    CHECK_THAT(c, set(&regions[0]) == 0);
    kernel_dispatcher.lock();
    struct kthread *last = kthread_fork(clears, &regions[0]);
    strand_yield();
    struct kthread *next = kthread_fork(sets_and_clears, &regions[1]);
    strand_yield();
    kernel_dispatcher.unlock();
    CHECK_THAT(c, last && next && kthread_join(last, &unused) && kthread_join(next, &right));
    CHECK_THAT(c, right && event_is_intrinsic(&event_strand_checkpoint));
    process_destroy(&process);
}
