/* SPDX-License-Identifier: MIT */
/* stretch.c -- for how long at most the kernel keeps the processor, in instructions, while it does
 * one kind of thing after the other. The timer comes again and again, some instructions after it
 * came last; how late it is taken is the length of the region that it has met. docs/spin.md has the
 * table. */
#include "program/attacks.h"
#include "program/unix_attacks.h"
#include "replace.h"

#include "../exact.h"
#include "../sampled_timer.h"

#include "lib/format.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/report/log.h"
#include "machine/thread/preempt.h"
#include "machine/thread/thread.h"
#include "measure/bench.h"
#include "spin/core/dispatch/plan/plan.h"
#include "spin/core/space/process.h"
#include "spin/core/space/reclaim.h"
#include "spin/services/unix/processes.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/loader/loader.h"
#include "spin/services/name_space.h"
#include "spin/services/security/security.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/unix/calls.h"

MODULE("TestStretch");

EVENT_DECLARE(test_stretch, long, (long a));
EVENT(test_stretch, "Test.Stretch", long, (long a)) {
    return a;
}

/* --- The timer, as often as it can come --- */

/* Longer than what the hook and the interrupt take. A region is measured as at most so much
 * shorter than it is, and as longer by the interrupt. */
#define STEP 151

static uint64_t due, longest;
static uintptr_t ends_at[8]; /* who called whom where the longest one ended */
static preempt_fn *preempts;
static unsigned ticks;

static void note_callers(void) {
    const uintptr_t *frame = __builtin_frame_address(0);
    for (unsigned i = 0; i < sizeof ends_at / sizeof ends_at[0]; i++) {
        ends_at[i] = frame[1];
        if (frame[0] <= (uintptr_t)frame || frame[0] - (uintptr_t)frame > PAGE_SIZE)
            return;
        frame = (const uintptr_t *)frame[0];
    }
}

static void arm(uint64_t ns) {
    due = rdtsc() + ns;
    __real_timer_arm_ns(ns);
}

/* From time to time somebody else goes on, and finds held what is held in the middle of things. */
static void sample(void) {
    uint64_t late = rdtsc() - due;
    if (late > longest && late < UINT64_MAX / 2) {
        longest = late;
        note_callers();
    }
    bool others = ++ticks % 64 == 0;
    arm(others ? 8 * STEP : STEP);
    if (others)
        preempts();
}

static void sampling_begins(void) {
    longest = 0;
    preempts = preempt_init(sample);
    timer_kept = true;
    arm(STEP);
}

static void sampling_ends(void) {
    timer_kept = false;
    __real_timer_stop();
    preempt_init(preempts);
}

/* --- What is done meanwhile --- */

static bool is_one(long a) {
    return a == 1;
}

static bool is_closure(void *closure, long a) {
    return a == (long)(uintptr_t)closure;
}

static long adds(long a) {
    return a + 1;
}

static long sums(long sum, long result, bool last) {
    return last ? result : sum + result;
}

static struct procedure guard_of(unsigned n) {
    return (struct procedure)EVENT_GUARD_WITH(test_stretch, is_closure, (void *)(uintptr_t)n);
}

static int install(unsigned n, struct event_binding **binding) {
    const struct handler_request request = {
        .guard = guard_of(n), .handler = (struct procedure)EVENT_HANDLER(test_stretch, adds)};
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_install(&c, &event_test_stretch, &request, binding);
    return change_commit(&c);
}

static int uninstall(struct event_binding *binding) {
    struct change c;
    change_open(&c, THIS_MODULE, NULL);
    change_uninstall(&c, binding);
    return change_commit(&c);
}

#define MANY 100
static struct event_binding *bound[MANY];

static int installs(void) {
    int error = 0;
    for (unsigned i = 0; i < MANY && !error; i++)
        error = install(i, &bound[i]);
    return error;
}

/* What makes everything anew: guards, results, levels, orders. */
static int changes(void) {
    struct change c;
    struct guard *guard;
    change_open(&c, THIS_MODULE, NULL);
    change_add_guard(&c, bound[1], &(struct procedure)EVENT_GUARD(test_stretch, is_one), true,
                     &guard);
    change_result_handler(&c, &event_test_stretch, &(struct procedure){.entry = (event_fn *)sums},
                          0);
    change_default_handler(&c, &event_test_stretch,
                           &(struct procedure)EVENT_HANDLER(test_stretch, adds));
    change_order(&c, bound[3], &(struct order){.place = ORDER_FIRST});
    int error = change_commit(&c);
    for (enum level level = LEVEL_INTERPRETED; !error && level <= LEVEL_BEST; level++) {
        change_open(&c, THIS_MODULE, NULL);
        change_level(&c, &event_test_stretch, level);
        error = change_commit(&c);
    }
    return error;
}

static int exchanges(void) {
    int error = 0;
    for (unsigned i = 0; i < MANY && !error; i += 8) {
        const struct handler_request request = {
            .guard = guard_of(i), .handler = (struct procedure)EVENT_HANDLER(test_stretch, adds)};
        struct change c;
        change_open(&c, THIS_MODULE, NULL);
        for (unsigned k = i; k < i + 4; k++) {
            change_uninstall(&c, bound[k]);
            change_install(&c, &event_test_stretch, &request, &bound[k]);
        }
        error = change_commit(&c);
    }
    return error;
}

static int uninstalls(void) {
    int error = 0;
    for (unsigned i = 0; i < MANY && !error; i++)
        error = uninstall(bound[i]);
    plans_reclaim();
    return error;
}

static int releases(void) {
    restore_event(&event_test_stretch);
    return 0;
}

static int loads(void) {
    static struct report why;
    struct extension *e;
    int error = loader_load("needs_keys", &e, &why);
    if (!error)
        error = loader_unload(e);
    uint64_t serial = 0;
    while (!error && (e = loader_after(&serial))) /* what it needs */
        error = loader_unload(e);
    return error;
}

static int names(void) {
    static const struct name_authorizer all;
    static const struct name_type type = {"stretch", NULL, NULL};
    const struct named object = {.type = &type, .object = &due};
    struct named found;
    char path[64];
    int error = names_create(THIS_MODULE, "/svc/stretch", &all, &all);
    for (unsigned i = 0; i < 64 && !error; i++) {
        format_text(path, sizeof path, "/svc/stretch/a-name-of-some-length-%u", i);
        error = names_attach(THIS_MODULE, path, &object, &all);
    }
    if (!error)
        error = names_lookup(THIS_MODULE, path, &type, &found);
    struct directory_entry entry;
    for (uint64_t cookie = 0; names_list(THIS_MODULE, "/svc/stretch", &cookie, &entry) == 0;)
        ;
    if (!error)
        error = names_rename(THIS_MODULE, path, "/svc/stretch/another");
    return error ? error : names_detach(THIS_MODULE, "/svc/stretch");
}

static int policies(void) {
    static const char text[] = "subject guest Guest\nobject secret Test.Stretch\n";
    unsigned line;
    int error = security_set(text, sizeof text - 1, &line);
    if (!error)
        error = security_set(text, 0, &line);
    return error;
}

static int processes(void) {
    struct process p;
    int error = process_create(&p, "attacker", user_calls_handler);
    if (error)
        return error;
    struct process_end end = process_run(&p, ATTACK_EXIT, 42, "");
    process_destroy(&p);
    return end.killed || end.status != 42;
}

static int forks(void) {
    struct process_end end;
    int error = unix_run("attacker", UNIX_FORK, "", &end);
    return error ? error : end.killed || end.status != UNIX_RIGHT;
}

static int execs(void) {
    struct process_end end;
    int error = unix_run("attacker", UNIX_EXEC, "", &end);
    if (!error)
        error = vmspace_model_stop(&unix_model);
    return error ? error : end.killed || end.status != UNIX_RIGHT;
}

static int pages(void) {
    static struct phys_addr *page[64];
    const struct phys_request one = {.pages = 1}, four = {.pages = 4};
    int error = 0;
    unsigned n = 0;
    for (; n < 64 && !error; n++)
        error = phys_addr_try_allocate(THIS_MODULE, n % 2 ? &one : &four, &page[n]);
    while (n)
        phys_addr_deallocate(page[--n]);
    return error;
}

static const struct {
    const char *name;
    int (*does)(void);
    unsigned longest; /* where it is more than STRETCH_MAX */
} work[] = {
    {"installs", installs, 0},     {"changes", changes, 0},   {"exchanges", exchanges, 0},
    {"uninstalls", uninstalls, 0}, {"releases", releases, 0}, {"loads", loads, 0},
    {"names", names, 0},           {"pages", pages, 0},       {"processes", processes, 0},
    {"forks", forks, 3000}, /* a fault that fills a page, and writes to shared pages */
    {"execs", execs, 0},           {"policies", policies, 0},
};

/* What the interrupt and the hook take of it (docs/machine.md). */
#define INTERRUPT   80
#define STRETCH_MAX 2000

CHECK(stretch, "preempt/nothing_keeps_the_processor_longer_than_2000_instructions") {
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    module_add(THIS_MODULE);
    for (unsigned i = 0; i < sizeof work / sizeof work[0]; i++) {
        sampling_begins();
        sti();
        int error = work[i].does();
        cli();
        sampling_ends();
        log_line("preempt: %s: %lu", work[i].name, longest - INTERRUPT);
        if (error)
            check_fail(c, "%s: error %d", work[i].name, error);
        unsigned most = work[i].longest ? work[i].longest : STRETCH_MAX;
        if (longest > most + INTERRUPT)
            check_fail(c, "%s: %lu, to %lx, called from %lx, %lx, %lx, %lx, %lx", work[i].name,
                       longest - INTERRUPT, ends_at[0], ends_at[1], ends_at[2], ends_at[3],
                       ends_at[4], ends_at[5]);
    }
}
