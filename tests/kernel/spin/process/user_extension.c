/* SPDX-License-Identifier: MIT */
/* user_extension.c -- a process has system calls of its own, and nobody else has them. */
#include "../program/attacks.h"
#include "../running.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "measure/bench.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/loader/loader.h"
#include "spin/core/space/process.h"
#include "spin/core/space/trap_syscall.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/calls/user_extension.h"

#define COUNTS_CALL 78 /* of the extension counts */
#define OWN_CALL    4000
#define OWN_VALUE   4711

MODULE("TestCalls");

static bool is_own_call(struct trap_frame *f, const struct call_system *system) {
    (void)system;
    return f->rax == OWN_CALL;
}

static void own_call(struct trap_frame *f, const struct call_system *system) {
    (void)system;
    f->rax = OWN_VALUE;
}

/* Handles the call for this address space; 0 or why not. */
static int install_for(const struct address_space *space) {
    const struct handler_request request = {.handler = EVENT_HANDLER(trap_syscall, own_call),
                                            .guard = EVENT_GUARD(trap_syscall, is_own_call),
                                            .flags = BINDING_CANCEL,
                                            .order = {.place = ORDER_FIRST}};
    struct change c;
    module_add(THIS_MODULE);
    change_open(&c, THIS_MODULE, space);
    change_install(&c, &event_trap_syscall, &request, NULL);
    return change_commit(&c);
}

static struct address_space *victim; /* whom the extension tries to serve instead, or null */
static int refused;                  /* how that ended */

static int begin(struct address_space *of, void **unused) {
    (void)unused;
    if (victim)
        return refused = install_for(victim);
    return install_for(of);
}

static void end(void *unused) {
    (void)unused;
    (void)change_withdraw_all(THIS_MODULE);
}

USER_EXTENSION(test_calls, "test-calls", begin, end, .alone = true);

static uint64_t run(struct process *p, enum attack what, uint64_t b, const char *words) {
    struct process_end end = process_run(p, what, b, words);
    return end.killed ? 0 : end.status;
}

CHECK(user_extension_own, "user_extension/a_process_has_calls_of_its_own_and_nobody_else_has") {
    struct process own, other;
    CHECK_THAT(c, process_create(&own, "attacker", user_calls_handler) == 0);
    CHECK_THAT(c, process_create(&other, "attacker", user_calls_handler) == 0);
    CHECK_THAT(c, run(&own, ATTACK_CALL, OWN_CALL, "") == (uint64_t)-E_NO_CALL);
    CHECK_THAT(c, run(&own, ATTACK_EXTEND, OWN_CALL, "test-calls") == OWN_VALUE);
    CHECK_THAT(c, run(&own, ATTACK_CALL, OWN_CALL, "") == OWN_VALUE);
    CHECK_THAT(c, run(&other, ATTACK_CALL, OWN_CALL, "") == (uint64_t)-E_NO_CALL);
    /* It serves one. */
    CHECK_THAT(c, run(&other, ATTACK_EXTEND_ONLY, 0, "test-calls") == (uint64_t)-E_EXISTS);
    CHECK_THAT(c, run(&other, ATTACK_CALL, OWN_CALL, "") == (uint64_t)-E_NO_CALL);
    process_destroy(&own);
    CHECK_THAT(c, run(&other, ATTACK_CALL, OWN_CALL, "") == (uint64_t)-E_NO_CALL);
    CHECK_THAT(c, run(&other, ATTACK_EXTEND, OWN_CALL, "test-calls") == OWN_VALUE);
    process_destroy(&other);
}

CHECK(user_extension_others, "user_extension/no_extension_serves_who_did_not_ask") {
    struct process own, other;
    CHECK_THAT(c, process_create(&own, "attacker", user_calls_handler) == 0);
    CHECK_THAT(c, process_create(&other, "attacker", user_calls_handler) == 0);
    CHECK_THAT(c, install_for(NULL) == -E_PERM);
    CHECK_THAT(c, install_for(&other.space) == -E_PERM);
    victim = &other.space;
    CHECK_THAT(c, run(&own, ATTACK_EXTEND_ONLY, 0, "test-calls") == (uint64_t)-E_PERM);
    victim = NULL;
    CHECK_THAT(c, refused == -E_PERM);
    CHECK_THAT(c, run(&other, ATTACK_CALL, OWN_CALL, "") == (uint64_t)-E_NO_CALL);
    process_destroy(&own);
    process_destroy(&other);
}

CHECK(user_extension_archive,
      "user_extension/each_process_has_an_instance_of_one_of_the_archive_and_nobody_else_has") {
    static struct report why;
    struct extension *e;
    struct process own, other;
    CHECK_THAT(c, loader_load("counts", &e, &why) == -E_PERM); /* for no process */
    CHECK_THAT(c, process_create(&own, "attacker", user_calls_handler) == 0);
    CHECK_THAT(c, process_create(&other, "attacker", user_calls_handler) == 0);
    CHECK_THAT(c, run(&own, ATTACK_EXTEND, COUNTS_CALL, "counts") == 1);
    CHECK_THAT(c, run(&other, ATTACK_CALL, COUNTS_CALL, "") == (uint64_t)-E_NO_CALL);
    CHECK_THAT(c, run(&own, ATTACK_CALL, COUNTS_CALL, "") == 2);
    CHECK_THAT(c, run(&other, ATTACK_EXTEND, COUNTS_CALL, "counts") == 1);
    CHECK_THAT(c, run(&own, ATTACK_CALL, COUNTS_CALL, "") == 3 && extension_count == 2);
    process_destroy(&own);
    CHECK_THAT(c, process_create(&own, "attacker", user_calls_handler) == 0); /* where it was */
    CHECK_THAT(c, run(&own, ATTACK_CALL, COUNTS_CALL, "") == (uint64_t)-E_NO_CALL);
    CHECK_THAT(c, run(&other, ATTACK_CALL, COUNTS_CALL, "") == 2);
    process_destroy(&own);
    process_destroy(&other);
    CHECK_THAT(c, loader_reap() == 0 && extension_count == 0);
}

CHECK(user_extension_names, "user_extension/a_name_that_is_none_is_refused") {
    struct process p;
    CHECK_THAT(c, process_create(&p, "attacker", user_calls_handler) == 0);
    CHECK_THAT(c, run(&p, ATTACK_EXTEND_ONLY, 0, "none") == (uint64_t)-E_NOT_FOUND);
    CHECK_THAT(c, run(&p, ATTACK_EXTEND_ONLY, 0, "") == (uint64_t)-E_NOT_FOUND);
    CHECK_THAT(c, run(&p, ATTACK_EXTEND_ONLY, 0, "a name that is longer than any name can be") ==
                      (uint64_t)-E_TOO_LONG);
    CHECK_THAT(c, run(&p, ATTACK_EXTEND_ONLY, 8, "") == (uint64_t)-E_FAULT);
    CHECK_THAT(c, run(&p, ATTACK_EXTEND_ONLY, KERNEL_BASE, "") == (uint64_t)-E_FAULT);
    process_destroy(&p);
}

/* An instance that has an instance of its own takes it along. */
CHECK(user_extension_owns, "user_extension/an_instance_goes_with_those_that_it_owns") {
    struct process p;
    for (int i = 0; i < 3; i++) {
        CHECK_THAT(c, process_create(&p, "attacker", user_calls_handler) == 0);
        CHECK_THAT(c, run(&p, ATTACK_EXTEND_ONLY, 0, "own_keys") == 0);
        CHECK_THAT(c, run(&p, ATTACK_EXTEND_ONLY, 0, "own_keys") == 0 && extension_count == 4);
        process_destroy(&p);
        CHECK_THAT(c, loader_reap() == 0 && extension_count == 0);
    }
}

static bool alone;

static void sees_end(struct process *p) {
    (void)p;
    alone = !(read_rflags() & RFLAGS_IF);
}

CHECK(user_extension_alone, "user_extension/nobody_comes_between_those_that_hear_of_an_end") {
    const struct handler_request request = {.handler = EVENT_HANDLER(process_ends, sees_end)};
    struct change change;
    struct process p;
    module_add(THIS_MODULE);
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_process_ends, &request, NULL);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, process_create(&p, "attacker", user_calls_handler) == 0);
    bool on = interrupts_off();
    sti();
    process_destroy(&p);
    cli();
    interrupts_restore(on);
    CHECK_THAT(c, change_withdraw_all(THIS_MODULE) == 0 && alone);
}

static void keeps_it(struct process *p) {
    (void)p;
}

CHECK(user_extension_ends, "user_extension/nobody_keeps_a_processs_end_from_others") {
    const struct handler_request request = {.handler = EVENT_HANDLER(process_ends, keeps_it),
                                            .flags = BINDING_CANCEL};
    struct change change;
    module_add(THIS_MODULE);
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_process_ends, &request, NULL);
    CHECK_THAT(c, change_commit(&change) == -E_PERM);
}

static void *awaits(void *r) {
    return (void *)(uintptr_t)running_exited(r, 0);
}

/* The last process that was served ends while the next one asks. */
CHECK(user_extension_last, "user_extension/who_is_served_when_the_last_one_ends_is_heard_of") {
    static struct running last, next;
    CHECK_THAT(c, running_start(&last, ATTACK_EXTEND_ONLY, 0, "own_keys"));
    for (int i = 0; i < 4; i++)
        strand_yield();
    CHECK_THAT(c, extension_count == 2);
    kernel_dispatcher.lock();
    struct kthread *ends = kthread_fork(awaits, &last);
    strand_yield();
    bool next_is_there = running_start(&next, ATTACK_EXTEND_ONLY, 0, "own_keys");
    for (int i = 0; i < 4; i++)
        strand_yield();
    kernel_dispatcher.unlock();
    void *ended;
    CHECK_THAT(c, ends && kthread_join(ends, &ended) && ended);
    CHECK_THAT(c, next_is_there && running_exited(&next, 0));
    CHECK_THAT(c, loader_reap() == 0 && extension_count == 0);
}
