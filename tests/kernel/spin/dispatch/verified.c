/* SPDX-License-Identifier: MIT */
/* verified.c -- programs of extensions guard and handle an event; those of another type, and those
 * that may do what a guard or handler may not, are refused. Objects of both compilers. */
#include "handles_kinds.h"
#include "../replace.h"

#include "common/engine.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/thread/preempt.h"
#include "machine/thread/thread.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/core/extension.h"
#include "spin/core/strand.h"
#include "spin/services/loader/verified.h"
#include "spin/services/public.h"
#include "spin/services/security/security.h"

MODULE("Test");

EVENT_DECLARE(test_verified, long, (long a, int b));
EVENT(test_verified, "Test.Verified", long, (long a, int b)) {
    return -a - b;
}

static struct load guards, extension;

static bool load(const struct object_file *file, const char *name, const struct typing *as) {
    return handles_load(&extension, file, name, as);
}

/* --- S-DIS4, S-DIS5, S-DIS6 --- */

static void check_handles(struct check *c, const struct object_file *file) {
    struct handles closure = {.wanted = 5};
    struct handler_request request = {.flags = 0};
    struct change change;
    CHECK_THAT(c, handles_load(&guards, file, "is_wanted", &handles_kind[GUARD]));
    CHECK_THAT(c, load(file, "adds", &handles_kind[HANDLER]));
    CHECK_THAT(c, verified_guard(guards.program, &handles_kind[GUARD], &request.guard) == 0);
    CHECK_THAT(c,
               verified_handler(extension.program, &handles_kind[HANDLER], &request.handler) == 0);
    request.guard.has_closure = request.handler.has_closure = true;
    request.guard.closure = request.handler.closure = &closure;
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_test_verified, &request, NULL);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, test_verified(5, 2) == 7 && test_verified(5, -2) == -3);
    CHECK_THAT(c, test_verified(4, 2) == -6 && closure.count == 1);
    restore_event(&event_test_verified);
    CHECK_THAT(c, extension_close(&extension) && extension_close(&guards));
}

CHECK(verified_handles, "verified/programs_guard_and_handle_an_event_with_a_closure") {
    handles_domain();
    size_t heap = heap_used();
    CHECK_THAT(c, handles_open(c));
    for (unsigned i = 0; i < 2 && !c->failed; i++)
        check_handles(c, &handles_objects[i]);
    handles_close();
    CHECK_THAT(c, c->failed || heap_is_back(heap));
}

static const struct {
    const char *name, *rule;
    unsigned kind;
} refused[] = {
    {"writes", "not-functional", GUARD},      {"turns", "endless", HANDLER},
    {"fewer", "prototype", HANDLER},          {"more", "prototype", HANDLER},
    {"other_argument", "prototype", HANDLER}, {"other_result", "prototype", HANDLER},
    {"other_closure", "prototype", HANDLER},  {"gives_number", "prototype", GUARD},
};

CHECK(verified_types, "verified/a_program_of_another_type_or_with_effects_is_refused_when_loaded") {
    CHECK_THAT(c, handles_open(c));
    for (unsigned i = 0; i < 2; i++)
        for (unsigned k = 0; k < sizeof refused / sizeof refused[0]; k++) {
            bool loaded =
                load(&handles_objects[i], refused[k].name, &handles_kind[refused[k].kind]);
            if (loaded || strcmp(rule_name(handles_why.rule), refused[k].rule) != 0) {
                check_fail(c, "%s: %s", refused[k].name,
                           loaded ? "is loaded" : rule_name(handles_why.rule));
                return;
            }
        }
    handles_close();
}

CHECK(verified_net, "verified/what_can_end_early_is_not_entered_without_a_net") {
    struct procedure p;
    CHECK_THAT(c, handles_open(c));
    for (unsigned i = 0; i < 2; i++) {
        CHECK_THAT(c, load(&handles_objects[i], "says", &handles_kind[HANDLER]));
        CHECK_THAT(c,
                   verified_handler(extension.program, &handles_kind[HANDLER], &p) == -E_INVALID);
        CHECK_THAT(c, extension_close(&extension));
        CHECK_THAT(c, load(&handles_objects[i], "turns", &handles_kind[TURNS]));
        CHECK_THAT(c, verified_handler(extension.program, &handles_kind[TURNS], &p) == -E_INVALID);
        CHECK_THAT(c, extension_close(&extension));
        CHECK_THAT(c, load(&handles_objects[i], "adds", &handles_kind[HANDLER]));
        CHECK_THAT(c, verified_handler(extension.program, &handles_kind[TURNS], &p) == -E_INVALID);
        CHECK_THAT(c, verified_guard(extension.program, &handles_kind[HANDLER], &p) == -E_INVALID);
        CHECK_THAT(c, extension_close(&extension));
    }
    handles_close();
}

/* --- S-DIS15: within the net --- */

static struct net_handler in_net;

/* The program in the net, then `adds`, at a level. */
static int install_both(enum level level, struct handles *closure) {
    struct handler_request first = {.net = &in_net}, second = {.flags = 0};
    struct change change;
    if (verified_net_handler(guards.program, guards.program->kind, 100, &in_net, &first.handler) ||
        verified_handler(extension.program, &handles_kind[HANDLER], &second.handler))
        return -E_INVALID;
    first.handler.has_closure = second.handler.has_closure = true;
    first.handler.closure = second.handler.closure = closure;
    change_open(&change, THIS_MODULE, NULL);
    change_level(&change, &event_test_verified, level);
    change_withdraw_intrinsic(&change, &event_test_verified);
    change_install(&change, &event_test_verified, &first, NULL);
    change_install(&change, &event_test_verified, &second, NULL);
    return change_commit(&change);
}

static void check_fails(struct check *c, enum level level) {
    struct handles closure = {.wanted = 0};
    const struct event *event;
    CHECK_THAT(c, install_both(level, &closure) == 0);
    CHECK_THAT(c, test_verified(3, 1) == 4 && closure.count == 101 && !raise_exception_take(NULL));
    CHECK_THAT(c, test_verified(7, 1) == 0 && closure.count == 201); /* `adds` did not run */
    CHECK_THAT(c, raise_exception_take(&event) == RAISE_FAILED && event == &event_test_verified);
    CHECK_THAT(c, in_net.failed == 1 && in_net.report.at != NET_UNKNOWN);
    CHECK_THAT(c, strcmp(in_net.report.reason, "no number above 5 is known here") == 0);
    CHECK_THAT(c, test_verified(3, 1) == 4 && closure.count == 302);
    restore_event(&event_test_verified);
}

static void check_terminated(struct check *c, enum level level) {
    struct handles closure = {.wanted = 1};
    CHECK_THAT(c, install_both(level, &closure) == 0);
    CHECK_THAT(c, test_verified(1000, 1) == 1001 && closure.count == 1);
    CHECK_THAT(c, in_net.terminated == 1 && !in_net.failed && !raise_exception_take(NULL));
    CHECK_THAT(c, test_verified(10, 1) == 11 && in_net.terminated == 1);
    restore_event(&event_test_verified);
}

/* Whatever checks ran before: one may have left an exception behind, which is none of these
 * raises'. And one that fails leaves no handler to those that come. */
static void in_the_net(struct check *c, const char *name, unsigned of,
                       void (*check)(struct check *c, enum level level)) {
    raise_exception_take(NULL);
    CHECK_THAT(c, handles_open(c));
    for (unsigned i = 0; i < 2; i++) {
        CHECK_THAT(c, handles_load(&guards, &handles_objects[i], name, &handles_kind[of]));
        CHECK_THAT(c, load(&handles_objects[i], "adds", &handles_kind[HANDLER]));
        for (enum level level = LEVEL_INTERPRETED; level <= LEVEL_BEST && !c->failed; level++)
            check(c, level);
        if (c->failed)
            restore_event(&event_test_verified);
        CHECK_THAT(c, extension_close(&extension) && extension_close(&guards));
    }
    handles_close();
}

CHECK(verified_failure, "verified/a_handler_that_fails_ends_the_raise_with_an_exception") {
    in_the_net(c, "checked", HANDLER, check_fails);
}

/* S-CAP5: the service honours a reference until it is revoked. */
static void check_revoked(struct check *c, enum level level) {
    struct handles closure = {.wanted = 0};
    long lamp = 0;
    const struct named target = {&handles_lamp, &lamp};
    CHECK_THAT(c, proxy_create(&handles_proxy, &target, &engine_hooks) == 0);
    CHECK_THAT(c, install_both(level, &closure) == 0);
    test_verified(3, 1);
    CHECK_THAT(c, lamp == 1 && !raise_exception_take(NULL));
    proxy_revoke(handles_proxy);
    CHECK_THAT(c, test_verified(3, 1) == 0 && raise_exception_take(NULL) == RAISE_FAILED);
    CHECK_THAT(c, lamp == 1 && strcmp(in_net.report.reason, "the reference is revoked") == 0);
    name_proxy.release(handles_proxy);
    handles_proxy = NULL;
    restore_event(&event_test_verified);
}

CHECK(verified_revoked, "verified/a_call_by_a_revoked_reference_ends_the_raise_with_an_exception") {
    in_the_net(c, "reaches_for", HANDLER, check_revoked);
}

CHECK(verified_fuel, "verified/a_handler_whose_fuel_ends_has_not_fired_and_later_ones_run") {
    in_the_net(c, "turns", TURNS, check_terminated);
}

/* --- S-DIS14, S-AUT5: ended at the authority's bound --- */

static bool allow_all(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    return true;
}

#define BOUND 6000
#define TURN  5 /* instructions of `spins`: two loads, add, store, jump */

static int install_bounded(const struct load_program *program, uint64_t fuel, uint64_t bound,
                           enum level level, struct handles *closure) {
    static struct module guest = {.name = "Guest"};
    const struct authorizer all = {.allows = allow_all};
    struct handler_request request = {.net = &in_net};
    struct change change;
    module_add(&guest);
    authorizer_of_event(THIS_MODULE, &event_test_verified, &all);
    if (verified_net_handler(program, program->kind, fuel, &in_net, &request.handler))
        return -E_INVALID;
    request.handler.has_closure = true;
    request.handler.closure = closure;
    change_open(&change, THIS_MODULE, NULL);
    change_level(&change, &event_test_verified, level);
    change_bound(&change, &event_test_verified, bound);
    if (change_commit(&change))
        return -E_INVALID;
    change_open(&change, &guest, NULL);
    change_install(&change, &event_test_verified, &request, NULL);
    return change_commit(&change);
}

static void check_bound(struct check *c, enum level level) {
    struct handles closure = {.wanted = 1};
    CHECK_THAT(c, install_bounded(guards.program, UINT64_MAX, BOUND, level, &closure) == 0);
    CHECK_THAT(c, test_verified(3, 1) == -4 && in_net.terminated == 1); /* the intrinsic one's */
    /* A turn takes no more than all of the program. */
    const unsigned long slots = guards.program->image.program.slots;
    CHECK_THAT(c, closure.count * TURN <= BOUND + slots);
    CHECK_THAT(c, (closure.count + 1) * slots >= BOUND);
    CHECK_THAT(c, !raise_exception_take(NULL));
    restore_event(&event_test_verified);
}

CHECK(verified_bound, "verified/a_handler_is_terminated_at_the_authoritys_bound") {
    in_the_net(c, "spins", TURNS, check_bound);
}

#define FUEL 10

static void check_own_fuel(struct check *c, enum level level) {
    struct handles closure = {.wanted = 1};
    CHECK_THAT(c, install_bounded(guards.program, FUEL, BOUND, level, &closure) == 0);
    CHECK_THAT(c, test_verified(3, 1) == -4 && in_net.terminated == 1);
    CHECK_THAT(c, in_net.fuel == FUEL && closure.count < BOUND / TURN / 2);
    restore_event(&event_test_verified);
}

CHECK(verified_own_fuel, "verified/a_bound_gives_no_handler_more_than_its_installer_does") {
    in_the_net(c, "spins", TURNS, check_own_fuel);
}

/* What it calls counts: the compilers unroll the loop, so that a turn has several calls. */
static void check_dear(struct check *c, enum level level) {
    struct handles closure = {.wanted = 1};
    const struct program *p = &guards.program->image.program;
    unsigned long path = p->slots;
    for (uint32_t i = 0; i < p->slots; i++)
        path += p->insn[i].op == OP_CALL_STATIC ? DEAR_COST : 0;
    CHECK_THAT(c, install_bounded(guards.program, UINT64_MAX, BOUND, level, &closure) == 0);
    CHECK_THAT(c, test_verified(3, 1) == -4 && in_net.terminated == 1);
    CHECK_THAT(c, closure.count && closure.count * (TURN + DEAR_COST) <= BOUND + path);
    restore_event(&event_test_verified);
}

CHECK(verified_dear, "verified/the_bound_counts_what_the_functions_that_it_calls_take") {
    in_the_net(c, "spends", TURNS, check_dear);
}

/* Proven to end, but later than the bound; and not later. */
static void check_cut(struct check *c, enum level level) {
    struct handles closure = {.wanted = 1};
    const struct image *image = &guards.program->image;
    CHECK_THAT(c, image->program.metered && image->facts.cost < COST_ENDLESS);
    CHECK_THAT(c, install_bounded(guards.program, UINT64_MAX, image->facts.cost / 2, level,
                                  &closure) == 0);
    CHECK_THAT(c, test_verified(3, 1) == -4 && in_net.terminated == 1);
    CHECK_THAT(c, closure.count > 100 && closure.count < 1000 && !raise_exception_take(NULL));
    restore_event(&event_test_verified);
    closure.count = 0;
    CHECK_THAT(c, install_bounded(guards.program, UINT64_MAX, image->facts.cost, level, &closure) ==
                      0);
    CHECK_THAT(c, test_verified(3, 1) == 4 && closure.count == 1000 && !in_net.terminated);
    restore_event(&event_test_verified);
}

CHECK(verified_cut,
      "verified/a_handler_that_is_proven_to_end_after_the_bound_is_cut_if_it_can_be") {
    in_the_net(c, "counts", CUT, check_cut);
}

static void check_uncut(struct check *c, enum level level) {
    struct handles closure = {.wanted = 1};
    const uint64_t cost = guards.program->image.facts.cost;
    CHECK_THAT(c,
               install_bounded(guards.program, UINT64_MAX, cost - 1, level, &closure) == -E_PERM);
    CHECK_THAT(c, install_bounded(guards.program, UINT64_MAX, cost, level, &closure) == 0);
    restore_event(&event_test_verified);
}

CHECK(verified_uncut, "verified/one_that_cannot_be_cut_is_refused_where_it_takes_longer") {
    in_the_net(c, "counts", HANDLER, check_uncut);
}

static void check_not_ephemeral(struct check *c, enum level level) {
    struct handles closure = {.wanted = 1};
    CHECK_THAT(c, install_bounded(guards.program, UINT64_MAX, BOUND, level, &closure) == -E_PERM);
    CHECK_THAT(c, test_verified(3, 1) == -4 && event_is_intrinsic(&event_test_verified));
    restore_event(&event_test_verified);
}

CHECK(verified_not_ephemeral, "verified/what_calls_others_that_are_not_ephemeral_has_no_bound") {
    in_the_net(c, "waits", HANDLER, check_not_ephemeral);
}

/* Called by `waits`, which is in the net. */
static void trap_in_region(void) {
    preempt_disable();
    __asm__ volatile("ud2");
}

/* S-FW1: what else may be wrong in it. */
static void read_at_null(void) {
    volatile const unsigned long *null = NULL;
    __asm__("" : "+r"(null));
    (void)*null;
}

static void write_to_code(void) {
    *(volatile char *)(uintptr_t)read_at_null = 0;
}

static void divide_by_zero(void) {
    unsigned zero = 0;
    __asm__ volatile("divl %0" : "+r"(zero) : : "rax", "rdx", "cc");
}

static void read_anywhere(void) {
    (void)*(volatile char *)0x4141414141414141;
}

static void check_faults(struct check *c, enum level level) {
    static const struct {
        void (*does)(void);
        const char *reason;
    } wrong[] = {{read_at_null, "page fault"},
                 {write_to_code, "page fault"},
                 {divide_by_zero, "divide error"},
                 {read_anywhere, "general protection"}};
    struct handles closure = {.wanted = 0};
    CHECK_THAT(c, install_both(level, &closure) == 0);
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        handles_waiting = wrong[i].does;
        bool failed = test_verified(3, 1) == 0 && raise_exception_take(NULL) == RAISE_FAILED;
        handles_waiting = NULL;
        CHECK_THAT(c, failed && in_net.failed == i + 1 && closure.count == 2 * i);
        if (strcmp(in_net.report.reason, wrong[i].reason) != 0)
            check_fail(c, "%s, and not %s", in_net.report.reason, wrong[i].reason);
        CHECK_THAT(c, test_verified(3, 1) == 4 && !raise_exception_take(NULL));
    }
    restore_event(&event_test_verified);
}

CHECK(verified_faults, "verified/whatever_faults_in_a_handler_ends_its_raise_alone") {
    in_the_net(c, "waits", HANDLER, check_faults);
}

static void check_traps(struct check *c, enum level level) {
    struct handles closure = {.wanted = 0};
    CHECK_THAT(c, install_both(level, &closure) == 0);
    handles_waiting = trap_in_region;
    CHECK_THAT(c, test_verified(3, 1) == 0 && raise_exception_take(NULL) == RAISE_FAILED);
    handles_waiting = NULL;
    CHECK_THAT(c, in_net.failed == 1 && closure.count == 0); /* `adds` did not run */
    CHECK_THAT(c, strcmp(in_net.report.reason, "invalid opcode") == 0);
    CHECK_THAT(c, !thread_current()->unpreemptible && !thread_current()->net);
    CHECK_THAT(c, test_verified(3, 1) == 4 && closure.count == 2);
    restore_event(&event_test_verified);
}

CHECK(verified_trap, "verified/a_trap_of_a_handler_ends_its_raise_with_an_exception") {
    in_the_net(c, "waits", HANDLER, check_traps);
}

static void lock_and_trap(void) {
    kernel_dispatcher.lock();
    __asm__ volatile("ud2");
}

static void raise_verified(void *unused) {
    (void)unused;
    test_verified(3, 1);
}

static void check_locked(struct check *c, enum level level) {
    struct handles closure = {.wanted = 0};
    struct trap_frame f;
    CHECK_THAT(c, install_both(level, &closure) == 0);
    kernel_dispatcher.lock(); /* as around an initialiser */
    handles_waiting = trap_in_region;
    bool failed = test_verified(3, 1) == 0 && raise_exception_take(NULL) == RAISE_FAILED;
    handles_waiting = lock_and_trap;
    bool trapped = trap_catch(&f, raise_verified, NULL) && f.vector == TRAP_INVALID;
    handles_waiting = NULL;
    thread_current()->net = NULL; /* the raise has not ended */
    kernel_dispatcher.unlock();   /* the handler's */
    kernel_dispatcher.unlock();
    restore_event(&event_test_verified);
    CHECK_THAT(c, failed && trapped && !changer);
}

CHECK(verified_locked,
      "verified/a_trap_of_a_handler_ends_its_raise_in_a_change_too_but_for_its_own_changes") {
    in_the_net(c, "waits", HANDLER, check_locked);
}

/* --- S-AUT9: whom a handler acted for --- */

static char acted_as[8];

static void note_and_trap(void *unused) {
    (void)unused;
    memcpy(acted_as, security_subject(), sizeof "shell");
    trap_in_region();
}

static void note_and_fail(void *unused) {
    (void)unused;
    memcpy(acted_as, security_subject(), sizeof "shell");
    handles_check(6);
}

static void (*fails)(void *unused);

static void enter_and_fail(void) {
    security_execute("door", fails, NULL);
}

static void check_acted(struct check *c, enum level level) {
    static const char doors[] = "subject shell\nobject door door\nenter kernel door shell";
    static void (*const ways[])(void *unused) = {note_and_trap, note_and_fail};
    const struct catch *catch = thread_current()->catch;
    struct handles closure = {.wanted = 0};
    unsigned line;
    CHECK_THAT(c, install_both(level, &closure) == 0);
    CHECK_THAT(c, security_set(doors, sizeof doors - 1, &line) == 0);
    handles_waiting = enter_and_fail;
    for (unsigned i = 0; i < 2; i++) {
        fails = ways[i];
        acted_as[0] = '\0';
        bool failed = test_verified(3, 1) == 0 && raise_exception_take(NULL) == RAISE_FAILED;
        CHECK_THAT(c, failed && strcmp(acted_as, "shell") == 0);
        CHECK_THAT(c,
                   strcmp(security_subject(), "kernel") == 0 && thread_current()->catch == catch);
    }
    handles_waiting = NULL;
    security_set("", 0, &line);
    restore_event(&event_test_verified);
}

CHECK(verified_acted, "verified/what_a_handler_acted_as_is_over_when_it_fails") {
    in_the_net(c, "waits", HANDLER, check_acted);
}

static long traps(long a, int b) {
    __asm__ volatile("ud2");
    return a + b;
}

static void raise_it(void *unused) {
    (void)unused;
    test_verified(3, 1);
}

/* It is the kernel's own, though a program in the net ran before it in this raise. */
static void check_native_trap(struct check *c, enum level level) {
    struct handles closure = {.wanted = 0};
    const struct handler_request native = {.handler = EVENT_HANDLER(test_verified, traps)};
    struct trap_frame f;
    struct change change;
    CHECK_THAT(c, install_both(level, &closure) == 0);
    change_open(&change, THIS_MODULE, NULL);
    change_install(&change, &event_test_verified, &native, NULL);
    CHECK_THAT(c, change_commit(&change) == 0);
    CHECK_THAT(c, trap_catch(&f, raise_it, NULL) && f.vector == TRAP_INVALID);
    CHECK_THAT(c, !in_net.failed && closure.count == 2 && !raise_exception_take(NULL));
    restore_event(&event_test_verified);
}

CHECK(verified_native_trap, "verified/a_trap_of_a_native_handler_is_not_taken_for_a_programs") {
    in_the_net(c, "waits", HANDLER, check_native_trap);
}
