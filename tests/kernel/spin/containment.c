/* SPDX-License-Identifier: MIT */
/* containment.c -- what a hostile extension may try, and how far it comes
 * (docs/spin/containment.md). Each check fails in an image that was built without its defence
 * (tests/end/run/containment_test.sh). */
#include "replace.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "measure/bench.h"
#include "spin/core/dispatch/authority.h"
#include "spin/services/events/linear.h"
#include "spin/core/strand.h"
#include "spin/services/console.h"
#include "spin/services/loader/loader.h"
#include "spin/services/strand_time.h"
#include "spin/services/thread/kthread.h"

MODULE("ContainmentTest");

EVENT_DECLARE(test_shared, long, (long a));
EVENT(test_shared, "Test.Shared", long, (long a)) {
    return a;
}

/* As native code of an extension would have one. */
static struct module hostile = {.name = "Hostile"};

static struct report why;

static void expect_refused(struct check *c, const char *name, int error, const char *says) {
    struct extension *e;
    int got = loader_load(name, &e, &why);
    if (got == 0)
        loader_unload(e);
    if (got != error || !strstr(why.text, says))
        check_fail(c, "%s: %s and not %s: %s", name, error_sentence(got), says, why.text);
}

/* --- Loops --- */

CHECK(contain_loops, "containment/a_handler_that_does_not_end_is_not_loaded") {
    expect_refused(c, "loops", -E_INVALID, "endless");
}

/* --- Hoarding --- */

#define QUOTA 8

CHECK(hoard_memory, "containment/who_wants_more_memory_than_its_quota_is_not_loaded") {
    uint64_t was = loader_quota(RESOURCE_MEMORY, 1 << 20);
    expect_refused(c, "hoards", -E_QUOTA, "hoards: more memory than its quota of 1048576");
    loader_quota(RESOURCE_MEMORY, was);
}

static void *gives_back(void *what) {
    return what;
}

static void ends(void *unused) {
    (void)unused;
}

CHECK(hoard_strands, "containment/who_hoards_strands_has_its_quota_and_others_have_theirs") {
    struct strand s[2 * QUOTA];
    unsigned n = 0;
    void *result = NULL;
    module_add(&hostile);
    hostile.account.quota[RESOURCE_STRANDS] = QUOTA;
    while (n < 2 * QUOTA && strand_create(&s[n], &hostile, PRIORITY_USUAL, ends, NULL) == 0)
        n++;
    int error = strand_create(&s[n % QUOTA], &hostile, PRIORITY_USUAL, ends, NULL);
    struct kthread *other = kthread_fork(gives_back, &hostile);
    bool joined = other && kthread_join(other, &result);
    for (unsigned i = 0; i < n; i++)
        strand_free(&s[i]);
    module_remove(&hostile);
    CHECK_THAT(c, n == QUOTA && error == -E_QUOTA);
    CHECK_THAT(c, joined && result == &hostile);
}

CHECK(hoard_events, "containment/who_hoards_events_has_its_quota") {
    struct linear_event *event[2 * QUOTA];
    unsigned n = 0;
    int error = 0;
    module_add(&hostile);
    hostile.account.quota[RESOURCE_EVENTS] = QUOTA;
    while (n < 2 * QUOTA &&
           (error = linear_create(&event[n], &event_test_shared, &hostile, "Test.Made")) == 0)
        n++;
    for (unsigned i = 0; i < n; i++)
        linear_destroy(event[i]);
    module_remove(&hostile);
    CHECK_THAT(c, n == QUOTA && error == -E_QUOTA);
}

/* --- Guards on an event that others raise --- */

static bool anybody(void *closure, struct change_request *request) {
    (void)closure;
    (void)request;
    return true;
}

static long handles(long a) {
    return a + 1;
}

static bool always(long a) {
    (void)a;
    return true;
}

static bool never(long a) {
    (void)a;
    return false;
}

static int add_guard(struct event_binding *binding) {
    const struct procedure guard = EVENT_GUARD(test_shared, always);
    struct change change;
    change_open(&change, &hostile, NULL);
    change_add_guard(&change, binding, &guard, false, NULL);
    return change_commit(&change);
}

static int add_handler(struct event_binding **binding) {
    const struct handler_request request = {.handler = EVENT_HANDLER(test_shared, handles),
                                            .guard = EVENT_GUARD(test_shared, never)};
    struct change change;
    change_open(&change, &hostile, NULL);
    change_install(&change, &event_test_shared, &request, binding);
    return change_commit(&change);
}

static void share(void) {
    const struct authorizer all = {.allows = anybody};
    module_add(&hostile);
    authorizer_of_event(THIS_MODULE, &event_test_shared, &all);
}

static void share_no_more(void) {
    change_withdraw_all(&hostile);
    restore_event(&event_test_shared);
    module_remove(&hostile);
}

CHECK(hoard_guards, "containment/ten_thousand_guards_on_a_shared_event_end_at_the_quota") {
    struct event_binding *binding;
    unsigned n = 0;
    share();
    hostile.account.quota[RESOURCE_BINDINGS] = QUOTA;
    int error = add_handler(&binding); /* and its guard */
    while (error == 0 && n < 2 * QUOTA && (error = add_guard(binding)) == 0)
        n++;
    int more = add_handler(NULL);
    long result = test_shared(3);
    share_no_more();
    CHECK_THAT(c, error == -E_QUOTA && n == QUOTA - 2 && more == -E_QUOTA);
    CHECK_THAT(c, result == 3);
}

/* --- Blocking --- */

#define BLOCKS 7 /* whoever raises the event with this */

static struct strand *blocked;

static long blocks(long a) {
    if (a == BLOCKS) {
        blocked = strand_current();
        while (blocked)
            strand_block(blocked);
    }
    return a + 1;
}

static void *raises(void *a) {
    return (void *)test_shared((long)a);
}

static int add_blocker(uint64_t bound) {
    const struct handler_request request = {.handler = EVENT_HANDLER(test_shared, blocks)};
    struct change change;
    change_open(&change, THIS_MODULE, NULL);
    change_bound(&change, &event_test_shared, bound);
    int error = change_commit(&change);
    change_open(&change, &hostile, NULL);
    change_install(&change, &event_test_shared, &request, NULL);
    return error ? error : change_commit(&change);
}

/* Its raiser waits; the event, its bindings and all other raisers do not. */
CHECK(contain_block, "containment/who_blocks_in_a_handler_holds_up_its_raiser_alone") {
    void *result = NULL;
    share();
    int error = add_blocker(0);
    struct kthread *raiser = kthread_fork(raises, (void *)BLOCKS);
    strand_yield();
    bool waits = raiser && blocked;
    long beside = test_shared(1);
    int withdrawn = change_withdraw_all(&hostile);
    long without = test_shared(BLOCKS);
    struct strand *s = blocked;
    blocked = NULL;
    if (s)
        strand_unblock(s);
    bool joined = raiser && kthread_join(raiser, &result);
    share_no_more();
    CHECK_THAT(c, !error && waits && beside == 2);
    CHECK_THAT(c, !withdrawn && without == BLOCKS && joined && result == (void *)(BLOCKS + 1));
}

CHECK(contain_native, "containment/what_may_block_is_no_handler_where_there_is_a_bound") {
    share();
    int error = add_blocker(1000);
    struct kthread *raiser = kthread_fork(raises, (void *)BLOCKS);
    strand_yield();
    CHECK_THAT(c, raiser && !blocked && error == -E_PERM);
    void *result = NULL;
    CHECK_THAT(c, kthread_join(raiser, &result) && result == (void *)BLOCKS);
    share_no_more();
}

/* --- Native code that loops --- */

#define TIME 2000000 /* ticks */

static volatile bool loops_on;

static void loops(void *unused) {
    (void)unused;
    while (loops_on)
        ;
}

static bool has_ended(const struct strand *s) {
    return *(const volatile enum sched_state *)&s->sched.state == SCHED_ENDED;
}

/* It outranks this one, and never blocks. */
CHECK(contain_time, "containment/native_code_that_loops_is_cut_when_its_time_is_used_up") {
    struct strand s;
    if (!timer_hz()) {
        check_skip(c, "no clock");
        return;
    }
    module_add(&hostile);
    hostile.account.quota[RESOURCE_TIME] = TIME;
    loops_on = true;
    CHECK_THAT(c, strand_time_begin() == 0);
    CHECK_THAT(c, strand_create(&s, &hostile, PRIORITY_USUAL + 1, loops, NULL) == 0);
    uint64_t quantum = scheduler_quantum_ns * (timer_tsc_hz() / 1000000) / 1000;
    uint64_t begin = rdtsc();
    strand_unblock(&s);
    sti();
    while (!has_ended(&s) && rdtsc() - begin < TIME + 3 * quantum)
        ;
    cli();
    uint64_t took = rdtsc() - begin;
    bool ended = s.sched.state == SCHED_ENDED;
    uint64_t used = hostile.account.used[RESOURCE_TIME];
    CHECK_THAT(c, strand_time_end() == 0);
    CHECK_THAT(c, ended && hostile.account.used[RESOURCE_STRANDS] == 0);
    module_remove(&hostile);
    if (used < TIME || used > TIME + quantum + 10000 || took > TIME + 2 * quantum)
        check_fail(c, "%lu of %u ticks, a quantum has %lu", used, TIME, quantum);
}

static void *loops_for_ever(void *unused) {
    (void)unused;
    while (loops_on)
        ;
    return &hostile;
}

/* Nobody else can go on meanwhile. */
static bool is_cut(uint64_t quantum_ns) {
    struct module *package = strand_current()->package;
    void *result = &hostile;
    loops_on = true;
    if (strand_time_begin())
        return false;
    scheduler_quantum_ns = quantum_ns;
    scheduler_end_quantum(); /* the one that is under way may be longer */
    sti();
    for (volatile unsigned i = 0; i < 1000; i++)
        ;
    cli();
    package->account.quota[RESOURCE_TIME] = package->account.used[RESOURCE_TIME] + TIME;
    struct kthread *t = kthread_fork(loops_for_ever, NULL);
    bool joined = t && kthread_join(t, &result);
    package->account.quota[RESOURCE_TIME] = NO_QUOTA;
    scheduler_quantum_ns = SCHEDULER_QUANTUM_NS;
    return !strand_time_end() && joined && result == NULL;
}

CHECK(contain_time_thread, "containment/who_joins_a_thread_that_is_cut_goes_on") {
    void *result;
    if (!timer_hz()) {
        check_skip(c, "no clock");
        return;
    }
    CHECK_THAT(c, is_cut(SCHEDULER_QUANTUM_NS));
    CHECK_THAT(c, is_cut(100000)); /* in a later quantum than the first */
    struct kthread *t = kthread_fork(gives_back, &hostile);
    CHECK_THAT(c, t && kthread_join(t, &result) && result == &hostile);
}

/* --- The others --- */

static int type_key(int byte) {
    return console_key(byte);
}

static long lines_of(const struct extension *keys) {
    static const uint64_t nothing[PARAMETERS];
    static struct net_report ended;
    uint64_t lines = 0;
    const struct load_program *p = extension_program(keys, "keys_lines");
    return p && extension_run(p, nothing, 0, &lines, &ended) ? (long)lines : -1;
}

CHECK(contain_kill, "containment/the_end_of_one_extension_is_felt_by_nobody_else") {
    struct extension *keys = NULL, *tabs = NULL;
    restore_event(&event_console_key);
    console_init();
    int error = loader_load("keys", &keys, &why);
    if (!error)
        error = loader_load("tabs", &tabs, &why);
    for (unsigned i = 0; !error && i < 10; i++) {
        type_key('\n');
        error = loader_unload(tabs);
        type_key('\n');
        if (!error)
            error = loader_load("tabs", &tabs, &why);
    }
    long lines = error ? -1 : lines_of(keys);
    bool unloaded = !error && loader_unload(tabs) == 0 && loader_unload(keys) == 0;
    restore_event(&event_console_key);
    console_init();
    CHECK_THAT(c, unloaded && lines == 20);
}
