/* SPDX-License-Identifier: MIT */
/* address_space.c -- Trap.Syscall is handled by the handler that the address space named. */
#include "../program/attacks.h"

#include "../replace.h"

#include "lib/error.h"
#include "machine/trap/catch.h"
#include "machine/cpu/segment.h"
#include "machine/cpu/cpu.h"
#include "machine/memory/frame.h"
#include "machine/cpu/x86.h"
#include "measure/bench.h"
#include "spin/abi.h"
#include "spin/services/events/introspect.h"
#include "spin/core/space/process.h"
#include "spin/core/space/trap_fault.h"
#include "spin/services/calls/user_calls.h"

#define FOREIGN_CALL 77 /* no call of spin's own processes */

static unsigned foreign_calls, raises;

/* Another system's calls: 77 gives 1077; its exit has spin's number, for the attacker ends
 * by it. */
static void foreign_handler(struct trap_frame *f) {
    foreign_calls++;
    if (f->rax == SPIN_CALL_exit)
        process_exit(f->rdi);
    f->rax += 1000;
}

static struct process_end run(address_space_handler *handler, uint64_t a, uint64_t b) {
    struct process p;
    if (process_create(&p, "attacker", handler))
        return (struct process_end){.killed = true};
    struct process_end end = process_run(&p, a, b, "");
    process_destroy(&p);
    return end;
}

CHECK(address_space_handlers, "address_space/two_of_them_handle_one_call_differently") {
    struct process_end own = run(user_calls_handler, ATTACK_CALL, FOREIGN_CALL);
    CHECK_THAT(c, !own.killed && own.status == (uint64_t)-E_NO_CALL);
    foreign_calls = 0;
    struct process_end foreign = run(foreign_handler, ATTACK_CALL, FOREIGN_CALL);
    CHECK_THAT(c, !foreign.killed && foreign.status == 1000 + FOREIGN_CALL);
    CHECK_THAT(c, foreign_calls == 2); /* the call and the exit */
    own = run(user_calls_handler, ATTACK_CALL, FOREIGN_CALL);
    CHECK_THAT(c, own.status == (uint64_t)-E_NO_CALL && foreign_calls == 2);
}

CHECK(address_space_both, "address_space/two_that_live_at_once_keep_their_handlers") {
    struct process own, foreign;
    CHECK_THAT(c, process_create(&own, "attacker", user_calls_handler) == 0);
    CHECK_THAT(c, process_create(&foreign, "attacker", foreign_handler) == 0);
    uint64_t first = process_run(&foreign, ATTACK_CALL, FOREIGN_CALL, "").status;
    uint64_t second = process_run(&own, ATTACK_CALL, FOREIGN_CALL, "").status;
    uint64_t third = process_run(&foreign, ATTACK_CALL, FOREIGN_CALL, "").status;
    process_destroy(&own);
    process_destroy(&foreign);
    CHECK_THAT(c, first == 1000 + FOREIGN_CALL && third == first);
    CHECK_THAT(c, second == (uint64_t)-E_NO_CALL);
}

/* Sends the caller to an address that sysret must never see. */
static void redirecting_handler(struct trap_frame *f) {
    f->rip = HOSTILE_ODD;
    f->rcx = HOSTILE_ODD;
    trap_syscall_changed(f);
}

CHECK(address_space_redirect,
      "address_space/a_handler_that_returns_to_a_non_canonical_rip_harms_its_process_only") {
    struct process p;
    CHECK_THAT(c, process_create(&p, "attacker", redirecting_handler) == 0);
    p.fault_expected = true;
    struct process_end end = process_run(&p, ATTACK_CALL, 0, "");
    process_destroy(&p);
    CHECK_THAT(c, end.killed && end.frame.vector == TRAP_PAGE && end.address == USER_TOP);
    CHECK_THAT(c, run(user_calls_handler, ATTACK_EXIT, 5).status == 5);
}

/* One that handles every system call of all address spaces, before all others. */
static void counting_handler(struct trap_frame *f, const struct call_system *system) {
    (void)f, (void)system;
    raises++;
}

CHECK(address_space_event, "address_space/Trap_Syscall_is_an_event_that_can_be_handled_for_all") {
    const struct event *e = event_find("Trap.Syscall");
    const struct handler_request request = {
        .handler = EVENT_HANDLER(trap_syscall, counting_handler), .order = {.place = ORDER_FIRST}};
    struct event_binding *b;
    struct event_report report;
    struct change change;
    CHECK_THAT(c, e);
    event_report(e, &report);
    if (report.level != LEVEL_MERGED)
        check_fail(c, "Trap.Syscall's level is %u: %s", report.level, report.why);
    raises = 0;
    change_open(&change, e->module, NULL);
    change_install(&change, e, &request, &b);
    CHECK_THAT(c, change_commit(&change) == 0);
    struct process_end end = run(user_calls_handler, ATTACK_CALL, SPIN_CALL_null);
    change_open(&change, e->module, NULL);
    change_uninstall(&change, b);
    CHECK_THAT(c, change_commit(&change) == 0 && end.status == 0 && raises == 2);
    CHECK_THAT(c, run(user_calls_handler, ATTACK_CALL, SPIN_CALL_null).status == 0);
    CHECK_THAT(c, raises == 2);
}

/* A handler of Trap.Fault that goes on, into the kernel if it could. */
static unsigned faults;

static void reckless_handler(struct trap_frame *f, uint64_t address) {
    if (faults++) {
        process_kill(f, address);
        return;
    }
    f->rip = HOSTILE_TEXT;
    f->cs = KERNEL_CODE;
    f->ss = KERNEL_DATA;
    f->rflags |= RFLAGS_IOPL;
}

CHECK(address_space_fault, "address_space/a_handler_of_Trap_Fault_cannot_return_into_the_kernel") {
    struct process p;
    CHECK_THAT(c, process_create(&p, "attacker", user_calls_handler) == 0);
    p.fault_expected = true;
    faults = 0;
    CHECK_THAT(c, REPLACE(trap_fault, reckless_handler) == 0);
    struct process_end end = process_run(&p, HOSTILE_invalid_instruction, 0, "");
    restore_event(&event_trap_fault);
    process_destroy(&p);
    CHECK_THAT(c, faults == 2 && end.killed && end.frame.vector == TRAP_PAGE);
    CHECK_THAT(c, end.address == USER_TOP && end.frame.cs == USER_CODE);
    CHECK_THAT(c, !(end.frame.rflags & RFLAGS_IOPL));
}

static void destroy(void *space) {
    address_space_destroy(space);
}

CHECK(address_space_loaded, "address_space/destroying_the_loaded_one_is_a_panic") {
    struct address_space space;
    struct trap_frame f;
    size_t before = frame_unused();
    CHECK_THAT(c, address_space_create(&space, "loaded", user_calls_handler) == 0);
    address_space_enter(&space);
    bool caught = trap_catch(&f, destroy, &space);
    address_space_enter(NULL);
    address_space_destroy(&space);
    CHECK_THAT(c, caught && f.vector == TRAP_PANIC && frame_unused() == before);
}

CHECK(address_space_left, "address_space/after_a_process_the_user_half_is_empty") {
    CHECK_THAT(c, run(user_calls_handler, ATTACK_EXIT, 5).status == 5);
    CHECK_THAT(c, !address_space_current);
    CHECK_THAT(c, page_round_down(read_cr3()) == page_table_kernel.root.at);
}
